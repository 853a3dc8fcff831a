"""Scores of a selection round: each is one assessor's value with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from clusters.models import SelectionCandidate, SelectionParameter, SelectionRound, SelectionScore
from clusters.permissions import can_edit_programme, can_manage, can_remove_score
from clusters.rules.selection import is_outside
from clusters.services.selection import Overtaken, held, seen_version
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ASSESSORS = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a score sheet: ``value`` None for no opinion; ``version`` of the score that was seen, or None
    where there was none."""

    candidate: SelectionCandidate
    value: Decimal | None
    evidence: str
    source: str = ""
    version: int | None = None


def _may_assess(actor: User, selection_round: SelectionRound, assessor_name: str) -> None:
    """One scores for oneself; for somebody without an account a manager enters what he was told."""
    programme = selection_round.programme
    require(can_manage(actor, programme) if assessor_name else can_edit_programme(actor, programme))


def _of_assessor(actor: User, assessor_name: str) -> dict[str, Any]:
    if assessor_name:
        return {"assessor": None, "assessor_name__iexact": assessor_name}
    return {"assessor": actor}


def _refusals(parameter: SelectionParameter, value: Decimal, evidence: str) -> dict[str, list[StrOrPromise]]:
    wrong: dict[str, list[StrOrPromise]] = {}
    if is_outside(value, parameter.bounds):
        wrong["value"] = [outside_text(parameter)]
    if not evidence.strip():
        wrong["evidence"] = [_("Say what the value rests on.")]
    return wrong


def outside_text(parameter: SelectionParameter) -> str:
    lowest, highest = (
        None if end is None else number_format(end.normalize(), force_grouping=True)
        for end in parameter.bounds
    )
    if highest is None:
        return _("The scale begins at %(lowest)s.") % {"lowest": lowest}
    if lowest is None:
        return _("The scale ends at %(highest)s.") % {"highest": highest}
    return _("The scale goes from %(lowest)s to %(highest)s.") % {"lowest": lowest, "highest": highest}


@transaction.atomic
def score_candidate(
    *,
    actor: User,
    candidate: SelectionCandidate,
    parameter: SelectionParameter,
    value: Decimal,
    evidence: str,
    source: str = "",
    assessor_name: str = "",
    illustrative: bool = False,
    version: int | None = None,
) -> SelectionScore:
    """Give a candidate a value on a parameter, or change the value that this assessor gave.

    The assessor is the actor, or the person named, who has no account. Raises DomainError at ``value``,
    ``evidence``, ``candidate`` or ``parameter``.
    """
    assessor_name = " ".join(assessor_name.split())
    _may_assess(actor, candidate.round, assessor_name)
    current = held(candidate.round)
    _check_pair(current, candidate, parameter)
    if wrong := _refusals(parameter, value, evidence):
        raise DomainError(next(iter(wrong.values()))[0], code="no_score", fields=wrong)
    standing = SelectionScore.objects.filter(
        candidate=candidate, parameter=parameter, **_of_assessor(actor, assessor_name)
    ).first()
    values = {
        "value": value,
        "evidence": evidence,
        "source": source,
        "illustrative": illustrative or current.illustrative,
    }
    if standing is not None:
        return history.change(standing, values, actor=actor, version=version, parent=candidate)
    _check_room(candidate, parameter)
    score = SelectionScore(
        candidate=candidate,
        parameter=parameter,
        assessor=None if assessor_name else actor,
        assessor_name=assessor_name,
        **values,
    )
    return history.create(score, actor=actor, parent=candidate)


def _check_pair(
    selection_round: SelectionRound, candidate: SelectionCandidate, parameter: SelectionParameter
) -> None:
    if parameter.round_id != selection_round.pk:
        message = _("This parameter belongs to another round.")
        raise DomainError(message, code="other_round", fields={"parameter": [message]})
    # Read behind the lock of the round: it may have been withdrawn since the caller read it.
    if SelectionCandidate.objects.get(pk=candidate.pk).is_withdrawn:
        message = _("%(candidate)s was withdrawn; take it back to score it.") % {"candidate": candidate}
        raise DomainError(message, code="withdrawn", fields={"candidate": [message]})


def _check_room(candidate: SelectionCandidate, parameter: SelectionParameter) -> None:
    if SelectionScore.objects.filter(candidate=candidate, parameter=parameter).count() >= MOST_ASSESSORS:
        raise DomainError(_("At most %(most)d assessors score a round.") % {"most": MOST_ASSESSORS})


