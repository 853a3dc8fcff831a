"""What the method says about who may do what, and which agreements hold. Pure: no database, no clock, no request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The actors that the method names, each with what the programme lets them do (``ROLE_TABLE``)."""

    MANAGER = "manager", _("programme manager")
    CTA = "cta", _("chief technical adviser")
    COORDINATOR = "coordinator", _("overall coordinator")
    CDA = "cda", _("cluster development agent")
    ADVANCED_CDA = "advanced-cda", _("agent in an advanced cluster")
    SC_MEMBER = "sc-member", _("steering committee member")
    COUNTERPART = "counterpart", _("national counterpart")
    DONOR = "donor", _("donor")
    EVALUATOR = "evaluator", _("evaluator")
    ASSOCIATION = "association", _("association")
    INSTITUTE = "institute", _("technical institution")
    FIRM = "firm", _("firm")
    EXPERT = "expert", _("expert or service provider")
    BROKER = "broker", _("commercial broker")
    LABORATORY = "laboratory", _("quality laboratory")
    PARTNER = "partner", _("partner system")


class Can(StrEnum):
    """What a role may do. Reading the programme and its clusters comes with any role."""

    MANAGE = "manage"  # the programme itself, its people's roles, committee papers
    EDIT = "edit"  # clusters, organisations, people, twinnings, agreements
    LOG = "log"  # activities and who took part
    IMPORT = "import"
    REPORT = "report"  # ask for a report
    READ_ACTIVITIES = "read-activities"
    READ_PEOPLE = "read-people"  # names of people, and who took part
    READ_FIRMS = "read-firms"  # firm data below the aggregate, agreements between firms
    READ_COMMITTEE = "read-committee"
    READ_DRAFTS = "read-drafts"  # reports that are not issued
    READ_HISTORY = "read-history"
    FILE = "file"  # fill studies and assessments
    READ_STUDIES = "read-studies"  # what was filed, with the data of firms in it
    APPROVE = "approve"  # what somebody else filed
    READ_RESULTS = "read-results"  # indicators, targets and totals
    EVALUATE = "evaluate"  # write evaluations, which are the evaluator's own product


class Reach(StrEnum):
    """How far a permission goes."""

    PROGRAMME = "programme"
    WHOLE = "whole"  # the programme, though the membership is of a cluster: what all read alike, its totals
    CLUSTER = "cluster"  # the cluster of the membership
    TWINNED = "twinned"  # that cluster and those it is twinned with
    OWN = "own"  # the organisation of the membership


_RECORDS = [
    Can.EDIT,
    Can.LOG,
    Can.IMPORT,
    Can.REPORT,
    Can.READ_ACTIVITIES,
    Can.READ_PEOPLE,
    Can.READ_FIRMS,
    Can.READ_HISTORY,
    Can.FILE,
    Can.READ_STUDIES,
]
_FIELD_WORK = [*_RECORDS, Can.READ_DRAFTS]
_TOTALS = {Can.READ_RESULTS: Reach.WHOLE}
_EVERYTHING = dict.fromkeys(Can, Reach.PROGRAMME) | _TOTALS
_COMMITTEE = _TOTALS | dict.fromkeys([Can.READ_ACTIVITIES, Can.READ_COMMITTEE], Reach.PROGRAMME)

ROLE_TABLE: dict[Role, dict[Can, Reach]] = {
    Role.MANAGER: _EVERYTHING,
    Role.CTA: _EVERYTHING,
    Role.COORDINATOR: dict.fromkeys([*_FIELD_WORK, Can.READ_COMMITTEE, Can.APPROVE], Reach.PROGRAMME)
    | _TOTALS,
    Role.CDA: dict.fromkeys(_FIELD_WORK, Reach.CLUSTER) | _TOTALS,
    Role.ADVANCED_CDA: dict.fromkeys(_FIELD_WORK, Reach.CLUSTER)
    | _TOTALS
    | {Can.READ_ACTIVITIES: Reach.TWINNED},
    Role.SC_MEMBER: _COMMITTEE,
    Role.COUNTERPART: _COMMITTEE,
    Role.DONOR: _COMMITTEE,
    Role.EVALUATOR: _COMMITTEE
    | dict.fromkeys([Can.READ_DRAFTS, Can.READ_HISTORY, Can.EVALUATE], Reach.PROGRAMME),
    Role.ASSOCIATION: {Can.READ_ACTIVITIES: Reach.CLUSTER, Can.READ_FIRMS: Reach.CLUSTER},
    Role.INSTITUTE: {Can.READ_ACTIVITIES: Reach.CLUSTER, Can.READ_STUDIES: Reach.OWN},
    Role.FIRM: {Can.READ_ACTIVITIES: Reach.OWN, Can.READ_STUDIES: Reach.OWN},
    Role.EXPERT: {Can.READ_ACTIVITIES: Reach.OWN, Can.READ_STUDIES: Reach.OWN},
    Role.BROKER: {},
    Role.LABORATORY: {},
    Role.PARTNER: dict.fromkeys(_RECORDS, Reach.PROGRAMME) | _TOTALS,
}

NEEDS_CLUSTER = {Role.CDA, Role.ADVANCED_CDA, Role.ASSOCIATION, Role.INSTITUTE}
NEEDS_ORGANISATION = {Role.ASSOCIATION, Role.INSTITUTE, Role.FIRM, Role.EXPERT, Role.BROKER, Role.LABORATORY}


