"""Periods as a person decides them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from activities.models import (
    Activity,
)
from activities.models.activity import ActivityQuerySet
from activities.queries.log import in_words, reasons_in_words
from clusters.models import Programme
from twinning.core.models import User
from twinning.core.periods import Reading, Reason


def doubtful_of(user: User, programme: Programme) -> ActivityQuerySet:
    """The activities whose period waits for the user to say how it is meant."""
    rows = Activity.objects.changeable_by(user).filter(programme=programme, period_doubtful=True)
    return rows.order_by("pk")


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """One way to read a period: ``value`` is what the form sends for it."""

    value: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How a text is read, why, and what else it may mean."""

    words: str
    certain: bool
    reasons: tuple[str, ...]
    choices: tuple[ReadingChoice, ...]
    problems: tuple[str, ...] = ()


def reading_view(reading: Reading, problems: Iterable[Reason] = ()) -> ReadingView:
    choices = [ReadingChoice("proposed", in_words(reading.segments), "")] if reading.segments else []
    for index, other in enumerate(reading.alternatives):
        words = in_words(other.segments)
        choices.append(ReadingChoice(str(index), words, reasons_in_words([other.reason])[0]))
    return ReadingView(
        words=in_words(reading.segments),
        certain=reading.is_certain,
        reasons=tuple(reasons_in_words(reading.reasons)),
        choices=tuple(choices),
        problems=tuple(reasons_in_words(problems)),
    )
