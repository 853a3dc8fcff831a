"""Selection rounds: their parameters, weights and candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from clusters.models import (
    Cluster,
    Programme,
    SelectionCandidate,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.permissions import can_edit_programme
from clusters.rules.selection import STANDARD, WHOLE, is_outside, weights_sum
from clusters.services.common import same_programme
from twinning.core import history
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_CANDIDATES = 40
MOST_PARAMETERS = 20
Status = SelectionRound.Status


class Overtaken(DomainError):
    """Somebody else wrote what the caller had not seen. ``current`` says what stands now, by the names that
    ``fields`` uses: the number of a set of weights, or the version of a score (None where there is none).
    """

    code = "overtaken"
    status = 409

    def __init__(
        self,
        message: StrOrPromise,
        *,
        fields: dict[str, list[StrOrPromise]],
        current: Mapping[str, int | None],
    ) -> None:
        super().__init__(message, fields=fields)
        self.current = current


def held(selection_round: SelectionRound, *states: str) -> SelectionRound:
    """The round, kept from other writers until the transaction ends. Raises WrongState unless in one of the
    states (open where none is named).
    """
    rows = SelectionRound.objects.select_for_update(of=("self",)).select_related("programme")
    current = rows.get(pk=selection_round.pk)
    if current.status not in (states or (Status.OPEN,)):
        raise WrongState(
            _("This round is %(status)s. To change it, open it again.")
            % {"status": current.get_status_display()}
        )
    return current


def reason_given(reason: str, message: str) -> str:
    if not reason.strip():
        raise DomainError(message, code="no_reason", fields={"reason": [message]})
    return reason


@transaction.atomic
def open_round(
    *, actor: User, programme: Programme, title: str, number: int | None = None, **values: Any
) -> SelectionRound:
    """Open a round with the eight parameters of the method, in points, and equal weights to begin with.

    ``number`` is the next one when None.
    """
    require(can_edit_programme(actor, programme))
    Programme.objects.select_for_update().get(pk=programme.pk)
    if number is None:
        last = SelectionRound.objects.filter(programme=programme).aggregate(last=Max("number"))["last"]
        number = (last or 0) + 1
    opened = history.create(
        SelectionRound(programme=programme, number=number, title=title, **values), actor=actor
    )
    for order, code in enumerate(STANDARD, start=1):
        history.create(SelectionParameter(round=opened, code=code, order=order), actor=actor, parent=opened)
    equal = {code: WHOLE / len(STANDARD) for code in STANDARD}
    _weigh(actor, opened, equal, _("Equal weights to begin with: the method gives none."), 1)
    return opened


@transaction.atomic
def update_round(
    *, actor: User, selection_round: SelectionRound, version: int | None, **values: Any
) -> SelectionRound:
    require(can_edit_programme(actor, selection_round.programme))
    held(selection_round, Status.OPEN, Status.DECIDED)
    return history.change(selection_round, values, actor=actor, version=version)


@transaction.atomic
def add_parameter(
    *, actor: User, selection_round: SelectionRound, code: str, **values: Any
) -> SelectionParameter:
    """Add a parameter of one's own. It weighs nothing until weights are set anew."""
    require(can_edit_programme(actor, selection_round.programme))
    current = held(selection_round)
    there = SelectionParameter.objects.filter(round=current)
    if there.count() >= MOST_PARAMETERS:
        raise DomainError(_("A round has at most %(most)d parameters.") % {"most": MOST_PARAMETERS})
    values.setdefault("order", (there.aggregate(last=Max("order"))["last"] or 0) + 1)
    parameter = SelectionParameter(round=current, code=code, **values)
    return history.create(parameter, actor=actor, parent=current)


@transaction.atomic
def update_parameter(
    *, actor: User, parameter: SelectionParameter, version: int | None, **values: Any
) -> SelectionParameter:
    """Change how a parameter reads or is scaled. Raises DomainError at ``scale`` where a score that stands
    would lie outside the new scale.
    """
    selection_round = parameter.round
    require(can_edit_programme(actor, selection_round.programme))
    held(selection_round)
    changed = history.change(parameter, values, actor=actor, version=version, parent=selection_round)
    values_given = SelectionScore.objects.filter(parameter=changed).values_list("value", flat=True)
    outside = sum(is_outside(value, changed.bounds) for value in values_given)
    if outside:
        message = _("Scores that lie outside this scale: %(count)d. Change them first.") % {"count": outside}
        raise DomainError(message, code="scores_outside", fields={"scale": [message]})
    return changed


# Weights --------------------------------------------------------------------------------------------------


def current_weights(selection_round: SelectionRound) -> SelectionWeights | None:
    return SelectionWeights.objects.filter(round=selection_round).order_by("-number").first()


