"""Closings: a period is entered, handed in, approved by another person; then its figures are frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster
from clusters.services.common import same_programme
from monitoring.models import (
    Closing,
    ClosingException,
    ClosingTouch,
    FrozenFigure,
    Indicator,
    ReportingPeriod,
    Restatement,
)
from monitoring.permissions import can_approve, can_approve_at_all, can_grant, can_measure
from monitoring.queries.closings import asked_in, changed_by_alone, differing, evidence_lines, live_figures
from monitoring.queries.divisions import parts_to_keep
from monitoring.queries.entering import Unreported, unreported
from monitoring.queries.figures import Figure
from monitoring.services.counted_once import keep_members
from monitoring.services.locks import hold_records
from monitoring.services.results import needs_column, refuse
from monitoring.services.schedules import note_closed
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

Status = Closing.Status


def _held(closing: Closing, *states: str) -> Closing:
    """The closing, kept from other writers until the transaction ends. Raises WrongState unless in such a state."""
    rows = Closing.objects.select_for_update(of=("self",)).select_related("period__programme", "cluster")
    current = rows.get(pk=closing.pk)
    if current.status not in states:
        raise WrongState(
            _("%(closing)s is %(status)s.") % {"closing": current, "status": current.get_status_display()}
        )
    return current


@transaction.atomic
def open_closing(*, actor: User, period: ReportingPeriod, cluster: Cluster | None) -> Closing:
    """The closing of a period in a cluster or the programme; made when one who enters there first looks for it."""
    require(can_measure(actor, period.programme, cluster))
    same_programme(period.programme_id, cluster=cluster)
    if not Closing.objects.filter(period=period, cluster=cluster).exists():
        needs_column(cluster)
    closing, _made = Closing.objects.get_or_create(period=period, cluster=cluster)
    return closing


@transaction.atomic
def submit_closing(
    *,
    actor: User,
    closing: Closing,
    version: int | None,
    as_not_reported: bool = False,
    seen: Collection[int] = (),
) -> Closing:
    """Hand in a period whose last day is past; from then on its typed values stay until it is returned.

    Figures without a value are handed in as not reported, by who says so: of all, whichever they are
    (``as_not_reported``), or of those of indicators that they were shown (``seen``, by id). DomainError of others.
    """
    current = _held(closing, Status.OPEN)
    require(can_measure(actor, current.period.programme, current.cluster))
    if current.period.last >= timezone.localdate():
        raise WrongState(
            _("This period is not over yet: its last day is %(day)s.") % {"day": current.period.last}
        )
    if not as_not_reported:
        _needs_consent(unreported(current), seen)
    values = {
        "status": Status.SUBMITTED,
        "submitted_by": actor,
        "submitted_at": timezone.now(),
        "remark": "",
    }
    return history.change(current, values, actor=actor, version=version)


def _needs_consent(found: Unreported, seen: Collection[int]) -> None:
    others = found.beyond(seen)
    if not others:
        return
    if seen:
        words = _("By now more figures have no value: %(others)s. Enter them, or say it of these too.")
    else:
        words = _("%(figures)s Enter them, or say that they are handed in so.")
    told = {"figures": found.text, "others": "; ".join(map(str, others))}
    raise refuse("as_not_reported", words % told, "not_reported")


@transaction.atomic
def return_closing(*, actor: User, closing: Closing, version: int | None, remark: str) -> Closing:
    """Give a period back to who handed it in, saying what is to be mended."""
    current = _held(closing, Status.SUBMITTED)
    require(can_approve_at_all(actor, current))
    require(can_approve(actor, current), _("You handed it in: somebody else approves or returns it."))
    if not remark.strip():
        raise refuse("remark", _("Say what is to be mended."), "no_remark")
    values = {"status": Status.OPEN, "remark": remark.strip()}
    return history.change(current, values, actor=actor, version=version, reason=remark.strip())


@transaction.atomic
def approve_closing(*, actor: User, closing: Closing, version: int | None) -> Closing:
    """Close a period that somebody else handed in: its figures are frozen with their evidence."""
    hold_records()
    current = _held(closing, Status.SUBMITTED)
    require(can_approve_at_all(actor, current))
    require(can_approve(actor, current), _("You handed it in: somebody else approves it."))
    values = {
        "status": Status.CLOSED,
        "approved_by": actor,
        "approved_at": timezone.now(),
        "revision": 1,
    }
    closed = history.change(current, values, actor=actor, version=version)
    indicators = list(Indicator.objects.filter(programme=closed.period.programme).current())
    for figure in live_figures(closed, indicators):
        _freeze(closed, figure, 1)
    note_closed(closed.period)
    return closed


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of one of many: the closing, and why not where it was refused, in words and as a code."""

    closing: Closing
    problem: str = ""
    code: str = ""


