"""What everybody may know of a report by its code: whether it was issued, with which files, and what changed since.

Of a report that is not issued, or no longer, outsiders learn that and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import Closing, FrozenFigure, Indicator, Report, ReportingPeriod, Restatement
from monitoring.queries.closings import RestatedOnce, open_figures, restatements_of, told_once
from monitoring.queries.figure_rows import tells_of_few
from monitoring.queries.pages import clusters_of
from monitoring.rules.public import Cover, covers
from twinning.core.models import Attachment, Change, User
from twinning.core.report_codes import address_of, grouped, read_code
from twinning.core.reports import kind_of

MOST_TOLD = 100
# Periods that are not closed everywhere whose open places are counted; of further ones counts are covered.
MOST_COUNTED = 3
# By period and indicator: the number in each place.
Standing = dict[tuple[int, int], dict[int | None, Decimal | None]]


class State(StrEnum):
    """``ISSUING``: a worker makes the files that will be issued; a moment later the report is."""

    ISSUED = "issued"
    ISSUING = "issuing"
    DRAFT = "draft"  # never issued
    WITHDRAWN = "withdrawn"


class Match(StrEnum):
    """What a file is to a report. ``FORMER``: it was issued once, and the report was withdrawn since."""

    ISSUED = "issued"
    FORMER = "formerly-issued"
    DRAFT = "draft"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Stood:
    """A figure as it stood: one of number, range and word. ``covered``: of too few firms or persons to be told."""

    state: str
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    word: str = ""
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Restated:
    """``code``: of each indicator that it is a figure of. ``cluster`` "": the programme. ``was`` None: nothing had been
    reported.
    """

    code: str
    name: str
    is_percent: bool
    period: str
    cluster: str
    was: Stood | None
    now: Stood
    reason: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Copy:
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a report to who may know it."""

    kind: str
    kind_label: str
    title: str
    programme: str
    cluster: str
    as_of: dt.date
    language: str
    snapshot_sha256: str
    files: tuple[Copy, ...]
    restated: tuple[Restated, ...]
    more: bool  # restatements than are told
    covers_few: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """``about`` None: the reader may not know what the report is."""

    pk: int
    programme_slug: str
    code: str
    address: str
    state: State
    issued_on: dt.date | None
    about: About | None
    may_open: bool  # its page in the programme


def report_of(typed: str) -> Report | None:
    """The report with a code, however it was typed."""
    code = read_code(typed)
    rows = Report.objects.select_related("programme", "cluster", "job").defer("snapshot")
    return rows.filter(code=code).first() if code else None


def verified(report: Report, reader: User | None) -> Verified:
    """What a reader is told; ``reader`` None is anybody."""
    inside = reader is not None and Report.objects.visible_to(reader).filter(pk=report.pk).exists()
    told = report.issued_at is not None or (inside and report.built_at is not None)
    return Verified(
        report.pk,
        report.programme.slug,
        grouped(report.code),
        address_of(report.code),
        state_of_report(report),
        report.issued_at.date() if report.issued_at else None,
        _about(report, reader) if told else None,
        inside,
    )


def state_of_report(report: Report) -> State:
    if report.issued_at is not None:
        return State.ISSUED
    if report.is_being_issued:
        return State.ISSUING
    return State.WITHDRAWN if _issues(report) else State.DRAFT


def _issues(report: Report) -> list[dt.datetime]:
    """When it was issued: the newest first, and perhaps withdrawn since."""
    changes = Change.objects.of(report).filter(fields__has_key="issued_at")
    return [change.at for change in changes if change.fields["issued_at"][1] is not None]


def _about(report: Report, reader: User | None) -> About:
    restated, more, few = restated_since(report, reader)
    return About(
        report.kind,
        str(kind_of(report.kind).label),
        report.title,
        report.programme.title,
        report.cluster.name if report.cluster else "",
        report.as_of,
        report.language,
        report.snapshot_sha256,
        tuple(
            Copy(file.name, file.media_type, file.size, file.sha256) for file in Attachment.objects.of(report)
        ),
        restated,
        more,
        few,
    )


# A file ----------------------------------------------------------------------------------------------------


def match_of(report: Report, sha256: str) -> Match:
    """What the file with this SHA-256 is to the report.

    Files that were replaced are known by the time in which they were the report's: those of a draft were taken off
    before it was issued, in the same transaction.
    """
    rows = Attachment.objects.filter(
        content_type=ContentType.objects.get_for_model(Report), object_id=report.pk, sha256=sha256.lower()
    )
    found = list(rows)
    if report.issued_at is not None and any(file.removed_at is None for file in found):
        return Match.ISSUED
    issues = _issues(report) if found else []
    for file in found:
        if any(file.uploaded_at <= at and (file.removed_at is None or at < file.removed_at) for at in issues):
            return Match.FORMER
    return Match.DRAFT if found else Match.NONE


# What was put right since ----------------------------------------------------------------------------------


def was_restated(report: Report) -> bool:
    return _since(report).exists()


