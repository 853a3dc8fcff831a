"""What sources say about an agreement. The record holds what the preferred one says; the others stay beside it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Agreement, AgreementClaim
from clusters.permissions import can_edit_programme
from clusters.services.agreements import held_to_rules, signed_days
from twinning.core import history
from twinning.core.access import require
from twinning.core.models import User
from twinning.core.queries import edtf_text


@transaction.atomic
def add_claim(*, actor: User, agreement: Agreement, preferred: bool = False, **values: Any) -> AgreementClaim:
    """Keep what a source says. Preferring it puts the earlier preferred one second; neither is lost."""
    require(can_edit_programme(actor, agreement.programme))
    claim = history.create(
        AgreementClaim(agreement=agreement, preferred=False, **values), actor=actor, parent=agreement
    )
    return prefer_claim(actor=actor, claim=claim) if preferred else claim


@transaction.atomic
def update_claim(*, actor: User, claim: AgreementClaim, version: int | None, **values: Any) -> AgreementClaim:
    """Correct what was noted of a source; the record follows where this is the preferred claim."""
    require(can_edit_programme(actor, claim.agreement.programme))
    said = claim.dates
    changed = history.change(claim, values, actor=actor, version=version, parent=claim.agreement)
    if changed.preferred:
        _follow(actor, changed, known=said)
    return changed


@transaction.atomic
def prefer_claim(*, actor: User, claim: AgreementClaim, reason: str = "") -> AgreementClaim:
    """Prefer one source over those that disagree with it, and let the record say what it says."""
    agreement = claim.agreement
    require(can_edit_programme(actor, agreement.programme))
    others = AgreementClaim.objects.filter(agreement=agreement, about=claim.about, preferred=True)
    for other in others.exclude(pk=claim.pk):
        history.change(
            other, {"preferred": False}, actor=actor, version=None, reason=reason, parent=agreement
        )
    preferred = history.change(
        claim, {"preferred": True}, actor=actor, version=None, reason=reason, parent=agreement
    )
    _follow(actor, preferred, reason=reason)
    return preferred


def _follow(
    actor: User, claim: AgreementClaim, *, known: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """Write the dates of a preferred claim into the record.

    A date of the record that neither a claim nor ``known`` has is kept as a claim before it is replaced.
    """
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=claim.agreement_id)
    dates = claim.dates
    stood = {name: getattr(agreement, name) for name in dates}
    if dates == stood:
        return
    rows = AgreementClaim.objects.filter(agreement=agreement, about=claim.about)
    said = [known or {}, *(row.dates for row in rows)]
    if any(stood.values()) and not any(stood.items() <= one.items() for one in said):
        _keep_as_claim(actor, agreement, claim.about)
    changed = history.change(agreement, signed_days(dates), actor=actor, version=None, reason=reason)
    held_to_rules(changed)


def _keep_as_claim(actor: User, agreement: Agreement, about: str) -> None:
    edtf = agreement.signed
    if about == AgreementClaim.About.VALIDITY:
        first, last = agreement.valid_from, agreement.valid_to
        edtf = f"{first or '..'}/{last or '..'}"
    claim = AgreementClaim(
        agreement=agreement,
        about=about,
        statement=edtf_text(edtf),
        edtf=edtf,
        source=_("The record, before another source was preferred"),
    )
    history.create(claim, actor=actor, parent=agreement)
