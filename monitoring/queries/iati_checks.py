"""What hinders a programme's publication, rule by rule, and which of its activities may be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils import timezone

from monitoring.models import Publication
from monitoring.queries.iati import activities_of
from monitoring.rules import iati

# Single activities may be very many: a page looks at so many, the export at all.
MOST_CHECKED = 300


@dataclass(frozen=True, slots=True)
class Checked:
    """``activities`` that were looked at, ``problems`` in their order; ``all_of_them`` where none was left out."""

    activities: tuple[iati.Activity, ...]
    problems: tuple[iati.Problem, ...]
    all_of_them: bool

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


def checked(publication: Publication, today: dt.date | None = None, most: int = MOST_CHECKED) -> Checked:
    """The first ``most`` activities of the file with all that is wrong with them.

    What is counted from records is a number whatever it counts, and is not counted for this.
    """
    day = today or timezone.now().date()
    found = tuple(islice(activities_of(publication, day, counted=False), most + 1))
    seen = found[:most]
    problems = tuple(problem for activity in seen for problem in iati.check(activity, day))
    return Checked(seen, problems, all_of_them=len(found) <= most)


def publishable(publication: Publication, today: dt.date | None = None) -> Iterator[iati.Activity]:
    """The activities against which no error stands, as they are read."""
    day = today or timezone.now().date()
    return (one for one in activities_of(publication, day) if iati.is_publishable(one, day))
