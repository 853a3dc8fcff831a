"""The decision to show a programme's results to everybody, and to stop."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Programme
from monitoring.models import PublicPage
from monitoring.permissions import can_open_to_all
from twinning.core import history
from twinning.core.access import WrongState, require
from twinning.core.models import User


@transaction.atomic
def open_public_page(*, actor: User, programme: Programme, version: int | None, intro: str) -> PublicPage:
    """Open the page, or change how an open one introduces the programme. Raises StaleVersion."""
    require(can_open_to_all(actor, programme))
    # Held, so that two who open it at once do not both make its row.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    page = PublicPage.objects.select_related("programme").filter(programme=programme).first()
    if page is None:
        return history.create(PublicPage(programme=programme, is_open=True, intro=intro), actor=actor)
    return history.change(page, {"is_open": True, "intro": intro}, actor=actor, version=version)


@transaction.atomic
def close_public_page(*, actor: User, page: PublicPage, version: int | None, reason: str = "") -> PublicPage:
    """Take the page down; what it said stays, so that it may be opened again. Raises WrongState, StaleVersion."""
    require(can_open_to_all(actor, page.programme))
    if not page.is_open:
        raise WrongState(_("The public page is not open."))
    return history.change(page, {"is_open": False}, actor=actor, version=version, reason=reason)
