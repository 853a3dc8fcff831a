"""What the forms of the activity log share. They check what is typed; the services decide."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.permissions import can_log_in
from activities.services import AS_PROPOSED
from clusters.models import Cluster, Organisation, Programme
from clusters.queries import are_looked_up
from twinning.core.lookups import ByName, Lookup
from twinning.core.models import User

PERIOD_HINT = gettext_lazy(
    "As you would write it: Sep 2007, 3–14 March 2010, Dec 2009 and Feb 2010, ongoing."
)


def organisation_field(label: Any, **extra: Any) -> ByName:
    widget = forms.TextInput(attrs={"list": "organisation-names", "autocomplete": "off"})
    return ByName(label=label, widget=widget, required=False, **extra)


def offer_organisations(form: forms.BaseForm, user: User, programme: Programme) -> None:
    """Let the fields of the form know which organisations there are, and look them up where they are many."""
    many = are_looked_up(user, programme)
    for field in form.fields.values():
        if isinstance(field, ByName):
            field.queryset = Organisation.objects.visible_to(user).filter(programme=programme)
            if many:
                field.widget = Lookup(reverse("organisation_names", args=[programme.slug]))


class PeriodMixin(forms.Form):
    """A period as people write it, and which reading was chosen of those that were shown for that very
    text.
    """

    choice = forms.CharField(required=False, widget=forms.HiddenInput)
    choice_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def watch_period(self, programme: Programme) -> None:
        """Let the field show how it is read while it is typed."""
        self.fields["period_text"].widget.attrs |= {
            "hx-get": reverse("activity_reading", args=[programme.slug]),
            "hx-trigger": "input changed delay:300ms, load",
            "hx-target": "#reading",
            "hx-include": f"#{self['title'].auto_id}",
            "hx-sync": "this:replace",
            "autocomplete": "off",
        }

    def choose(self, cleaned: dict[str, Any]) -> None:
        """Turn what was sent into the service's ``choice``; one made for another text does not count."""
        choice, shown = cleaned.pop("choice", ""), cleaned.pop("choice_for", "")
        cleaned["choice"] = None
        if choice and shown == cleaned.get("period_text"):
            cleaned["choice"] = (
                AS_PROPOSED if choice == "proposed" else int(choice) if choice.isdecimal() else None
            )


class ClustersMixin(forms.Form):
    """In which clusters' lists the activity stands; at least one must be the person's own."""

    user: User

    clusters = forms.ModelMultipleChoiceField(
        Cluster.objects.none(),
        label=gettext_lazy("Clusters"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Several for a joint event: it is one activity, listed in each."),
        error_messages={"required": gettext_lazy("Choose the cluster in whose list it stands.")},
    )

    def offer_clusters(self, programme: Programme) -> None:
        field = cast("forms.ModelMultipleChoiceField[Cluster]", self.fields["clusters"])
        field.queryset = Cluster.objects.filter(programme=programme)

    def clean_clusters(self) -> list[Cluster]:
        clusters = list(self.cleaned_data["clusters"])
        if not can_log_in(self.user, clusters):
            raise forms.ValidationError(_("At least one of them must be one of your clusters."))
        return clusters
