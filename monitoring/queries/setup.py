"""How a programme set up a kind of report: its layout, and the texts that go into a report of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import cast

from django.db.models import Q

from clusters.models import Cluster, Programme
from monitoring.models import Narrative, ReportingPeriod, ReportLayout
from twinning.core.layouts import Layout, Logo, Setup, Told, kept_logo
from twinning.core.models import Attachment
from twinning.core.reports import ReportKind, ReportRequest

# Of each section, beside the text that always stands: what was written of the latest periods.
MOST_PERIODS_TOLD = 4


def layout_of(programme: Programme, kind: str) -> ReportLayout | None:
    return ReportLayout.objects.filter(programme=programme, kind=kind).first()


def logo_file_of(layout: ReportLayout | None) -> Attachment | None:
    return Attachment.objects.of(layout).last() if layout else None


def narratives_at(
    programme: Programme,
    kind: str,
    *,
    cluster: Cluster | None,
    period: ReportingPeriod | None,
    language: str,
) -> dict[str, Narrative]:
    """{anchor: the text that stands there}."""
    rows = Narrative.objects.filter(
        programme=programme, kind=kind, cluster=cluster, period=period, language=language
    )
    return {row.section: row for row in rows.select_related("programme", "cluster", "period__programme")}


def usual_language(programme: Programme, kind: str) -> str:
    """The language in which the programme has reports of this kind; "" where it did not say."""
    layout = layout_of(programme, kind)
    return layout.language if layout else ""


def setup_for(kind: ReportKind, request: ReportRequest, language: str) -> Setup:
    """What a report that is taken now is to be set up with."""
    programme = cast(Programme, request.programme)
    cluster = None if request.whole else cast(Cluster, request.clusters[0])
    return Setup(
        _read(layout_of(programme, kind.slug)), texts_of(kind, programme, cluster, request.as_of, language)
    )


def _read(row: ReportLayout | None) -> Layout:
    if row is None:
        return Layout()
    return Layout(
        tuple(row.order), frozenset(row.left_out), row.accent, row.subtitle, row.shows_qr, _logo(row)
    )


def _logo(row: ReportLayout) -> Logo | None:
    file = logo_file_of(row)
    if file is None:
        return None
    with file.file.open("rb") as content:
        return kept_logo(content.read(), row.logo_alt)


def texts_of(
    kind: ReportKind, programme: Programme, cluster: Cluster | None, as_of: dt.date, language: str
) -> Mapping[str, Sequence[Told]]:
    """{anchor: texts} of one language: what always stands, then of periods that were over by then, the newest first."""
    rows = Narrative.objects.filter(
        Q(period=None) | Q(period__last__lte=as_of),
        programme=programme,
        cluster=cluster,
        kind=kind.slug,
        language=language,
    ).select_related("period")
    found: dict[str, list[Narrative]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row)
    return {
        one.anchor: [
            Told(row.period.title if row.period else "", row.text) for row in _in_order(found[one.anchor])
        ]
        for one in kind.sections or ()
        if one.anchor in found
    }


def _in_order(rows: Sequence[Narrative]) -> list[Narrative]:
    standing = [row for row in rows if row.period is None]
    told = [row for row in rows if row.period is not None]
    told.sort(key=lambda row: row.period.last if row.period else dt.date.min, reverse=True)
    return [*standing, *told[:MOST_PERIODS_TOLD]]