def approve_closings(*, actor: User, closings: Iterable[tuple[Closing, int | None]]) -> list[Approved]:
    """Close many, each by itself and by the same checks as one: (closing, version that was seen)."""
    found = []
    for closing, version in closings:
        try:
            found.append(Approved(approve_closing(actor=actor, closing=closing, version=version)))
        except DomainError as error:
            found.append(Approved(closing, str(error.message), error.code))
    return found


def _freeze(
    closing: Closing, figure: Figure, revision: int, replaced: FrozenFigure | None = None
) -> FrozenFigure:
    amount = figure.amount
    frozen = FrozenFigure.objects.create(
        closing=closing,
        indicator=figure.indicator,
        revision=revision,
        rule=figure.indicator.rule,
        state=figure.value.state.value,
        number=figure.value.number,
        low=figure.value.low,
        high=figure.value.high,
        word=figure.value.word,
        amount=amount.total if amount else None,
        spent=[[currency, str(sum_)] for currency, sum_ in amount.spent] if amount else [],
        records=figure.records,
        firms=figure.firms,
        source=figure.source,
        parts=parts_to_keep(closing, figure),
        evidence=FrozenFigure.packed(evidence_lines(closing, figure)),
    )
    keep_members(frozen, replaced, asked_in(closing))
    return frozen


@transaction.atomic
def grant_exception(*, actor: User, closing: Closing, until: dt.date, reason: str) -> ClosingException:
    """Let typed values of a closed period be corrected until a day; each correction will be a restatement."""
    current = _held(closing, Status.CLOSED)
    require(can_grant(actor, current))
    if not reason.strip():
        raise refuse("reason", _("Say why the closed period may be corrected."), "no_reason")
    if until < timezone.localdate():
        raise refuse("until", _("This day is past."), "past")
    granted = ClosingException(closing=current, until=until, reason=reason.strip(), granted_by=actor)
    return history.create(granted, actor=actor, parent=current)


def require_changes_of_others(actor: User, closing: Closing) -> None:
    """Raises PermissionRefused where all that a closed period is to be restated for was changed by the actor."""
    own = changed_by_alone(actor, closing)
    require(not own, _("You made these changes: somebody else approves the restatement."))


@transaction.atomic
def restate(*, actor: User, closing: Closing, version: int | None, reason: str) -> list[Restatement]:
    """Put closed figures right after records of the period were changed: old and new stand in the register.

    Approved by somebody other than who made all of the changes. Changes that alter no figure are settled alike.
    """
    hold_records()
    current = _held(closing, Status.CLOSED)
    require(can_approve_at_all(actor, current))
    open_ones = ClosingTouch.objects.filter(closing=current, settled_at=None)
    if not open_ones.exists():
        raise WrongState(_("No record of this closed period has changed."))
    require_changes_of_others(actor, current)
    if not reason.strip():
        raise refuse("reason", _("Say why the closed figures are restated."), "no_reason")
    changed = differing(current)
    made = []
    if changed:
        values: dict[str, Any] = {"revision": current.revision + 1}
        current = history.change(current, values, actor=actor, version=version, reason=reason.strip())
        made = [_restated(current, frozen, figure, actor, reason.strip()) for frozen, figure in changed]
    open_ones.update(settled_at=timezone.now())
    return made


def _restated(
    closing: Closing, frozen: FrozenFigure | None, figure: Figure, actor: User, reason: str
) -> Restatement:
    if frozen is not None:
        FrozenFigure.objects.filter(pk=frozen.pk).update(current=False)
    after = _freeze(closing, figure, closing.revision, frozen)
    return Restatement.objects.create(
        closing=closing,
        indicator=figure.indicator,
        revision=closing.revision,
        before=frozen,
        after=after,
        reason=reason,
        actor=actor,
    )
