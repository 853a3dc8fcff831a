from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import RecordForm, ScopedForm, narrow
from clusters.models import Cluster, Firm, Organisation, OrganisationRole, Person


class OrganisationForm(RecordForm):
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = Organisation.WRITTEN
        help_texts = {"country": _("Two letters, as in ISO 3166: IN, IT.")}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class NewOrganisationForm(OrganisationForm):
    """With its role in a cluster; whoever edits one cluster only must give it there."""

    cluster = forms.ModelChoiceField(
        Cluster.objects.all(), label=_("Cluster"), required=False, help_text=_("Where it has a role.")
    )
    role = forms.ChoiceField(label=_("Role there"), choices=OrganisationRole.Role.choices, required=False)

    def __init__(self, *args: Any, clusters: list[Cluster], must_choose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "cluster", lambda rows: rows.filter(pk__in=[cluster.pk for cluster in clusters]))
        self.fields["cluster"].required = must_choose


class FirmForm(RecordForm):
    class Meta:
        model = Firm
        fields = Firm.WRITTEN
        widgets = {"product_groups": forms.CheckboxSelectMultiple}
        help_texts = {"turnover_currency": _("Three letters, as in ISO 4217: INR, EUR.")}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        """Offers the product groups of the clusters in which the firm has a role."""
        self.organisation = organisation
        super().__init__(*args, **kwargs)
        clusters = OrganisationRole.objects.filter(organisation=organisation).values("cluster")
        narrow(self, "product_groups", lambda rows: rows.filter(cluster__in=clusters))

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme, "organisation": self.organisation}


class RoleForm(ScopedForm):
    cluster = forms.ModelChoiceField(Cluster.objects.all(), label=_("Cluster"))
    role = forms.ChoiceField(label=_("Role"), choices=OrganisationRole.Role.choices)
    valid_from = forms.DateField(label=_("From"), required=False)
    valid_to = forms.DateField(label=_("To"), required=False, help_text=_("The last day."))

    def __init__(self, *args: Any, clusters: list[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "cluster", lambda rows: rows.filter(pk__in=[cluster.pk for cluster in clusters]))


class PersonForm(RecordForm):
    class Meta:
        model = Person
        fields = Person.WRITTEN