@transaction.atomic
def update_score(*, actor: User, score: SelectionScore, version: int | None, **values: Any) -> SelectionScore:
    """Change one's own score, or as a manager that of an assessor without account."""
    _may_change(actor, score)
    current = held(score.candidate.round)
    _check_pair(current, score.candidate, score.parameter)
    wrong = _refusals(
        score.parameter, values.get("value", score.value), values.get("evidence", score.evidence)
    )
    if wrong:
        raise DomainError(next(iter(wrong.values()))[0], code="no_score", fields=wrong)
    if current.illustrative:
        values["illustrative"] = True
    return history.change(score, values, actor=actor, version=version, parent=score.candidate)


def _may_change(actor: User, score: SelectionScore) -> None:
    _may_assess(actor, score.candidate.round, score.assessor_name)
    require(
        bool(score.assessor_name) or score.assessor_id == actor.pk,
        _("This is another assessor’s score: only he changes it."),
    )


@transaction.atomic
def remove_score(*, actor: User, score: SelectionScore, version: int | None = None, reason: str = "") -> None:
    """Take back one's own score. A manager takes out any, with a reason where another gave it."""
    require(can_remove_score(actor, score))
    held(score.candidate.round)
    current = SelectionScore.objects.filter(pk=score.pk).first()
    if current is None:
        raise WrongState(_("This score was taken out already."))
    if current.assessor_id != actor.pk and not reason.strip():
        message = _("Say why this score is taken out: another assessor gave it.")
        raise DomainError(message, code="no_reason", fields={"reason": [message]})
    seen_version(current, version)
    history.remove(current, actor=actor, reason=reason, parent=score.candidate)


@transaction.atomic
def fill_sheet(
    *,
    actor: User,
    parameter: SelectionParameter,
    entries: Sequence[Entry],
    assessor_name: str = "",
) -> int:
    """Save one assessor's scores of all candidates on a parameter, all or none; returns how many changed.

    An entry without value takes the score back. Raises DomainError at ``entries/n/value`` and
    ``entries/n/evidence``, and Overtaken at ``entries/n/value`` where the score is not the one that was seen.
    """
    assessor_name = " ".join(assessor_name.split())
    _may_assess(actor, parameter.round, assessor_name)
    held(parameter.round)
    rows = SelectionScore.objects.filter(parameter=parameter, **_of_assessor(actor, assessor_name))
    standing = {score.candidate_id: score for score in rows.select_related("candidate__round__programme")}
    changed = [(n, entry) for n, entry in enumerate(entries) if _differs(entry, standing)]
    _check_seen(changed, standing)
    wrong: dict[str, list[StrOrPromise]] = {}
    for n, entry in changed:
        found = {} if entry.value is None else _refusals(parameter, entry.value, entry.evidence)
        if entry.value is None and entry.evidence.strip() and entry.candidate.pk not in standing:
            found = {"value": [_("There is evidence here, but no value.")]}
        wrong |= {f"entries/{n}/{name}": messages for name, messages in found.items()}
    if wrong:
        raise DomainError(_("Some scores cannot stand."), code="no_score", fields=wrong)
    for _n, entry in changed:
        if entry.value is None:
            remove_score(actor=actor, score=standing[entry.candidate.pk], reason=_("No opinion any more."))
        else:
            score_candidate(
                actor=actor,
                candidate=entry.candidate,
                parameter=parameter,
                value=entry.value,
                evidence=entry.evidence,
                source=entry.source,
                assessor_name=assessor_name,
            )
    return len(changed)


def _differs(entry: Entry, standing: dict[int, SelectionScore]) -> bool:
    score = standing.get(entry.candidate.pk)
    if score is None:
        return entry.value is not None or bool(entry.evidence.strip())
    if entry.value is None:
        return True
    return (score.value, score.evidence, score.source) != (entry.value, entry.evidence, entry.source)


def _check_seen(changed: Sequence[tuple[int, Entry]], standing: dict[int, SelectionScore]) -> None:
    fields: dict[str, list[StrOrPromise]] = {}
    current: dict[str, int | None] = {}
    for n, entry in changed:
        score = standing.get(entry.candidate.pk)
        if (score.version if score else None) == entry.version:
            continue
        if score is None:
            message = _("This score was taken out meanwhile. Save again to give it anew.")
        else:
            shown = number_format(score.value.normalize(), force_grouping=True)
            message = _("%(value)s was saved here meanwhile. Save again to put yours in its place.") % {
                "value": shown
            }
        fields[f"entries/{n}/value"] = [message]
        current[f"entries/{n}"] = score.version if score else None
    if fields:
        raise Overtaken(_("Some scores were changed meanwhile."), fields=fields, current=current)
