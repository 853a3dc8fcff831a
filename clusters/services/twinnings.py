from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme, Twinning, TwinningStage
from clusters.permissions import can_edit_programme
from clusters.rules import goes_beyond_study, may_move
from clusters.services.common import same_programme
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Objection = Callable[[Twinning], "StrOrPromise | None"]
# What a later room knows against going beyond the study of an advanced cluster; it registers that when it is ready.
_objections: list[Objection] = []


def register_objection(ask: Objection) -> None:
    """``ask`` says why a twinning should not go beyond its study yet, or None."""
    if ask not in _objections:
        _objections.append(ask)


@transaction.atomic
def propose_twinning(
    *,
    actor: User,
    programme: Programme,
    emerging: Cluster,
    advanced: Cluster,
    since: str = "",
    reason: str = "",
    **values: Any,
) -> Twinning:
    """Begin a twinning as ``scouting``. ``since`` is EDTF."""
    require(can_edit_programme(actor, programme))
    same_programme(programme.pk, emerging=emerging, advanced=advanced)
    values.setdefault("slug", f"{emerging.slug}--{advanced.slug}")
    twinning = Twinning(programme=programme, emerging=emerging, advanced=advanced, **values)
    history.create(twinning, actor=actor)
    _stage(actor, twinning, Twinning.Status.SCOUTING, since, reason)
    return twinning


def _stage(actor: User, twinning: Twinning, status: str, since: str, reason: str) -> None:
    stage = TwinningStage(twinning=twinning, status=status, since=since, reason=reason)
    history.create(stage, actor=actor, parent=twinning)


@transaction.atomic
def update_twinning(*, actor: User, twinning: Twinning, version: int | None, **values: Any) -> Twinning:
    require(can_edit_programme(actor, twinning.programme))
    return history.change(twinning, values, actor=actor, version=version)


@transaction.atomic
def move_twinning(
    *, actor: User, twinning: Twinning, to: str, version: int | None, since: str = "", reason: str = ""
) -> Twinning:
    """Take a twinning to its next status; its story keeps the turn. Ending one needs a reason, and so does going
    beyond the study while the willingness of the advanced cluster is not known (R4.1).

    Raises WrongState where the course does not exist, DomainError at ``reason`` where it is missing.
    """
    require(can_edit_programme(actor, twinning.programme))
    if not may_move(twinning.status, to):
        raise WrongState(_("A twinning that is %(status)s cannot become that.") % {"status": twinning.status})
    if to in (Twinning.Status.LAPSED, Twinning.Status.ABANDONED) and not reason.strip():
        message = _("Say why it ended; its story is kept.")
        raise DomainError(message, fields={"reason": [message]})
    if goes_beyond_study(twinning.status, to) and not reason.strip():
        _ask_why(twinning)
    moved = history.change(twinning, {"status": to}, actor=actor, version=version, reason=reason)
    _stage(actor, moved, to, since, reason)
    return moved


def _ask_why(twinning: Twinning) -> None:
    for ask in _objections:
        if objection := ask(twinning):
            message = _("%(objection)s Or say why it goes on without that.") % {"objection": objection}
            raise DomainError(message, code="study_open", fields={"reason": [message]})
