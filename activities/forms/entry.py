"""Logging, changing and dating an activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms.base import (
    PERIOD_HINT,
    ClustersMixin,
    PeriodMixin,
    offer_organisations,
    organisation_field,
)
from activities.models import Activity, ActivityOrganisation
from activities.permissions import can_log_in
from activities.queries import ReadingView
from clusters.models import Cluster, Organisation, Programme
from twinning.core.models import User
from twinning.core.pages import ActForm, VersionedForm

KINDS = [
    ("", gettext_lazy("Not stated")),
    ("TB", gettext_lazy("Trust-building (TB): the sides meet and come to know each other")),
    ("PR", gettext_lazy("Preparatory (PR): choose firms, find out exact needs, match institutes")),
    (
        "NT",
        gettext_lazy("Non-twinning (NT): training, vision or quality work, in the emerging cluster only"),
    ),
    ("LH", gettext_lazy("Low-hanging twinning (LH): skills, technology shows, visits")),
    ("LR", gettext_lazy("Long-run twinning (LR): joint products, technology transfer, investment")),
]
FORMATS = [("", gettext_lazy("Not stated")), *Activity.Format.choices]


class QuickForm(PeriodMixin):
    """One activity in one line, for those who log all day."""

    title = forms.CharField(label=gettext_lazy("Activity"), max_length=500)
    period_text = forms.CharField(label=gettext_lazy("Period"), required=False, max_length=500)
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"),
        required=False,
        choices=[
            ("", gettext_lazy("Not stated")),
            *((k.value, f"{k.value} {k.label}") for k in Activity.Kind),
        ],
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False, choices=FORMATS)
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=gettext_lazy("Cluster"), empty_label=gettext_lazy("Choose")
    )
    joint = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=gettext_lazy("Joint with"),
        required=False,
        empty_label=gettext_lazy("No other"),
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        programme: Programme,
        clusters: Sequence[Cluster] | None = None,
        **kwargs: Any,
    ) -> None:
        """``clusters`` are those of the programme, where the caller has read them already."""
        kwargs["auto_id"] = "quick_%s"
        super().__init__(*args, **kwargs)
        self.user = user
        rows = Cluster.objects.filter(programme=programme)
        options = [(cluster.pk, cluster.name) for cluster in (rows if clusters is None else clusters)]
        for name in ("cluster", "joint"):
            field = cast("forms.ModelChoiceField[Cluster]", self.fields[name])
            field.queryset = rows
            # Both offer the same, read once.
            field.choices = [("", field.empty_label or ""), *options]
        self.watch_period(programme)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.choose(cleaned)
        named = [cleaned.pop(name, None) for name in ("cluster", "joint")]
        cleaned["clusters"] = list(dict.fromkeys(cluster for cluster in named if cluster))
        if cleaned["clusters"] and not can_log_in(self.user, cleaned["clusters"]):
            self.add_error("cluster", _("At least one of them must be one of your clusters."))
        return cleaned


class ActivityForm(PeriodMixin, ClustersMixin, VersionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """All of an activity but who took part. The record it was given stays as it is; only the service
    changes it.
    """

    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), required=False, choices=KINDS, widget=forms.RadioSelect
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=FORMATS,
        help_text=gettext_lazy(
            "What took place. Results count workshops, visits, fairs and persons trained by it; a stand at a fair"
            " with a seminar is a fair."
        ),
    )
    released = forms.ModelMultipleChoiceField(
        ActivityOrganisation.objects.none(),
        label=gettext_lazy("Take off"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Activity
        fields = [
            "title",
            "period_text",
            "clusters",
            "kind",
            "format",
            "side",
            "objective",
            "venue",
            "support_share",
            "status_set",
            "tags",
            "note",
        ]
        help_texts = {
            "period_text": PERIOD_HINT,
            "side": gettext_lazy("Non-twinning work (NT) is held in the emerging cluster."),
            "support_share": gettext_lazy("Per cent of the cost that the programme bears."),
            "status_set": gettext_lazy("Leave it to the period unless you know better."),
            "tags": gettext_lazy("Short words of your own, to find it again."),
        }

    def __init__(self, *args: Any, user: User, programme: Programme, **kwargs: Any) -> None:
        self.user, self.programme = user, programme
        instance: Activity | None = kwargs.get("instance")
        if instance is not None:
            links = instance.cluster_links.values_list("cluster_id", flat=True)
            kwargs["initial"] = {"clusters": list(links)} | (kwargs.get("initial") or {})
            # A copy, since checking a model form writes into its record what was typed.
            kwargs["instance"] = Activity.objects.get(pk=instance.pk)
        super().__init__(*args, **kwargs)
        self.offer_clusters(programme)
        self.watch_period(programme)
        self._dress(instance)

    def _dress(self, instance: Activity | None) -> None:
        side = cast(forms.ChoiceField, self.fields["side"])
        side.choices = [("", _("Not stated")), *Activity.Side.choices]
        for name in ("objective", "note"):
            self.fields[name].widget.attrs["rows"] = 3
        released = cast("forms.ModelMultipleChoiceField[ActivityOrganisation]", self.fields["released"])
        if instance is not None:
            seen = Organisation.objects.visible_to(self.user).values("pk")
            released.queryset = instance.organisation_links.filter(organisation__in=seen).select_related(
                "organisation"
            )
        if instance is not None and instance.origin == Activity.Origin.IMPORTED:
            self.fields["period_text"].disabled = True
            self.fields["period_text"].help_text = _(
                "Kept as the sheet printed it. How it is read can be corrected on its own page."
            )

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"user": self.user, "programme": self.programme}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.choose(cleaned)
        return cleaned


class OrganisationPartForm(forms.Form):
    """One line of organisers and partners to add; an empty line adds none."""

    organisation = organisation_field(gettext_lazy("Organisation"))
    role = forms.ChoiceField(label=gettext_lazy("Part"), choices=ActivityOrganisation.Role.choices)

    def __init__(self, *args: Any, user: User, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self, user, programme)


PartFormSet = forms.formset_factory(OrganisationPartForm, extra=2, max_num=12, absolute_max=12)


def parts_of(formset: Any) -> list[tuple[Organisation, str]]:
    """The organisations that were filled in, each part once."""
    rows = [(form.cleaned_data.get("organisation"), form.cleaned_data.get("role")) for form in formset.forms]
    return list(dict.fromkeys((organisation, role) for organisation, role in rows if organisation))


class PeriodForm(ActForm):
    """How a doubtful period is to be read: as proposed, another way, or in the person's own words."""

    choice = forms.ChoiceField(label=gettext_lazy("It means"), widget=forms.RadioSelect)
    correction = forms.CharField(
        label=gettext_lazy("As I write it"), required=False, max_length=500, help_text=PERIOD_HINT
    )

    def __init__(self, *args: Any, view: ReadingView, **kwargs: Any) -> None:
        self.view = view
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["choice"])
        field.choices = [
            (choice.value, format_html('{} <span class="hint">{}</span>', choice.words, choice.reason))
            for choice in view.choices
        ] + [("other", _("Something else, which I write below"))]
        if not view.choices:
            field.initial = "other"

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"view": self.view}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        choice, correction = cleaned.get("choice"), cleaned.get("correction", "")
        if choice == "other" and not correction:
            self.add_error("correction", _("Write the period as it should be read."))
        if choice and choice != "other" and correction:
            self.add_error("correction", _("Choose “Something else”, or leave this empty."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        choice = self.cleaned_data["choice"]
        alternative = int(choice) if choice.isdecimal() else None
        return {"alternative": alternative, "correction": self.cleaned_data["correction"]}
