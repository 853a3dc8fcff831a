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


def times_at_work(turns: Sequence[tuple[str, dt.date | None]]) -> list[Span]:
    """When a twinning was at work, of its turns in their order: each a status and the first day that it may be of.

    A turn without a day is taken to follow at once on the one before it.
    """
    found: list[Span] = []
    since, was_at_work = None, False
    for status, day in turns:
        begun = day or since
        if was_at_work and begun and (since is None or since < begun):
            found.append(Span(since, begun - dt.timedelta(days=1)))
        since, was_at_work = begun, status in AT_WORK
    if was_at_work:
        found.append(Span(since, None))
    return found


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
