from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Agreement, AgreementClaim, AgreementParty, Organisation, Programme
from clusters.permissions import can_edit_programme
from clusters.services.common import same_programme
from twinning.core import attachments, history, periods
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import Attachment, User


def signed_days(values: dict[str, Any]) -> dict[str, Any]:
    """Add the first and last possible day of the date of signature, for questions such as "in force on"."""
    if "signed" not in values:
        return values
    try:
        segments = periods.from_edtf(values["signed"]) if values["signed"] else ()
    except ValueError:
        return values  # the field itself says what is wrong with it
    first, last = periods.bounds(segments)
    return values | {"signed_first": first, "signed_last": last}


def _check_references(programme_id: int, values: dict[str, Any]) -> None:
    named = {name: values.get(name) for name in ("twinning", "replaced_by")}
    same_programme(programme_id, **named)


def _check_claims(agreement: Agreement, values: dict[str, Any]) -> None:
    """The dates that a preferred claim states are changed with it, not beside it."""
    refused: dict[str, list[Any]] = {}
    for claim in AgreementClaim.objects.filter(agreement=agreement, preferred=True):
        said = _("The preferred claim says so (%(source)s). Change that claim, or prefer another one.")
        for name, date in claim.dates.items():
            if values.get(name, date) not in (date, getattr(agreement, name)):
                refused[name] = [said % {"source": claim.source}]
    if refused:
        raise DomainError(next(iter(refused.values()))[0], code="claimed", fields=refused)


@transaction.atomic
def create_agreement(
    *, actor: User, programme: Programme, parties: Sequence[dict[str, Any]] = (), **values: Any
) -> Agreement:
    """Record an agreement with its parties ({organisation, role, side, chapter} each).

    An agreement that was signed has at least two signatories; a letter of intent is between firms only.
    """
    require(can_edit_programme(actor, programme))
    _check_references(programme.pk, values)
    agreement = history.create(Agreement(programme=programme, **signed_days(values)), actor=actor)
    for party in parties:
        _add(actor, agreement, **party)
    if parties:
        held_to_rules(agreement)
    return agreement


@transaction.atomic
def update_agreement(*, actor: User, agreement: Agreement, version: int | None, **values: Any) -> Agreement:
    require(can_edit_programme(actor, agreement.programme))
    _check_references(agreement.programme_id, values)
    if values.get("replaced_by") == agreement:
        message = _("An agreement is not replaced by itself.")
        raise DomainError(message, fields={"replaced_by": [message]})
    _check_claims(agreement, values)
    changed = history.change(agreement, signed_days(values), actor=actor, version=version)
    held_to_rules(changed)
    return changed


def _add(
    actor: User,
    agreement: Agreement,
    organisation: Organisation,
    role: str = AgreementParty.Role.SIGNATORY,
    side: str = AgreementParty.Side.EMERGING,
    chapter: str = "",
) -> AgreementParty:
    same_programme(agreement.programme_id, organisation=organisation)
    party = AgreementParty(
        agreement=agreement, organisation=organisation, role=role, side=side, chapter=chapter
    )
    return history.create(party, actor=actor, parent=agreement)


def held_to_rules(agreement: Agreement) -> None:
    """Raise DomainError where the parties do not fit the agreement as it stands."""
    parties = list(agreement.parties.select_related("organisation"))
    signatories = [party for party in parties if party.role == AgreementParty.Role.SIGNATORY]
    if parties and agreement.signed and len(signatories) < 2:
        raise DomainError(
            _("An agreement that was signed has at least two signatories."), code="two_signatories"
        )
    if agreement.kind == Agreement.Kind.LOI and any(not party.organisation.is_firm for party in parties):
        raise DomainError(
            _("A letter of intent is between firms; this party is not a firm."),
            code="loi_between_firms",
            fields={"kind": [_("A letter of intent is between firms.")]},
        )


@transaction.atomic
def add_party(
    *, actor: User, agreement: Agreement, organisation: Organisation, role: str, side: str, chapter: str = ""
) -> AgreementParty:
    require(can_edit_programme(actor, agreement.programme))
    party = _add(actor, agreement, organisation, role, side, chapter)
    held_to_rules(agreement)
    return party


@transaction.atomic
def remove_party(*, actor: User, party: AgreementParty, reason: str = "") -> None:
    require(can_edit_programme(actor, party.agreement.programme))
    history.remove(party, actor=actor, reason=reason, parent=party.agreement)
    held_to_rules(party.agreement)


@transaction.atomic
def attach_document(
    *, actor: User, agreement: Agreement, name: str, data: bytes, description: str = ""
) -> Attachment:
    """Keep a document with the agreement. Raises UnfitFile (``file``) unless it is what its name says."""
    require(can_edit_programme(actor, agreement.programme))
    return attachments.attach(actor=actor, owner=agreement, name=name, data=data, description=description)


@transaction.atomic
def detach_document(*, actor: User, agreement: Agreement, attachment: Attachment) -> None:
    require(can_edit_programme(actor, agreement.programme))
    if not Attachment.objects.of(agreement).filter(pk=attachment.pk).exists():
        raise WrongState(_("This file is not with the agreement any more."))
    attachments.detach(actor=actor, attachment=attachment)
