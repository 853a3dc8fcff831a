from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import (
    CDAEngagement,
    Cluster,
    Firm,
    Organisation,
    OrganisationRole,
    Person,
    ProductGroup,
    Programme,
)
from clusters.permissions import (
    can_edit_cluster,
    can_edit_organisation,
    can_edit_programme,
    can_edit_somewhere,
)
from clusters.rules import Span, second_coordinator
from clusters.services.common import same_programme
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User


@transaction.atomic
def create_organisation(
    *, actor: User, programme: Programme, cluster: Cluster | None = None, role: str = "", **values: Any
) -> Organisation:
    """Add an organisation, with its role in ``cluster`` if given. An agent of one cluster must give it."""
    if cluster is None:
        require(can_edit_programme(actor, programme), _("Say in which of your clusters it has a role."))
    else:
        require(can_edit_cluster(actor, cluster))
    same_programme(programme.pk, cluster=cluster, part_of=values.get("part_of"))
    organisation = history.create(Organisation(programme=programme, **values), actor=actor)
    if cluster is not None:
        _give_role(actor, organisation, cluster, role or OrganisationRole.Role.PRINCIPAL, None, None)
    return organisation


@transaction.atomic
def update_organisation(
    *, actor: User, organisation: Organisation, version: int | None, **values: Any
) -> Organisation:
    require(can_edit_organisation(actor, organisation))
    same_programme(organisation.programme_id, part_of=values.get("part_of"))
    return history.change(organisation, values, actor=actor, version=version)


@transaction.atomic
def save_firm(
    *,
    actor: User,
    organisation: Organisation,
    version: int | None,
    product_groups: Iterable[ProductGroup] | None = None,
    **values: Any,
) -> Firm:
    """Write the firm profile of an organisation, making it the first time. ``version`` is the profile's."""
    require(can_edit_organisation(actor, organisation))
    if not organisation.is_firm:
        raise DomainError(_("Only a firm has a firm profile."))
    firm = Firm.objects.filter(organisation=organisation).first()
    if firm is None:
        firm = history.create(Firm(organisation=organisation, **values), actor=actor, parent=organisation)
    else:
        firm = history.change(firm, values, actor=actor, version=version, parent=organisation)
    return firm if product_groups is None else _set_product_groups(actor, firm, list(product_groups))


def _set_product_groups(actor: User, firm: Firm, groups: list[ProductGroup]) -> Firm:
    for group in groups:
        same_programme(firm.organisation.programme_id, product_groups=group)
    before, after = set(firm.product_groups.all()), set(groups)
    if before == after:
        return firm
    firm.product_groups.set(after)
    names = [sorted(group.name for group in side) for side in (before, after)]
    return history.note(firm, {"product_groups": names}, actor=actor, parent=firm.organisation)


def _give_role(
    actor: User,
    organisation: Organisation,
    cluster: Cluster,
    role: str,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
) -> OrganisationRole:
    return history.create(
        OrganisationRole(
            organisation=organisation, cluster=cluster, role=role, valid_from=valid_from, valid_to=valid_to
        ),
        actor=actor,
        parent=organisation,
    )


@transaction.atomic
def add_role(
    *,
    actor: User,
    organisation: Organisation,
    cluster: Cluster,
    role: str,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> OrganisationRole:
    # A role opens the body and its people to the cluster's agents, so it is given by those who have both.
    require(can_edit_cluster(actor, cluster) and can_edit_organisation(actor, organisation))
    same_programme(organisation.programme_id, cluster=cluster)
    return _give_role(actor, organisation, cluster, role, valid_from, valid_to)


@transaction.atomic
def end_role(
    *, actor: User, role: OrganisationRole, last_day: dt.date, version: int | None
) -> OrganisationRole:
    require(can_edit_cluster(actor, role.cluster))
    return history.change(
        role, {"valid_to": last_day}, actor=actor, version=version, parent=role.organisation
    )


def _require_person(actor: User, programme: Programme, organisation: Organisation | None) -> None:
    if organisation is None:
        require(can_edit_somewhere(actor, programme))
    else:
        require(can_edit_organisation(actor, organisation))


@transaction.atomic
def create_person(*, actor: User, programme: Programme, **values: Any) -> Person:
    _require_person(actor, programme, values.get("organisation"))
    same_programme(programme.pk, organisation=values.get("organisation"))
    return history.create(Person(programme=programme, **values), actor=actor)


@transaction.atomic
def update_person(*, actor: User, person: Person, version: int | None, **values: Any) -> Person:
    _require_person(actor, person.programme, person.organisation)
    organisation = values.get("organisation", person.organisation)
    _require_person(actor, person.programme, organisation)
    same_programme(person.programme_id, organisation=organisation)
    return history.change(person, values, actor=actor, version=version)


def _check_coordinator(engagement: CDAEngagement) -> None:
    """At most one overall coordinator at a time, based in the emerging cluster (step 2)."""
    if engagement.function != CDAEngagement.Function.COORDINATOR:
        return
    if engagement.side != CDAEngagement.Side.EMERGING:
        message = _("The overall coordinator is based in the emerging cluster.")
        raise DomainError(message, fields={"side": [message]})
    others = CDAEngagement.objects.filter(
        programme=engagement.programme_id, function=CDAEngagement.Function.COORDINATOR
    ).exclude(pk=engagement.pk)
    spans = [Span(other.valid_from, other.valid_to) for other in others]
    if second_coordinator(Span(engagement.valid_from, engagement.valid_to), spans):
        message = _("The programme has another overall coordinator in this time.")
        raise DomainError(message, fields={"function": [message]})


@transaction.atomic
def engage_agent(*, actor: User, cluster: Cluster, **values: Any) -> CDAEngagement:
    require(can_edit_cluster(actor, cluster))
    same_programme(cluster.programme_id, person=values.get("person"))
    engagement = CDAEngagement(programme=cluster.programme, cluster=cluster, **values)
    _check_coordinator(engagement)
    return history.create(engagement, actor=actor, parent=cluster)


@transaction.atomic
def update_engagement(
    *, actor: User, engagement: CDAEngagement, version: int | None, **values: Any
) -> CDAEngagement:
    require(can_edit_cluster(actor, engagement.cluster))
    same_programme(engagement.programme_id, person=values.get("person"))
    changed = history.change(engagement, values, actor=actor, version=version, parent=engagement.cluster)
    _check_coordinator(changed)
    return changed