def holds_on(valid_from: dt.date | None, valid_to: dt.date | None, day: dt.date) -> bool:
    """Whether something dated from-to (both inclusive, None open) holds on ``day``."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


class Force(StrEnum):
    """Whether an agreement binds on a day. An agreement that names no end is said to be so, not guessed at."""

    IN_FORCE = "in-force"
    END_NOT_STATED = "end-not-stated"
    NOT_YET = "not-yet"
    LAPSED = "lapsed"
    NEVER_SIGNED = "never-signed"
    NOT_STATED = "not-stated"


def force_on(
    day: dt.date,
    *,
    was_signed: bool,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
    ended_on: dt.date | None = None,
) -> Force:
    """The state of an agreement on ``day`` (its first and last day inclusive).

    ``valid_from`` is the day of signature where nothing else is stated. ``ended_on`` is the day on which it was
    replaced or given up, whatever its text says.
    """
    if not was_signed:
        return Force.NEVER_SIGNED
    if valid_from is None:
        return Force.NOT_STATED
    if day < valid_from:
        return Force.NOT_YET
    if (ended_on and day >= ended_on) or (valid_to and day > valid_to):
        return Force.LAPSED
    return Force.IN_FORCE if valid_to else Force.END_NOT_STATED


@dataclass(frozen=True, slots=True)
class Span:
    valid_from: dt.date | None
    valid_to: dt.date | None


def overlap(a: Span, b: Span) -> bool:
    return not (
        (a.valid_to is not None and b.valid_from is not None and a.valid_to < b.valid_from)
        or (b.valid_to is not None and a.valid_from is not None and b.valid_to < a.valid_from)
    )


# From here on the two clusters of a twinning work together, so that somebody must press the advanced side (R2.1).
AT_WORK = ("negotiating", "active")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn in the story of a twinning: ``first`` and ``last`` are the days that it may be of, None where not stated.

    ``recorded``: the day on which somebody wrote it down, so that it was so by then.
    """

    status: str
    first: dt.date | None
    last: dt.date | None
    recorded: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """When a twinning was at work: all of ``span``, or with ``somewhen`` for some time in it, nobody knows when."""

    span: Span
    somewhen: bool = False

    def is_in(self, asked: Span) -> bool:
        """Whether it was surely at work at some time of ``asked``."""
        return _within(self.span, asked) if self.somewhen else overlap(self.span, asked)


def _within(inner: Span, outer: Span) -> bool:
    starts = (outer.valid_from or dt.date.min) <= (inner.valid_from or dt.date.min)
    return starts and (inner.valid_to or dt.date.max) <= (outer.valid_to or dt.date.max)


def times_at_work(turns: Sequence[Turn]) -> list[Work]:
    """When a twinning was at work, of its turns in their order. What is not known is not read as "always".

    A turn holds from the first day that it may be of until the day before the next one. One to work that states no
    day holds from the day on which it was recorded, unless a later turn is of an earlier day: then, told long after,
    it says nothing. Where the turn that ends the work states no day, or may be of the same day ("negotiating 2010",
    "abandoned 2010"), the twinning was at work for some time of the days that the turn to work may be of: in a period
    that covers 2010 it was, of one day in 2010 nobody knows.
    """
    found: list[Work] = []
    for place, turn in enumerate(turns):
        first = _holds_from(turns, place)
        if turn.status not in AT_WORK or first is None:
            continue
        after = range(place + 1, len(turns))
        follows = next((n for n in after if turns[n].status not in AT_WORK or _holds_from(turns, n)), None)
        if follows is None:
            found.append(Work(Span(first, None)))
            continue
        ending = turns[follows]
        until = _holds_from(turns, follows)
        if until and first < until:
            found.append(Work(Span(first, until - dt.timedelta(days=1))))
        elif ending.status not in AT_WORK:
            last = min(turn.last or first, ending.last or dt.date.max)
            if first <= last:
                found.append(Work(Span(first, last), somewhen=True))
    return found


def _holds_from(turns: Sequence[Turn], place: int) -> dt.date | None:
    """The first day that a turn may be of; of one to work that states none the day of its record, where it can be."""
    turn = turns[place]
    if turn.first or turn.recorded is None or turn.status not in AT_WORK:
        return turn.first
    later = [one.first for one in turns[place + 1 :] if one.first]
    return turn.recorded if turn.recorded <= min(later, default=turn.recorded) else None


def second_coordinator(new: Span, others: Iterable[Span]) -> bool:
    """At most one overall coordinator at a time in a programme (step 2)."""
    return any(overlap(new, other) for other in others)


FIRM_KINDS = ("principal-firm", "subcontractor", "support-firm", "buyer", "bdsp")

TWINNING_MOVES: dict[str, set[str]] = {
    "scouting": {"study", "abandoned"},
    "study": {"negotiating", "abandoned"},
    "negotiating": {"active", "study", "abandoned"},
    "active": {"lapsed", "abandoned"},
    "lapsed": {"negotiating", "active", "abandoned"},
    "abandoned": {"scouting"},
}


BEYOND_STUDY = {"negotiating", "active"}


def goes_beyond_study(status: str, to: str) -> bool:
    """Whether this turn takes a twinning from looking at each other to dealing with each other (R4.1)."""
    return to in BEYOND_STUDY and status not in BEYOND_STUDY


def may_move(status: str, to: str) -> bool:
    """The courses a twinning takes: a lapsed or abandoned one may be taken up again, and keeps its story."""
    return to in TWINNING_MOVES.get(status, set())