def restated_since(report: Report, reader: User | None) -> tuple[tuple[Restated, ...], bool, bool]:
    """(restatements made after the report, whether there are more, whether some figures are covered).

    Newest first, of periods that were over on its day. Readers of the results see every figure, others no count of
    few firms or persons.
    """
    found = list(_since(report)[: MOST_TOLD + 1])
    sees_all = reader is not None and report.programme_id in grants_of(reader).in_programmes(Can.READ_RESULTS)
    hidden = set() if sees_all else _hidden(found[:MOST_TOLD])
    once = told_once(found[:MOST_TOLD])
    told = tuple(_restated(one, any(row.pk in hidden for row in one.rows)) for one in once)
    return told, len(found) > MOST_TOLD, bool(hidden)


def _since(report: Report) -> QuerySet[Restatement]:
    rows = restatements_of(report.programme)
    if report.built_at is None or not kind_of(report.kind).tells_figures:
        return rows.none()
    rows = rows.filter(at__gt=report.built_at, closing__period__last__lte=report.as_of)
    return rows.filter(closing__cluster=report.cluster) if report.cluster else rows


def _restated(once: RestatedOnce, covered: bool) -> Restated:
    row, closing = once.first, once.first.closing
    return Restated(
        once.codes,
        row.indicator.name,
        row.indicator.measure == Indicator.Measure.PERCENT,
        closing.period.title,
        closing.cluster.name if closing.cluster else "",
        _stood(row.before, covered) if row.before else None,
        _stood(row.after, covered),
        row.reason,
        row.at.date(),
    )


def _stood(figure: FrozenFigure, covered: bool) -> Stood:
    if covered:
        return Stood(figure.state, covered=True)
    return Stood(figure.state, figure.number, figure.low, figure.high, figure.word)


def _hidden(rows: Sequence[Restatement]) -> set[int]:
    """The restatements of which neither the old nor the new figure is told to everybody.

    A count is covered where it is of few, before or after; and where with the others of its period and indicator it
    would give away one that is, or might: what these are is not asked of many periods.
    """
    asked = [row for row in rows if tells_of_few(row.indicator)]
    if not asked:
        return set()
    unclosed = _unclosed(asked)
    standing = _closed_numbers(asked)
    for period, places in unclosed[:MOST_COUNTED]:
        _add_numbers(standing, period, places, asked)
    unknown = {period.pk for period, _places in unclosed[MOST_COUNTED:]}
    return {row.pk for row in asked if row.closing.period_id in unknown or _gives_away(row, standing)}


def _unclosed(rows: Sequence[Restatement]) -> list[tuple[ReportingPeriod, set[int | None]]]:
    """The periods of these restatements with places that are not closed (None: the programme), in their order."""
    periods = {row.closing.period_id: row.closing.period for row in rows}
    closed = Closing.objects.filter(period__in=periods, status=Closing.Status.CLOSED)
    known: dict[int, set[int | None]] = {}
    for period, cluster in closed.values_list("period", "cluster"):
        known.setdefault(period, set()).add(cluster)
    places = {None, *(cluster.pk for cluster in clusters_of(rows[0].closing.period.programme))}
    return [(one, left) for pk, one in periods.items() if (left := places - known.get(pk, set()))]


def _closed_numbers(rows: Sequence[Restatement]) -> Standing:
    """What stands closed beside these restatements, whatever the number of their periods in one query."""
    standing: Standing = {}
    figures = FrozenFigure.objects.filter(
        current=True,
        closing__period__in={row.closing.period_id for row in rows},
        indicator__in={row.indicator_id for row in rows},
    )
    columns = ("closing__period", "indicator", "closing__cluster", "number", "high")
    for period, indicator, cluster, number, high in figures.values_list(*columns):
        standing.setdefault((period, indicator), {})[cluster] = number if number is not None else high
    return standing


def _add_numbers(
    standing: Standing, period: ReportingPeriod, places: Collection[int | None], rows: Sequence[Restatement]
) -> None:
    """Those of places that are not closed: they stand beside the others for everybody, as the records have them."""
    indicators = {row.indicator_id: row.indicator for row in rows if row.closing.period_id == period.pk}
    clusters = [place for place in places if place is not None]
    found = open_figures(period, list(indicators.values()), clusters, whole=None in places)
    for (indicator, scope), figure in found.items():
        value = figure.value
        number = value.number if value.number is not None else value.high
        standing.setdefault((period.pk, indicator), {})[scope] = number


def _gives_away(row: Restatement, standing: Standing) -> bool:
    others = standing.get((row.closing.period_id, row.indicator_id), {})
    scope = row.closing.cluster_id
    for figure in (row.before, row.after):
        if figure is None:
            continue
        counts = {**others, scope: figure.number if figure.number is not None else figure.high}
        parts = [cluster for cluster in counts if cluster is not None]
        told = covers([counts.get(None), *(counts[cluster] for cluster in parts)])
        place = parts.index(scope) + 1 if scope is not None else 0
        if told[place] is not Cover.NONE:
            return True
    return False
