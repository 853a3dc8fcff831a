"""What an evaluation may rest on: the records that evidence names, for who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import Activity
from clusters.models import Agreement, Programme
from clusters.models.agreement import BETWEEN_FIRMS
from monitoring.models import AssessmentEvidence, Indicator, Outcome, Report
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User

Kind = AssessmentEvidence.Kind


@dataclass(frozen=True, slots=True)
class Source:
    """Records of one kind. ``page``: the name of the address where one is read.
    ``key``: what stands for it in that address; ``words``: the field in which one is looked for.
    """

    model: type[Model]
    page: str
    key: str = "pk"
    words: str = "title"

    @property
    def all(self) -> ScopedQuerySet[Any]:
        found: ScopedQuerySet[Any] = self.model._default_manager.get_queryset()  # type: ignore[assignment]
        return found

    def rows(self, reader: User, programme: Programme) -> ScopedQuerySet[Any]:
        """Those of the programme that the reader may see."""
        return self.all.visible_to(reader).filter(programme=programme)

    def passed_on(self, programme: Programme) -> ScopedQuerySet[Any]:
        """Those that a report names, which is made to be passed on: nothing of single firms, no drafts."""
        rows = self.all.filter(programme=programme)
        if self.model is Outcome:
            return rows.none()
        if self.model is Agreement:
            return rows.exclude(kind__in=BETWEEN_FIRMS)
        return rows.filter(issued_at__isnull=False) if self.model is Report else rows


SOURCES: Mapping[str, Source] = {
    Kind.ACTIVITY: Source(Activity, "activity"),
    Kind.AGREEMENT: Source(Agreement, "agreement"),
    Kind.OUTCOME: Source(Outcome, "outcome"),
    Kind.INDICATOR: Source(Indicator, "indicator", key="code", words="name"),
    Kind.REPORT: Source(Report, "report"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence as one reader sees it: ``label`` is "" for a record that he does not see."""

    evidence: AssessmentEvidence
    kind: str
    label: str
    url: str

    @property
    def words(self) -> str:
        return self.label or str(_("a record that is not shown to you"))


def shown_evidence(
    evidence: Iterable[AssessmentEvidence], reader: User | None, programme: Programme
) -> dict[int, list[Shown]]:
    """The evidence by assessment; one query for each kind of record. ``reader`` None: as a report names it."""
    rows = list(evidence)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, source in SOURCES.items():
        ids = [row.record_id for row in rows if row.kind == kind]
        if ids:
            known = source.passed_on(programme) if reader is None else source.rows(reader, programme)
            for record in known.filter(pk__in=ids):
                address = reverse(source.page, args=[programme.slug, getattr(record, source.key)])
                found[kind, record.pk] = str(record), address
    shown: dict[int, list[Shown]] = {}
    for row in rows:
        label, address = found.get((row.kind, row.record_id or 0), (row.source, _address(row.source)))
        shown.setdefault(row.assessment_id, []).append(
            Shown(row, str(row.get_kind_display()), label, address)
        )
    return shown


def _address(source: str) -> str:
    """Where a document is named by its address."""
    return source if source.startswith(("https://", "http://")) else ""
