from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import (
    Cluster,
    Component,
    ComponentCluster,
    Decision,
    Membership,
    Organisation,
    Programme,
    ProgrammeOrganisation,
    SteeringMeeting,
)
from clusters.permissions import can_manage, can_open_programme
from clusters.rules import NEEDS_CLUSTER, NEEDS_ORGANISATION, Role
from clusters.services.common import same_programme
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def forget_grants(user: User) -> None:
    """Roles changed: what this user object knew of them is read again when next asked."""
    user.__dict__.pop("_grants", None)


@transaction.atomic
def open_programme(*, actor: User, manager: User | None = None, **values: Any) -> Programme:
    """Open a programme; ``manager`` (the actor when None) becomes its first manager."""
    require(can_open_programme(actor))
    programme = history.create(Programme(**values), actor=actor)
    first = manager or actor
    history.create(Membership(user=first, programme=programme, role=Role.MANAGER), actor=actor)
    forget_grants(first)
    return programme


@transaction.atomic
def update_programme(*, actor: User, programme: Programme, version: int | None, **values: Any) -> Programme:
    require(can_manage(actor, programme))
    return history.change(programme, values, actor=actor, version=version)


@transaction.atomic
def add_member(
    *,
    actor: User,
    programme: Programme,
    user: User,
    role: Role,
    cluster: Cluster | None = None,
    organisation: Organisation | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Membership:
    """Give a user a role. A CDA's is for one cluster; a firm's or association's for one organisation."""
    require(can_manage(actor, programme))
    same_programme(programme.pk, cluster=cluster, organisation=organisation)
    missing: dict[str, list[StrOrPromise]] = {}
    if role in NEEDS_CLUSTER and cluster is None:
        missing["cluster"] = [_("Say for which cluster.")]
    if role in NEEDS_ORGANISATION and organisation is None:
        missing["organisation"] = [_("Say for which organisation.")]
    if missing:
        raise DomainError(_("This role needs more."), code="role_incomplete", fields=missing)
    membership = history.create(
        Membership(
            user=user,
            programme=programme,
            role=role,
            cluster=cluster,
            organisation=organisation,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        actor=actor,
    )
    forget_grants(user)
    return membership


@transaction.atomic
def invite_member(
    *, actor: User, programme: Programme, email: str, name: str = "", **membership: Any
) -> tuple[Membership, bool]:
    """Give a role to the person with this address, who gets an account if there is none yet.

    Returns the membership and whether the account is new; a new one has no password until its owner sets one.
    Nobody who asks learns which it was: the caller answers both alike.
    """
    require(can_manage(actor, programme))
    address = User.objects.normalize_email(email).lower()
    user = User.objects.filter(email__iexact=address).first()
    is_new = user is None
    if user is None:
        user = User(email=address, name=name.strip() or address.split("@")[0])
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
    return add_member(actor=actor, programme=programme, user=user, **membership), is_new


@transaction.atomic
def end_membership(
    *, actor: User, membership: Membership, last_day: dt.date, version: int | None
) -> Membership:
    """End a role after ``last_day``. The last manager of a programme stays, so that it always has one."""
    require(can_manage(actor, membership.programme))
    # Held until the end, so that the last two managers cannot end each other's role at once.
    Programme.objects.select_for_update().get(pk=membership.programme_id)
    others = (
        Membership.objects.filter(programme=membership.programme, role=Role.MANAGER, valid_to=None)
        .exclude(pk=membership.pk)
        .exists()
    )
    if membership.role == Role.MANAGER and not others:
        raise DomainError(_("This is the last manager of the programme; name another first."))
    ended = history.change(membership, {"valid_to": last_day}, actor=actor, version=version)
    forget_grants(membership.user)
    return ended


@transaction.atomic
def add_programme_organisation(
    *, actor: User, programme: Programme, organisation: Organisation, role: str
) -> ProgrammeOrganisation:
    require(can_manage(actor, programme))
    same_programme(programme.pk, organisation=organisation)
    link = ProgrammeOrganisation(programme=programme, organisation=organisation, role=role)
    return history.create(link, actor=actor, parent=programme)


@transaction.atomic
def add_component(*, actor: User, programme: Programme, kind: str, title: str) -> Component:
    require(can_manage(actor, programme))
    return history.create(Component(programme=programme, kind=kind, title=title), actor=actor)


@transaction.atomic
def update_component(*, actor: User, component: Component, version: int | None, **values: Any) -> Component:
    require(can_manage(actor, component.programme))
    return history.change(component, values, actor=actor, version=version)


@transaction.atomic
def place_cluster(
    *,
    actor: User,
    component: Component,
    cluster: Cluster,
    start_year: int | None = None,
    mode: str = ComponentCluster.Mode.FULL,
) -> ComponentCluster:
    """Put a cluster into a component (Table 1), or change how and since when it takes part."""
    require(can_manage(actor, component.programme))
    same_programme(component.programme_id, cluster=cluster)
    link = ComponentCluster.objects.filter(component=component, cluster=cluster).first()
    if link is not None:
        values = {"start_year": start_year, "mode": mode}
        return history.change(link, values, actor=actor, version=None, parent=cluster)
    link = ComponentCluster(component=component, cluster=cluster, start_year=start_year, mode=mode)
    return history.create(link, actor=actor, parent=cluster)


@transaction.atomic
def add_meeting(*, actor: User, programme: Programme, **values: Any) -> SteeringMeeting:
    require(can_manage(actor, programme))
    return history.create(SteeringMeeting(programme=programme, **values), actor=actor)


@transaction.atomic
def update_meeting(
    *, actor: User, meeting: SteeringMeeting, version: int | None, **values: Any
) -> SteeringMeeting:
    require(can_manage(actor, meeting.programme))
    return history.change(meeting, values, actor=actor, version=version)


@transaction.atomic
def record_decision(
    *,
    actor: User,
    meeting: SteeringMeeting,
    text: str,
    kind: str,
    cluster: Cluster | None = None,
    component: Component | None = None,
    reason: str = "",
    supersedes: Decision | None = None,
) -> Decision:
    """Write down what the committee decided. It is not edited afterwards: a new decision supersedes it."""
    require(can_manage(actor, meeting.programme))
    same_programme(meeting.programme_id, cluster=cluster, component=component, supersedes=supersedes)
    decision = Decision(
        meeting=meeting,
        text=text,
        kind=kind,
        cluster=cluster,
        component=component,
        reason=reason,
        supersedes=supersedes,
    )
    return history.create(decision, actor=actor, parent=meeting)
