"""The filters of lists: each names what may be asked, and nothing else is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import DateInput
from clusters.models import (
    Agreement,
    AgreementParty,
    Cluster,
    Organisation,
    OrganisationRole,
    Person,
    Programme,
)
from twinning.core.filters import FilterForm
from twinning.core.models import User


def _country() -> filters.CharFilter:
    two_letters = RegexValidator(r"^[A-Za-z]{2}\Z", _("Two letters, as in ISO 3166: IN, IT."))
    return filters.CharFilter(
        label=_("Country"),
        lookup_expr="iexact",
        validators=[two_letters],
        help_text=_("Two letters: IN, IT."),
    )


class ListFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Text"), method="by_text", widget=forms.TextInput(attrs={"type": "search"})
    )
    text_fields: tuple[str, ...] = ("name",)

    class Meta:
        form = FilterForm

    def __init__(self, data: Any, queryset: QuerySet[Any], *, programme: Programme, reader: User) -> None:
        super().__init__(data, queryset)
        if "cluster" in self.filters:
            clusters = Cluster.objects.visible_to(reader).filter(programme=programme)
            self.filters["cluster"].queryset = clusters

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        matches = Q()
        for field in self.text_fields:
            matches |= Q(**{f"{field}__icontains": value})
        return rows.filter(matches)


def one_cluster() -> filters.ModelChoiceFilter:
    """One of the clusters that the reader sees; ``by_cluster`` of the list says what stands near it."""
    return filters.ModelChoiceFilter(
        label=_("Cluster"),
        queryset=Cluster.objects.none(),
        to_field_name="slug",
        method="by_cluster",
    )


class ClusterFilter(ListFilter):
    text_fields = ("name", "locations", "sector", "products")
    country = _country()

    class Meta(ListFilter.Meta):
        model = Cluster
        fields = ["q", "country"]


class OrganisationFilter(ListFilter):
    text_fields = ("name", "short_name", "place")
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices)
    cluster = one_cluster()
    country = _country()

    class Meta(ListFilter.Meta):
        model = Organisation
        fields = ["q", "kind", "cluster", "country"]

    def by_cluster(self, rows: QuerySet[Any], name: str, value: Cluster) -> QuerySet[Any]:
        return rows.filter(pk__in=OrganisationRole.objects.filter(cluster=value).values("organisation"))


class PersonFilter(ListFilter):
    text_fields = ("name", "designation", "speciality", "organisation__name", "organisation__short_name")
    cluster = one_cluster()

    class Meta(ListFilter.Meta):
        model = Person
        fields = ["q", "cluster"]

    def by_cluster(self, rows: QuerySet[Any], name: str, value: Cluster) -> QuerySet[Any]:
        bodies = OrganisationRole.objects.filter(cluster=value).values("organisation")
        return rows.filter(Q(organisation__in=bodies) | Q(engagements__cluster=value)).distinct()


class AgreementFilter(ListFilter):
    """The register as of a day; today where none is given."""

    text_fields = ("title", "purpose", "areas", "outcome", "validity_text")
    on = filters.DateFilter(label=_("As of"), method="as_of", widget=DateInput)
    force = filters.ChoiceFilter(
        label=_("State on that day"),
        choices=[("yes", _("in force")), ("no", _("not in force"))],
        method="by_force",
    )
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Agreement.Kind.choices)
    cluster = one_cluster()

    class Meta(ListFilter.Meta):
        model = Agreement
        fields = ["q", "on", "force", "kind", "cluster"]

    @property
    def day(self) -> dt.date:
        chosen = self.form.cleaned_data.get("on") if self.form.is_valid() or self.form.is_bound else None
        return chosen or timezone.localdate()

    def as_of(self, rows: QuerySet[Any], name: str, value: dt.date) -> QuerySet[Any]:
        return rows  # the day alone excludes nothing; it says for when the state of each is told

    def by_force(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        holding = Agreement.objects.in_force_on(self.day).values("pk")
        return rows.filter(pk__in=holding) if value == "yes" else rows.exclude(pk__in=holding)

    def by_cluster(self, rows: QuerySet[Any], name: str, value: Cluster) -> QuerySet[Any]:
        bodies = OrganisationRole.objects.filter(cluster=value).values("organisation")
        parties = AgreementParty.objects.filter(organisation__in=bodies).values("agreement")
        ours = Q(twinning__emerging=value) | Q(twinning__advanced=value) | Q(pk__in=parties)
        return rows.filter(ours)
