"""How evaluations are rated and move on, and what of the records speaks of know-how, do-how and trust."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from twinning.core.periods import Precision, Segment
from twinning.core.periods.days import last_day

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Criterion(TextChoices):
    """The six criteria of OECD-DAC, as of December 2019."""

    RELEVANCE = "relevance", _("Relevance")
    COHERENCE = "coherence", _("Coherence")
    EFFECTIVENESS = "effectiveness", _("Effectiveness")
    EFFICIENCY = "efficiency", _("Efficiency")
    IMPACT = "impact", _("Impact")
    SUSTAINABILITY = "sustainability", _("Sustainability")


class Aspect(TextChoices):
    """Coherence is asked within the programme's own institutions and towards the work of others."""

    INTERNAL = "internal", _("internal")
    EXTERNAL = "external", _("external")


class Rating(IntegerChoices):
    """The six points of UNIDO; 0 is a statement, not a low mark."""

    HIGHLY_SATISFACTORY = 6, _("highly satisfactory")
    SATISFACTORY = 5, _("satisfactory")
    MODERATELY_SATISFACTORY = 4, _("moderately satisfactory")
    MODERATELY_UNSATISFACTORY = 3, _("moderately unsatisfactory")
    UNSATISFACTORY = 2, _("unsatisfactory")
    HIGHLY_UNSATISFACTORY = 1, _("highly unsatisfactory")
    UNABLE = 0, _("unable to assess")


EVALUATION_REPORT = "evaluation"  # the kind of report that an evaluation becomes
BEST = 6
# What a new evaluation asks: criterion, aspect, question, weight. Coherence weighs as much as any other.
QUESTIONS: tuple[tuple[Criterion, str, StrOrPromise, Decimal], ...] = (
    (Criterion.RELEVANCE, "", _("Is the programme doing the right things?"), Decimal(1)),
    (
        Criterion.COHERENCE,
        Aspect.INTERNAL,
        _("How well do the parts of the programme and the other work of its institutions fit together?"),
        Decimal("0.5"),
    ),
    (
        Criterion.COHERENCE,
        Aspect.EXTERNAL,
        _("How well does it fit with what others do for the same clusters?"),
        Decimal("0.5"),
    ),
    (Criterion.EFFECTIVENESS, "", _("Is it reaching its objectives?"), Decimal(1)),
    (Criterion.EFFICIENCY, "", _("How well are its means used?"), Decimal(1)),
    (Criterion.IMPACT, "", _("What difference does it make?"), Decimal(1)),
    (Criterion.SUSTAINABILITY, "", _("Will what came of it last?"), Decimal(1)),
)


class Table11(TextChoices):
    """The aspects in which the method sets twinning against a standard cluster programme (Table 11)."""

    CLUSTERS = "clusters", _("Clusters involved")
    SELECTION = "selection", _("Selection")
    AGENTS = "agents", _("CDA")
    TRUST = "trust", _("Trust-building")
    ACTIVITIES = "activities", _("Activities")
    OUTCOMES = "outcomes", _("Outcomes")


# What Table 11 prints: in a standard programme, in a twinning one.
PRINTED: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    Table11.CLUSTERS: (
        _("One or a range of emerging clusters"),
        _("One emerging and one or more advanced"),
    ),
    Table11.SELECTION: (
        _("The sponsor’s development goals"),
        _("Scope for externalisation and experience of cluster programmes, then pairing by suitability"),
    ),
    Table11.AGENTS: (
        _("One general CDA, lately with a part-time technical expert"),
        _(
            "Product-qualified CDA; part- or full-time CDA in advanced clusters; CDA for technology transfer and"
            " investment on both sides"
        ),
    ),
    Table11.TRUST: (
        _("Principal firms of the emerging cluster"),
        _("Also advanced stakeholders, and between clusters"),
    ),
    Table11.ACTIVITIES: (_("Mostly joint within a cluster"), _("Mostly joint across clusters")),
    Table11.OUTCOMES: (
        _("Employment, wages, turnover, savings"),
        _("Technology transfer, outsourcing, investment, best practices from the advanced cluster"),
    ),
}


# Ratings --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """One question: its criterion, what it weighs, and its rating (None: not rated yet)."""

    criterion: str
    weight: Decimal
    rating: int | None


@dataclass(frozen=True, slots=True)
class Overall:
    """The mean of the ratings by weight, two decimals; None where nothing that weighs is rated.

    ``unable`` and ``missing`` are how many questions are left out of it, and ``covered`` is the share of the
    weight that the mean rests on, in per cent.
    """

    mean: Decimal | None
    rated: int
    unable: int
    missing: int
    covered: Decimal


