"""What the method says about activities. Pure: no database, no clock, no request."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    DUE = "due", _("due")
    ONGOING = "ongoing", _("ongoing")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    UNDATED = "undated", _("undated")


def status_on(
    day: dt.date,
    *,
    start: dt.date | None,
    end: dt.date | None,
    is_open: bool,
    status_set: str = "",
    tentative: bool = False,
) -> Status:
    """The status of an activity as of ``day``: what a person set, else what its period says.

    Done when its last possible day is not after ``day``; an open period ("ongoing") is never done by itself;
    a period that was not stated is undated, which is neither planned nor done. What was only called tentative
    is due from its first possible day on: whether it took place, a person must say.
    """
    if status_set:
        return Status(status_set)
    if not is_open and (start is None or end is None):
        return Status.UNDATED
    if start and start > day:
        return Status.PLANNED
    if tentative:
        return Status.DUE
    return Status.DONE if end and not is_open and end <= day else Status.ONGOING


def told_alike(word: str, status: Status) -> bool:
    """Whether a sheet's word for a status says this one. Sheets call planned what is due as well."""
    return word == status or (word == Status.PLANNED and status is Status.DUE)


class LinkClass(StrEnum):
    """Cluster to cluster, cluster to business, business to business (step 5)."""

    C2C = "C2C"
    C2B = "C2B"
    B2B = "B2B"


_BODIES = {"association", "technical-institution", "research", "public-agency", "common-facility"}
_BUSINESSES = {"principal-firm", "subcontractor", "support-firm", "bdsp", "buyer"}


def link_class(emerging_kinds: Iterable[str], advanced_kinds: Iterable[str]) -> LinkClass | None:
    """The class of a link from the kinds of the parties on either side; None unless both sides took part.

    Where a side sent several kinds, the closest link to business counts: trust moves from C2C to B2B.
    """
    emerging, advanced = set(emerging_kinds), set(advanced_kinds)
    sides = [(bool(s & _BUSINESSES), bool(s & _BODIES)) for s in (emerging, advanced)]
    if not all(business or body for business, body in sides):
        return None
    businesses = sum(business for business, _body in sides)
    return (LinkClass.C2C, LinkClass.C2B, LinkClass.B2B)[businesses]


def may_overlap(
    first: dt.date | None,
    last: dt.date | None,
    *,
    start: dt.date | None,
    end: dt.date | None,
    is_open: bool,
) -> bool:
    """Whether a period may share a day with first..last (both inclusive, None without limit).

    The period is given by its first and last possible day; one that was not stated shares no day with any.
    """
    if start is None and not is_open:
        return False
    ends_before = first is not None and not is_open and (end is None or end < first)
    starts_after = last is not None and start is not None and start > last
    return not (ends_before or starts_after)


EMERGING, NON_TWINNING = "emerging", "NT"


def misplaced_non_twinning(kind: str, side: str, *, only_advanced: bool = False) -> StrOrPromise | None:
    """What is wrong with where an activity is held, or None.

    Building capabilities outside the twinning (NT) is for the emerging cluster alone (step 6). ``side`` blank
    is not stated; ``only_advanced``: every cluster of the activity is the advanced one of its twinnings.
    """
    if kind == NON_TWINNING and (side not in ("", EMERGING) or only_advanced):
        return _("Non-twinning capability building (NT) is held in the emerging cluster.")
    return None


class Spanned(Protocol):
    """A segment of a period: first and last possible day, None where open or not stated."""

    @property
    def start(self) -> dt.date | None: ...

    @property
    def end(self) -> dt.date | None: ...


# From which score two records of different clusters, and of one cluster, are shown to a person as perhaps one
# event. Within one list similar titles are common (a first and a second workshop), so more is asked there.
SAME_EVENT = 0.55
SAME_ROW = 0.85
# Words that say nothing of an event, and words of dates, which the period says better.
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of on in at for to by with and or from its their during was is as be 1st 2nd 3rd th"
        " jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august"
        " september october november december",
    )
)
_YEAR = re.compile(r"(19|20)\d\d")


@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", title).casefold()
    words = frozenset(re.findall(r"\w+", plain))
    told = frozenset(word for word in words if word not in _EMPTY_WORDS and not _YEAR.fullmatch(word))
    return told or words


def title_similarity(a: str, b: str) -> float:
    """How much two titles say the same, 0 to 1: words they share over the words of the shorter and of both.

    Each annex words a joint event in its own way and adds to it, so half of the score asks how much of the
    shorter title stands in the longer one, and half how much both share (Dice).
    """
    one, other = _words(a), _words(b)
    if not one or not other:
        return 1.0 if one == other else 0.0
    shared = len(one & other)
    return (shared / min(len(one), len(other)) + 2 * shared / (len(one) + len(other))) / 2


def _days(segments: Iterable[Spanned]) -> list[tuple[int, int]]:
    """Disjoint stretches of ordinal days, in order; an open side reaches to the end of the calendar."""
    spans = sorted(
        (min(pair), max(pair))
        for pair in (
            (
                segment.start.toordinal() if segment.start else dt.date.min.toordinal(),
                segment.end.toordinal() if segment.end else dt.date.max.toordinal(),
            )
            for segment in segments
        )
    )
    merged: list[tuple[int, int]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def period_agreement(a: Iterable[Spanned], b: Iterable[Spanned]) -> float:
    """How well two periods fit one event, 0 to 1: the share of the shorter one that lies in the longer one.

    A sheet may print the month and another the days. A period that was not stated speaks neither for nor
    against: 0.5, and 1 when neither states one.
    """
    one, other = _days(a), _days(b)
    if not one or not other:
        return 1.0 if one == other else 0.5
    shared = sum(
        max(0, min(last, final) - max(first, begin) + 1) for first, last in one for begin, final in other
    )
    length = min(sum(last - first + 1 for first, last in days) for days in (one, other))
    return shared / length


def same_event_score(
    title_a: str, segments_a: Iterable[Spanned], title_b: str, segments_b: Iterable[Spanned]
) -> float:
    """How likely two records are one event, 0 to 1; from ``SAME_EVENT`` on it is proposed to a person.

    The similarity of the titles, halved where the periods share no day. Symmetric, and 1 for a record and
    itself.
    """
    agreement = period_agreement(segments_a, segments_b)
    return title_similarity(title_a, title_b) * (1 + agreement) / 2
