"""What a selection round ends in: the decision with its reasons, and the opening and closing of rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Decision, SelectionCandidate, SelectionOutcome, SelectionRound
from clusters.permissions import can_manage
from clusters.queries.selection import Compared, compare
from clusters.rules.selection import ROUND_MOVES, Standing, departures
from clusters.services.selection import Status, held, names_of, reason_given, seen_version
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Refusals = dict[str, list["StrOrPromise"]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one candidate. ``decision`` is the committee's, where it was recorded."""

    candidate: SelectionCandidate
    outcome: str
    reason: str = ""
    decision: Decision | None = None


@transaction.atomic
def decide_round(
    *,
    actor: User,
    selection_round: SelectionRound,
    verdicts: Sequence[Verdict],
    decided_on: dt.date,
    version: int | None = None,
    fingerprint: str = "",
) -> SelectionRound:
    """Decide on every candidate that was not withdrawn, and keep the values on which it was decided.

    ``fingerprint`` is that of the ranking which the caller saw ("" where it does not matter). Raises
    WrongState unless the round is open, so that of two who decide at once the second is refused; DomainError
    at ``decided_on``, ``outcomes``, ``outcomes/n/candidate``, ``outcomes/n/decision``, and at
    ``outcomes/n/reason`` where an outcome departs from the ranking and says not why (R1.3).
    """
    require(can_manage(actor, selection_round.programme))
    current = held(selection_round)
    seen_version(current, version)
    compared = compare(current)
    if fingerprint and fingerprint != compared.fingerprint:
        raise WrongState(_("The ranking has changed since you saw it. Look at it again, then decide."))
    _check_day(decided_on)
    _check_candidates(compared, verdicts)
    departing = departures(compared.ranks, {v.candidate.pk: v.outcome for v in verdicts})
    _check_reasons(current, verdicts, departing)
    standings = {standing.key: standing for standing in compared.standings}
    sitting = current.sittings + 1
    for verdict in verdicts:
        standing = standings[verdict.candidate.pk]
        outcome = SelectionOutcome(
            candidate=verdict.candidate,
            sitting=sitting,
            outcome=verdict.outcome,
            rank=standing.rank,
            overrides_ranking=verdict.candidate.pk in departing,
            reason=verdict.reason.strip(),
            decided_on=decided_on,
            decision=verdict.decision,
            snapshot=_snapshot(compared, standing),
        )
        history.create(outcome, actor=actor, parent=current)
    values = {"status": Status.DECIDED, "sittings": sitting}
    return history.change(current, values, actor=actor, version=current.version)


def _check_day(decided_on: dt.date) -> None:
    if decided_on > timezone.localdate():
        message = _("A decision was made today or earlier.")
        raise DomainError(message, code="future", fields={"decided_on": [message]})


def _check_candidates(compared: Compared, verdicts: Sequence[Verdict]) -> None:
    """Each standing candidate once, and no other."""
    wanted = {standing.key for standing in compared.standings}
    if not wanted:
        raise DomainError(_("The round has no candidates to decide on."), code="no_candidates")
    wrong: Refusals = {}
    named: set[int] = set()
    for n, verdict in enumerate(verdicts):
        pk = verdict.candidate.pk
        if pk not in wanted or pk in named:
            message = _("%(name)s is no candidate of this round, was withdrawn, or stands here twice.") % {
                "name": verdict.candidate
            }
            wrong[f"outcomes/{n}/candidate"] = [message]
        named.add(pk)
    if left := [compared.candidates[pk] for pk in sorted(wanted - named)]:
        wrong["outcomes"] = [_("Say what becomes of: %(names)s.") % {"names": names_of(left)}]
    if wrong:
        raise DomainError(_("A decision is on every candidate."), code="candidates", fields=wrong)


def _check_reasons(current: SelectionRound, verdicts: Sequence[Verdict], departing: set[int]) -> None:
    wrong: Refusals = {}
    for n, verdict in enumerate(verdicts):
        if verdict.candidate.pk in departing and not verdict.reason.strip():
            message = _("%(name)s: this departs from the ranking. Say why.") % {"name": verdict.candidate}
            wrong[f"outcomes/{n}/reason"] = [message]
        decision = verdict.decision
        if decision is None:
            continue
        if decision.history_programme_id != current.programme_id:
            wrong[f"outcomes/{n}/decision"] = [_("This record belongs to another programme.")]
        elif decision.cluster_id and decision.cluster_id != verdict.candidate.cluster_id:
            wrong[f"outcomes/{n}/decision"] = [_("This decision is about another cluster.")]
    if wrong:
        raise DomainError(_("The decision needs more."), code="no_reason", fields=wrong)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def _snapshot(compared: Compared, standing: Standing) -> dict[str, Any]:
    """See ``SelectionOutcome.snapshot``. Means are kept with six decimals."""
    values = {}
    for code, part in standing.parts.items():
        opinion = part.opinion
        mean = Decimal(opinion.mean.numerator) / Decimal(opinion.mean.denominator)
        values[code] = {
            "mean": _text(round(mean, 6)),
            "low": _text(opinion.low),
            "high": _text(opinion.high),
            "assessors": opinion.assessors,
            "points": _text(part.points),
        }
    return {
        "weights": {code: _text(weight) for code, weight in compared.weights.items()},
        "weight_set": compared.weight_set.number if compared.weight_set else None,
        "values": values,
        "composite": _text(standing.composite),
        "low": _text(standing.low),
        "high": _text(standing.high),
        "completeness": _text(standing.completeness),
        "candidates": len(compared.standings),
        "illustrative": compared.is_illustrative(standing.key),
    }


@transaction.atomic
def close_round(
    *, actor: User, selection_round: SelectionRound, version: int | None, reason: str
) -> SelectionRound:
    """End a round: from now on nothing of it changes, unless it is opened again."""
    return _move(actor, selection_round, Status.CLOSED, version, reason, _("Say why the round is closed."))


@transaction.atomic
def reopen_round(
    *, actor: User, selection_round: SelectionRound, version: int | None, reason: str
) -> SelectionRound:
    """Take a round up again. What was decided stays, and a new decision is kept beside it."""
    return _move(
        actor, selection_round, Status.OPEN, version, reason, _("Say why the round is opened again.")
    )


def _move(
    actor: User, selection_round: SelectionRound, to: str, version: int | None, reason: str, ask: str
) -> SelectionRound:
    require(can_manage(actor, selection_round.programme))
    current = held(selection_round, *ROUND_MOVES)
    if to not in ROUND_MOVES[current.status]:
        raise WrongState(_("The round is %(status)s already.") % {"status": current.get_status_display()})
    reason_given(reason, ask)
    return history.change(current, {"status": to}, actor=actor, version=version, reason=reason)
