"""Meetings with what they decided, and members with their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from clusters.models import Decision, Membership, SteeringMeeting
from clusters.queries.words import held_text, span_text
from clusters.rules import holds_on


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """``decisions`` with the decision that superseded each, or None."""

    meeting: SteeringMeeting
    held: str
    decisions: list[tuple[Decision, Decision | None]]


@dataclass(frozen=True, slots=True)
class MemberLine:
    membership: Membership
    when: str
    is_current: bool


def meeting_lines(meetings: Iterable[SteeringMeeting]) -> list[MeetingLine]:
    rows = list(meetings)
    decisions = Decision.objects.filter(meeting__in=rows).select_related(
        "cluster", "component", "supersedes__meeting", "superseded_by__meeting"
    )
    by_meeting: dict[int, list[tuple[Decision, Decision | None]]] = {}
    for decision in decisions.order_by("id"):
        later = getattr(decision, "superseded_by", None)
        by_meeting.setdefault(decision.meeting_id, []).append((decision, later))
    return [MeetingLine(row, held_text(row.held, row.held_text), by_meeting.get(row.pk, [])) for row in rows]


def member_lines(memberships: Iterable[Membership], day: dt.date) -> list[MemberLine]:
    return [
        MemberLine(row, span_text(row.valid_from, row.valid_to), holds_on(row.valid_from, row.valid_to, day))
        for row in memberships
    ]
