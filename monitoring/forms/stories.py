"""The forms of impact stories and of the consent that they need."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Organisation, Programme
from clusters.queries import are_looked_up, clusters_where
from clusters.rules import Can
from monitoring.forms.evaluations import PartForm, day_input
from monitoring.models import ImpactStory
from monitoring.permissions import can_write_stories
from twinning.core.attachments import read_upload
from twinning.core.filters import FilterForm
from twinning.core.lookups import ByName, Lookup
from twinning.core.models import User
from twinning.core.pages import ActForm, today


class StoryForm(PartForm):
    """Offers the clusters in which the reader collects stories, and the organisations that he sees."""

    class Meta:
        model = ImpactStory
        fields = list(ImpactStory.WRITTEN)
        widgets = {
            "quote": forms.Textarea(attrs={"rows": 4}),
            "text": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, reader: User, programme: Programme, **kwargs: Any) -> None:
        self.reader, self.programme = reader, programme
        super().__init__(*args, **kwargs)
        cluster = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        near = [one.pk for one in clusters_where(reader, programme, Can.EDIT)]
        cluster.queryset = Cluster.objects.filter(pk__in=near)
        cluster.required = not can_write_stories(reader, programme, None)
        cluster.empty_label = str(_("The programme as a whole"))
        bodies = Organisation.objects.visible_to(reader).filter(programme=programme)
        if are_looked_up(reader, programme):
            named = ByName(
                label=_("Organisation"),
                required=False,
                help_text=_("Type a part of its name."),
                widget=Lookup(reverse("organisation_names", args=[programme.slug])),
            )
            named.queryset = bodies
            self.fields["organisation"] = named
        else:
            cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"]).queryset = bodies

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme}


class ConsentForm(ActForm):
    consent_by = forms.CharField(
        label=_("Who consented"), max_length=150, help_text=_("The person who speaks, or who may for them.")
    )
    consent_on = forms.DateField(label=_("On which day"), widget=day_input())
    consent_how = forms.ChoiceField(label=_("How"), choices=ImpactStory.How.choices, widget=forms.RadioSelect)
    consent_note = forms.CharField(
        label=_("What it covers"),
        max_length=300,
        required=False,
        help_text=_("Such as: reports and the website, for two years."),
    )
    names_allowed = forms.BooleanField(
        label=_("Names of person and firm may be told"),
        required=False,
        help_text=_("Without it the story is told without names, and its words must tell none."),
    )
    file = forms.FileField(
        label=_("Paper or message that shows it"),
        required=False,
        help_text=_("Opened only by who edits the story."),
    )

    def __init__(self, *args: Any, instance: ImpactStory, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.initial = {**self.initial, "consent_by": instance.speaker, "consent_on": today()}

    @property
    def values(self) -> dict[str, Any]:
        values = super().values
        upload = values.pop("file")
        return {**values, "paper": (upload.name, read_upload(upload)) if upload else None}


class WhyForm(ActForm):
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in its history; it need not be said."),
    )


class StoryFilter(FilterForm):
    cluster = forms.ModelChoiceField(
        label=_("Cluster"), queryset=Cluster.objects.none(), to_field_name="slug", required=False
    )
    published = forms.ChoiceField(
        label=_("Published"), required=False, choices=[("", _("Any")), ("yes", _("yes")), ("no", _("no"))]
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = Cluster.objects.filter(programme=programme)  # type: ignore[attr-defined]