@transaction.atomic
def set_weights(
    *,
    actor: User,
    selection_round: SelectionRound,
    weights: Mapping[str, Decimal],
    reason: str,
    after: int | None = None,
) -> SelectionWeights:
    """Make a new set of weights, which counts from now on; earlier ones stay as they are.

    ``weights``: {code of a parameter: weight}, two decimals at most; what is not named weighs nothing.
    ``after`` is the number of the set that the caller saw. Raises DomainError at ``weights`` (or
    ``weights/code``) and ``reason``, Overtaken when another set was made meanwhile.
    """
    require(can_edit_programme(actor, selection_round.programme))
    current = held(selection_round)
    reason_given(reason, _("Say why the weights are set so."))
    last = current_weights(current)
    number = last.number if last else 0
    if after is not None and after != number:
        message = _("Somebody set weights %(number)d meanwhile. Look at them, then save again.") % {
            "number": number
        }
        raise Overtaken(message, fields={"weights": [message]}, current={"after": number})
    codes = set(SelectionParameter.objects.filter(round=current).values_list("code", flat=True))
    _check_weights(weights, codes)
    return _weigh(actor, current, weights, reason, number + 1)


def _check_weights(weights: Mapping[str, Decimal], codes: set[str]) -> None:
    wrong: dict[str, list[StrOrPromise]] = {}
    for code, weight in weights.items():
        if code not in codes:
            wrong[f"weights/{code}"] = [_("The round has no parameter %(code)s.") % {"code": code}]
        elif not 0 <= weight <= WHOLE or weight != round(weight, 2):
            wrong[f"weights/{code}"] = [_("A weight is from 0 to 100, with two decimals at most.")]
    if wrong:
        raise DomainError(_("These are no weights."), code="no_weights", fields=wrong)
    total = weights_sum(weights)
    if total != WHOLE:
        message = _("The weights sum to %(sum)s, not to 100.") % {
            "sum": number_format(total.normalize(), force_grouping=True)
        }
        raise DomainError(message, code="weights_sum", fields={"weights": [message]})


def _weigh(
    actor: User, selection_round: SelectionRound, weights: Mapping[str, Decimal], reason: str, number: int
) -> SelectionWeights:
    made = SelectionWeights(
        round=selection_round,
        number=number,
        weights={code: format(weight.normalize(), "f") for code, weight in weights.items()},
        reason=reason,
        author=actor,
    )
    return history.create(made, actor=actor, parent=selection_round)


# Candidates -----------------------------------------------------------------------------------------------


@transaction.atomic
def add_candidate(
    *, actor: User, selection_round: SelectionRound, cluster: Cluster | None = None, **values: Any
) -> SelectionCandidate:
    """Add a cluster of the programme, or by name one that is not in it."""
    require(can_edit_programme(actor, selection_round.programme))
    same_programme(selection_round.programme_id, cluster=cluster)
    current = held(selection_round)
    if SelectionCandidate.objects.filter(round=current).count() >= MOST_CANDIDATES:
        raise DomainError(_("A round has at most %(most)d candidates.") % {"most": MOST_CANDIDATES})
    candidate = SelectionCandidate(round=current, cluster=cluster, **values)
    return history.create(candidate, actor=actor, parent=current)


@transaction.atomic
def update_candidate(
    *, actor: User, candidate: SelectionCandidate, version: int | None, **values: Any
) -> SelectionCandidate:
    """Mend what is said of a candidate, or name the cluster that it has become in the programme."""
    selection_round = candidate.round
    require(can_edit_programme(actor, selection_round.programme))
    same_programme(selection_round.programme_id, cluster=values.get("cluster"))
    held(selection_round, Status.OPEN, Status.DECIDED)
    if values.get("cluster") is not None:
        values = {**values, "name": "", "country": "", "place": ""}
    return history.change(candidate, values, actor=actor, version=version, parent=selection_round)


@transaction.atomic
def withdraw_candidate(
    *, actor: User, candidate: SelectionCandidate, version: int | None, reason: str
) -> SelectionCandidate:
    """Take a candidate out of the ranking. Its scores stay and count again if it is taken back."""
    _may_move(actor, candidate, SelectionCandidate.Status.CANDIDATE)
    reason_given(reason, _("Say why it is withdrawn."))
    values = {"status": SelectionCandidate.Status.WITHDRAWN, "withdrawn_because": reason}
    return _moved(actor, candidate, version, values, reason)


@transaction.atomic
def readmit_candidate(
    *, actor: User, candidate: SelectionCandidate, version: int | None, reason: str = ""
) -> SelectionCandidate:
    _may_move(actor, candidate, SelectionCandidate.Status.WITHDRAWN)
    values = {"status": SelectionCandidate.Status.CANDIDATE, "withdrawn_because": ""}
    return _moved(actor, candidate, version, values, reason)


def _may_move(actor: User, candidate: SelectionCandidate, now: str) -> None:
    require(can_edit_programme(actor, candidate.round.programme))
    held(candidate.round)
    # Read behind the lock of the round, so that two who withdraw at once do not both succeed.
    current = SelectionCandidate.objects.get(pk=candidate.pk)
    if current.status != now:
        raise WrongState(_("It is %(status)s already.") % {"status": current.get_status_display()})


def _moved(
    actor: User, candidate: SelectionCandidate, version: int | None, values: dict[str, Any], reason: str
) -> SelectionCandidate:
    return history.change(
        candidate, values, actor=actor, version=version, reason=reason, parent=candidate.round
    )


def seen_version(record: Any, version: int | None) -> None:
    """Raises StaleVersion when the caller saw another version of a record that is held."""
    if version is not None and record.version != version:
        raise StaleVersion(record)


def names_of(candidates: Iterable[SelectionCandidate]) -> str:
    return ", ".join(str(candidate) for candidate in candidates)
