"""Outcomes that no activity shows, and their verification by a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Organisation, Programme
from clusters.services.common import same_programme
from monitoring.models import Outcome, OutcomeParty
from monitoring.permissions import can_measure, can_verify
from monitoring.services.results import refuse
from twinning.core import history, periods
from twinning.core.access import WrongState, require
from twinning.core.models import User

MOST_PARTIES = 12
Parties = Iterable[tuple[Organisation, str]]


def _days(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with the first and last day that ``happened`` may mean."""
    if "happened" not in values:
        return dict(values)
    try:
        segments = periods.from_edtf(values["happened"]) if values["happened"] else ()
    except ValueError:
        return dict(values)  # the field itself says what is wrong with it
    first, last = periods.bounds(segments)
    if segments and last is None:
        raise refuse("happened", _("Say when it happened; it cannot go on without an end."), "no_end")
    if last is not None and (first or last) > timezone.localdate():
        raise refuse("happened", _("This day is still to come: an outcome is what has happened."), "future")
    return {**values, "happened_first": first, "happened_last": last}


def _belong(programme: Programme, values: Mapping[str, Any], parties: Parties = ()) -> None:
    same_programme(programme.pk, **{name: values.get(name) for name in ("cluster", "twinning", "activity")})
    for organisation, _role in parties:
        same_programme(programme.pk, parties=organisation)


@transaction.atomic
def record_outcome(
    *,
    actor: User,
    programme: Programme,
    cluster: Cluster | None = None,
    parties: Parties = (),
    **values: Any,
) -> Outcome:
    """Record what came of the programme, with its parties (organisation, role); somebody else verifies it."""
    require(can_measure(actor, programme, cluster))
    parties = list(parties)
    _belong(programme, {**values, "cluster": cluster}, parties)
    outcome = Outcome(programme=programme, cluster=cluster, author=actor, **_days(values))
    made = history.create(outcome, actor=actor)
    for organisation, role in parties:
        _add_party(actor, made, organisation, role)
    return made


@transaction.atomic
def update_outcome(
    *, actor: User, outcome: Outcome, version: int | None, parties: Parties | None = None, **values: Any
) -> Outcome:
    """Change an outcome. One that was verified has to be verified again, since it says something else now.

    ``parties`` None leaves them as they are; else they become these.
    """
    current = _standing(outcome)
    require(can_measure(actor, current.programme, current.cluster))
    if "cluster" in values:
        require(can_measure(actor, current.programme, values["cluster"]))
    listed = None if parties is None else list(parties)
    _belong(current.programme, values, listed or ())
    changed = history.change(current, _days(values), actor=actor, version=version)
    regrouped = listed is not None and _regroup(actor, changed, listed)
    if changed.version != current.version or regrouped:
        changed = _unverified(actor, changed)
    return changed


def _unverified(actor: User, outcome: Outcome) -> Outcome:
    if outcome.verified_at is None:
        return outcome
    values = {"verified_at": None, "verified_by": None, "verified_note": ""}
    return history.change(
        outcome, values, actor=actor, version=None, reason=_("changed after it was verified")
    )


def _regroup(actor: User, outcome: Outcome, parties: list[tuple[Organisation, str]]) -> bool:
    """Make these the parties; whether any changed."""
    wanted = {organisation.pk: (organisation, role) for organisation, role in parties}
    there = {party.organisation_id: party for party in OutcomeParty.objects.filter(outcome=outcome)}
    gone = [party for pk, party in there.items() if pk not in wanted or party.role != wanted[pk][1]]
    for party in gone:
        history.remove(party, actor=actor, parent=outcome)
    kept = there.keys() - {party.organisation_id for party in gone}
    new = [wanted[pk] for pk in wanted if pk not in kept]
    for organisation, role in new:
        _add_party(actor, outcome, organisation, role)
    return bool(gone or new)


def _add_party(actor: User, outcome: Outcome, organisation: Organisation, role: str) -> OutcomeParty:
    if OutcomeParty.objects.filter(outcome=outcome).count() >= MOST_PARTIES:
        raise refuse("parties", _("An outcome names at most %(most)d parties.") % {"most": MOST_PARTIES})
    party = OutcomeParty(outcome=outcome, organisation=organisation, role=role)
    return history.create(party, actor=actor, parent=outcome)


def _standing(outcome: Outcome) -> Outcome:
    current = (
        Outcome.objects.select_for_update(of=("self",))
        .select_related("programme", "cluster")
        .get(pk=outcome.pk)
    )
    if current.removed_at is not None:
        raise WrongState(_("This outcome was removed."))
    return current


@transaction.atomic
def verify_outcome(*, actor: User, outcome: Outcome, version: int | None, note: str) -> Outcome:
    """Confirm an outcome that somebody else entered, saying how; from then on it counts."""
    current = _standing(outcome)
    if current.author_id == actor.pk:
        require(False, _("You entered it: somebody else verifies it."))
    require(can_verify(actor, current))
    if current.verified_at is not None:
        raise WrongState(_("This outcome is verified already."))
    if not note.strip():
        raise refuse("note", _("Say how it was verified: a visit, a paper, a call."), "no_note")
    values = {"verified_at": timezone.now(), "verified_by": actor, "verified_note": note.strip()}
    return history.change(current, values, actor=actor, version=version)


@transaction.atomic
def remove_outcome(*, actor: User, outcome: Outcome, version: int | None, reason: str) -> Outcome:
    """Take an outcome out: it counts no more, and stays in history."""
    current = _standing(outcome)
    require(can_measure(actor, current.programme, current.cluster))
    if not reason.strip():
        raise refuse("reason", _("Say why it is removed; its history keeps it."), "no_reason")
    values = {"removed_at": timezone.now()}
    return history.change(current, values, actor=actor, version=version, reason=reason)
