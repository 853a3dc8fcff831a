"""How the period of an activity is read, doubted and decided; used by every write of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import Activity
from twinning.core import periods
from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.core.periods import DOUBTFUL, Context, Flag, Reading, Segment

# A choice among readings: this, or the place of an alternative.
AS_PROPOSED = -1


def period_fields(reading: Reading) -> dict[str, Any]:
    """The columns of an activity that hold a reading of its period."""
    valid = [segment for segment in reading.segments if not segment.invalid]
    return {
        "period_text": reading.raw,
        "period_edtf": reading.edtf,
        "period_segments": [segment.to_json() for segment in reading.segments],
        "period_start": reading.start,
        "period_end": reading.end,
        "period_open": any(segment.end is None for segment in valid),
        "period_flags": [str(flag) for flag in reading.flags],
        "period_reading": reading.to_json(),
        "period_doubtful": not reading.is_certain,
        "period_tentative": Flag.TENTATIVE in reading.flags,
        "period_confirmed_by": None,
        "period_confirmed_at": None,
    }


def read_for_entry(text: str, *, title: str = "") -> Reading:
    """Read a period that a person enters. Raises ValidationError where it cannot stand.

    What an import keeps with a flag (an interval that ends before it starts, words that are no date) is
    refused here, because the person who knows better is at the keyboard.
    """
    reading = periods.read(text, Context(title=title))
    problems = periods.check_entry(reading)
    if problems:
        raise ValidationError({"period_text": [capfirst(problem.translated(_)) for problem in problems]})
    return reading


def entered(reading: Reading, choice: int | None, actor: User) -> dict[str, Any]:
    """The columns for a reading, decided at once where the person who enters it chose among the readings."""
    if choice is None:
        return period_fields(reading)
    return decided(reading, _among(reading, choice), actor)


def decided(reading: Reading, segments: tuple[Segment, ...], actor: User) -> dict[str, Any]:
    """The columns for a reading of which a person said that it means ``segments``.

    The text stays, and what was proposed at first stays readable beside what was chosen.
    """
    return period_fields(replace(reading, segments=segments)) | {
        "period_doubtful": False,
        "period_confirmed_by": actor,
        "period_confirmed_at": timezone.now(),
        "period_reading": reading.to_json(),
    }


def retitled(activity: Activity, title: str) -> dict[str, Any]:
    """The columns that a new title changes where the period stays: whether the two call it tentative."""
    now = periods.read(activity.period_text, Context(title=title))
    tentative = Flag.TENTATIVE in now.flags
    if tentative == activity.period_tentative:
        return {}
    reading = activity.reading
    flags: list[Flag] = [flag for flag in reading.flags if flag is not Flag.TENTATIVE]
    reasons = [reason for reason in reading.reasons if reason.code != "tentative"]
    if tentative:
        flags.append(Flag.TENTATIVE)
        reasons += [reason for reason in now.reasons if reason.code == "tentative"]
    reading = replace(reading, flags=tuple(flags), reasons=tuple(reasons))
    return {
        "period_flags": [str(flag) for flag in flags],
        "period_reading": reading.to_json(),
        "period_tentative": tentative,
    }


def choose(reading: Reading, alternative: int | None, correction: str) -> tuple[Segment, ...]:
    """What a person decided: as proposed, an alternative, or a correction in their own words.

    Raises ValidationError at ``correction`` when it cannot be read, or can be read in more than one way.
    """
    if not correction.strip():
        return _among(reading, AS_PROPOSED if alternative is None else alternative)
    try:
        found = read_for_entry(correction)
    except ValidationError as error:
        raise ValidationError({"correction": error.messages}) from error
    if not found.segments:
        raise ValidationError({"correction": _("Write the period as it should be read.")})
    # A long stretch is unusual, but the person has just said so; what has two meanings is not yet a
    # correction.
    if found.alternatives and not (DOUBTFUL - {Flag.LONG}).isdisjoint(found.flags):
        raise ValidationError(
            {"correction": _("This can be read in more than one way. Write the month as a word: 5 Sep 2009.")}
        )
    return found.segments


def _among(reading: Reading, choice: int) -> tuple[Segment, ...]:
    if choice == AS_PROPOSED:
        return reading.segments
    if not 0 <= choice < len(reading.alternatives):
        raise DomainError(_("There is no such reading."), code="no_such_reading")
    return reading.alternatives[choice].segments
