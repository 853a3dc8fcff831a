"""Who took part."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from activities.models import (
    Activity,
    ActivityOrganisation,
    Participation,
)
from activities.queries.log import with_places
from clusters.models import Organisation
from clusters.rules import FIRM_KINDS
from twinning.core.models import User


@dataclass(frozen=True, slots=True)
class Attendance:
    """Distinct named persons plus headcounts, by sex; and distinct organisations, of which firms."""

    persons: int
    women: int
    men: int
    not_stated: int
    named: int
    organisations: int
    firms: int


def attendance(rows: QuerySet[Participation]) -> Attendance:
    """Count people and firms over participations: a person once however often they are on the list (step
    8).
    """
    named, counted = Q(person__isnull=False), Q(person=None)
    found = rows.order_by().aggregate(
        named=Count("person", distinct=True),
        named_women=Count("person", distinct=True, filter=named & Q(female=1)),
        named_men=Count("person", distinct=True, filter=named & Q(male=1)),
        female=Sum("female", filter=counted, default=0),
        male=Sum("male", filter=counted, default=0),
        unspecified=Sum("unspecified", filter=counted, default=0),
        organisations=Count("organisation", distinct=True),
        firms=Count("organisation", distinct=True, filter=Q(organisation__kind__in=FIRM_KINDS)),
    )
    women, men = found["named_women"] + found["female"], found["named_men"] + found["male"]
    persons = found["named"] + found["female"] + found["male"] + found["unspecified"]
    return Attendance(
        persons=persons,
        women=women,
        men=men,
        not_stated=persons - women - men,
        named=found["named"],
        organisations=found["organisations"],
        firms=found["firms"],
    )


def organisations_of(user: User, activity: Activity) -> list[ActivityOrganisation]:
    """The organisations' parts that the user may see."""
    return list(
        ActivityOrganisation.objects.filter(
            activity=activity, organisation__in=Organisation.objects.visible_to(user).values("pk")
        )
        .select_related("organisation")
        .order_by("role", "organisation__name")
    )


def activities_with(user: User, organisation: Organisation, limit: int) -> list[Activity]:
    """The latest activities that the organisation organised, hosted or partnered, or sent people to."""
    took_part = Participation.objects.visible_to(user).filter(organisation=organisation)
    had_a_part = ActivityOrganisation.objects.filter(organisation=organisation)
    rows = Activity.objects.visible_to(user).filter(
        Q(pk__in=took_part.values("activity")) | Q(pk__in=had_a_part.values("activity"))
    )
    newest = rows.order_by(F("period_start").desc(nulls_last=True), "-pk")
    return list(with_places(newest)[:limit])