def overall(rows: Iterable[Rated]) -> Overall:
    """What is missing is not zero, and 0 ("unable to assess") is left out: neither moves the mean."""
    rows = list(rows)
    counted = [row for row in rows if row.rating]
    weight = sum((row.weight for row in counted), Decimal(0))
    whole = sum((row.weight for row in rows), Decimal(0))
    mean = sum((row.weight * (row.rating or 0) for row in counted), Decimal(0)) / weight if weight else None
    return Overall(
        mean=None if mean is None else mean.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        rated=len(counted),
        unable=sum(row.rating == Rating.UNABLE for row in rows),
        missing=sum(row.rating is None for row in rows),
        covered=(weight / whole * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if whole
        else Decimal(0),
    )


def by_criterion(rows: Iterable[Rated]) -> dict[str, Overall]:
    """Each of the six criteria by itself, in their order; one without a question has no mean."""
    rows = list(rows)
    return {
        criterion.value: overall(row for row in rows if row.criterion == criterion) for criterion in Criterion
    }


# States ---------------------------------------------------------------------------------------------------

EVALUATION_MOVES: dict[str, set[str]] = {
    "draft": {"submitted"},
    "submitted": {"final", "draft"},
    "final": {"draft"},
}


class Advice(TextChoices):
    """What became of a recommendation. Overdue is no state: it is derived from the due date."""

    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    DONE = "done", _("done")


ADVICE_MOVES: dict[str, set[str]] = {
    Advice.OPEN: {Advice.ACCEPTED, Advice.REJECTED},
    Advice.ACCEPTED: {Advice.DONE, Advice.REJECTED},
    Advice.REJECTED: {Advice.ACCEPTED},
    Advice.DONE: {Advice.ACCEPTED},
}
PENDING = (Advice.OPEN, Advice.ACCEPTED)


def may_become(moves: Mapping[str, set[str]], now: str, to: str) -> bool:
    return to in moves.get(now, set())


def is_overdue(state: str, due: dt.date | None, day: dt.date) -> bool:
    """Whether something was to be done by then and is neither done nor rejected. The due day itself is in time."""
    return due is not None and due < day and state in PENDING


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of the names stand in a text, whatever their case."""
    folded = text.casefold()
    return [name for name in names if name.strip() and name.strip().casefold() in folded]


# Know-how and do-how --------------------------------------------------------------------------------------


class How(StrEnum):
    """Theory and pictures in a classroom, or an expert's hand on the trainee's own machine."""

    KNOW = "know-how"
    DO = "do-how"


HOW_OF: dict[str, How] = {"workshop": How.KNOW, "training": How.KNOW, "on-site": How.DO}


@dataclass(frozen=True, slots=True)
class Stated:
    """The days of one activity. ``whole`` False: a part of its period is not stated to the day."""

    days: int
    whole: bool


def stated_days(segments: Sequence[Segment], until: dt.date) -> Stated:
    """The distinct calendar days up to ``until`` that the period states to the day; nothing is made up.

    "June 2008" may mean one day or thirty, so it states none. A day that two segments name counts once.
    """
    days: set[int] = set()
    whole = bool(segments)
    for segment in segments:
        start, end = segment.start, segment.end
        if start is None or end is None or end < start or not _is_to_the_day(segment):
            whole = False
        else:
            days |= set(range(start.toordinal(), min(end, until).toordinal() + 1))
    return Stated(len(days), whole)


def _is_to_the_day(segment: Segment) -> bool:
    return segment.coarsest is Precision.DAY and not segment.approximate


# From cluster-to-cluster to business-to-business -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """When something began, as far as it is known: on a day from ``first`` to ``last``."""

    first: dt.date
    last: dt.date


def months_between(earlier: Moment, later: Moment) -> tuple[int, int]:
    """Whole months from one moment to the other, as a range; below zero where the later one came first."""
    return _months(earlier.last, later.first), _months(earlier.first, later.last)


def _months(start: dt.date, end: dt.date) -> int:
    if end < start:
        return -_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def began(segments: Sequence[Segment]) -> Moment | None:
    """When a period begins: the earliest start that is stated, between its first and last possible day."""
    starts = [segment for segment in segments if segment.start is not None and not segment.invalid]
    if not starts:
        return None
    first = min(starts, key=lambda segment: segment.start or dt.date.max)
    start = first.start or dt.date.max
    return Moment(start, last_day(start, first.precision))
