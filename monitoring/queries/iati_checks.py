"""What hinders a programme's publication, rule by rule, and which of its activities may be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from monitoring.models import Budget, Publication, PublicationCode, Transaction
from monitoring.queries import iati_parts as parts
from monitoring.queries.iati import activities_of, written
from monitoring.queries.iati_records import Records, read
from monitoring.rules import iati
from monitoring.rules.iati import codes


@dataclass(frozen=True, slots=True)
class Checked:
    """``activities`` that were looked at, and their ``problems`` in the order of the file."""

    records: Records
    activities: tuple[iati.Activity, ...]
    problems: tuple[iati.Problem, ...]

    @property
    def errors(self) -> int:
        return sum(problem.is_error for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    @property
    def held_back(self) -> frozenset[str]:
        """Identifiers of the activities that errors keep out of the file."""
        return frozenset(problem.activity for problem in self.problems if problem.is_error)

    def of(self, kind: str) -> dict[int, list[iati.Problem]]:
        """The problems of one kind of record, by its id."""
        found: dict[int, list[iati.Problem]] = {}
        for problem in self.problems:
            if problem.source.kind == kind and problem not in found.setdefault(problem.source.pk, []):
                found[problem.source.pk].append(problem)
        return found


def checked(publication: Publication, today: dt.date | None = None) -> Checked:
    """The programme, its components and twinnings with all that is wrong with them (``queries.iati.written``)."""
    day = today or timezone.now().date()
    # When something last changed is not asked: it is never a time to come.
    records = read(publication, day, publication.updated_at)
    seen = tuple(written(records, whole=False))
    return Checked(records, seen, tuple(problem for one in seen for problem in iati.check(one, day)))


def problems_of(
    publication: Publication, rows: Sequence[Budget | Transaction]
) -> dict[int, list[iati.Problem]]:
    """What hinders publishing each of some budgets or transactions, by id; of what they are beside says ``checked``."""
    day, found = timezone.now().date(), dict[int, list[iati.Problem]]()
    coded = list(PublicationCode.objects.filter(programme=publication.programme_id))
    for component in {row.component_id for row in rows}:
        budgets = parts.budgets_of([row for row in rows if isinstance(row, Budget)], component)
        moved = [row for row in rows if isinstance(row, Transaction)]
        activity = iati.Activity(
            identifier=publication.identifier,
            reporting=iati.Organisation(publication.reporter_ref),
            title="",
            description="",
            status="",
            hierarchy=codes.PROGRAMME,
            language=publication.language,
            currency=publication.programme.currency,
            updated=publication.updated_at,
            source=parts.source_of(publication),
            sectors=parts.coded(coded, codes.Scheme.SECTOR, component),
            countries=parts.coded(coded, codes.Scheme.COUNTRY, component),
            regions=parts.coded(coded, codes.Scheme.REGION, component),
            budgets=budgets,
            transactions=parts.transactions_of(moved, component, publication),
        )
        for problem in iati.check(activity, day):
            if problem.source.kind in ("budget", "transaction"):
                found.setdefault(problem.source.pk, []).append(problem)
    return found


def publishable(publication: Publication, today: dt.date | None = None) -> Iterator[iati.Activity]:
    """The activities against which no error stands, as they are read."""
    day = today or timezone.now().date()
    return (one for one in activities_of(publication, day) if iati.is_publishable(one, day))
