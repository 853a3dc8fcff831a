"""One organisation: its roles, its people, what it agreed to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from clusters.models import (
    Agreement,
    Firm,
    Organisation,
    OrganisationRole,
    Person,
    Programme,
    ProgrammeOrganisation,
)
from clusters.queries.agreements import AgreementLine, agreement_lines
from clusters.queries.clusters import RoleLine, role_line
from twinning.core.models import User

_LIMIT = 60
# More organisations than these are not offered in a list: they are looked up by name.
MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class OrganisationDetail:
    roles: list[RoleLine]
    programme_roles: list[str]
    firm: Firm | None
    product_groups: str
    people: list[Person]
    agreements: list[AgreementLine]
    part_of: Organisation | None
    arms: list[Organisation]


def organisation_detail(
    organisation: Organisation, day: dt.date, reader: User, slug: str
) -> OrganisationDetail:
    """The parts of an organisation that the reader may see; the organisation itself is visible already."""
    roles = OrganisationRole.objects.filter(organisation=organisation).select_related("cluster")
    firm = (
        Firm.objects.visible_to(reader).filter(organisation=organisation).first()
        if organisation.is_firm
        else None
    )
    agreements = Agreement.objects.visible_to(reader).filter(parties__organisation=organisation)
    related = Q(pk=organisation.part_of_id) | Q(part_of=organisation)
    family = list(Organisation.objects.visible_to(reader).filter(related)[:_LIMIT])
    links = ProgrammeOrganisation.objects.filter(organisation=organisation)
    return OrganisationDetail(
        roles=[role_line(row, day) for row in roles[:_LIMIT]],
        programme_roles=[str(link.get_role_display()) for link in links],
        firm=firm,
        product_groups=", ".join(group.name for group in firm.product_groups.all()) if firm else "",
        people=list(Person.objects.visible_to(reader).filter(organisation=organisation)[:_LIMIT]),
        agreements=agreement_lines(agreements[:_LIMIT], day, reader, slug),
        part_of=next((body for body in family if body.pk == organisation.part_of_id), None),
        arms=[body for body in family if body.part_of_id == organisation.pk],
    )


def are_looked_up(reader: User, programme: Programme) -> bool:
    """Whether a form lets the reader look organisations up by name instead of choosing from a list.

    Asked once for a user object (that is, once a request), however many fields a page has.
    """
    known: dict[int, bool] = reader.__dict__.setdefault("_looked_up", {})
    if programme.pk not in known:
        rows = Organisation.objects.visible_to(reader).filter(programme=programme).order_by()
        known[programme.pk] = rows.values("pk")[: MOST_OFFERED + 1].count() > MOST_OFFERED
    return known[programme.pk]
