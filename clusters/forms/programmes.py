from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import RecordForm, ScopedForm, edtf_fields, narrow
from clusters.models import (
    Cluster,
    Component,
    ComponentCluster,
    Decision,
    Organisation,
    Programme,
    ProgrammeOrganisation,
    SteeringMeeting,
)
from clusters.rules import Role


class NewProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    starts = edtf_fields(Programme, "starts")["starts"]
    ends = edtf_fields(Programme, "ends")["ends"]

    field_order = ["title"]

    class Meta:
        model = Programme
        fields = Programme.WRITTEN
        help_texts = {
            "slug": _("Small letters, digits and hyphens; it stands in every address of the programme."),
            "currency": _("Three letters, as in ISO 4217: EUR, INR."),
        }


class ProgrammeForm(RecordForm, NewProgrammeForm):
    class Meta(NewProgrammeForm.Meta):
        fields = tuple(name for name in Programme.WRITTEN if name != "slug")


class PartnerForm(RecordForm):
    class Meta:
        model = ProgrammeOrganisation
        fields = ["organisation", "role"]


class ComponentForm(RecordForm):
    class Meta:
        model = Component
        fields = ["kind", "title"]


class PlaceForm(ScopedForm):
    cluster = forms.ModelChoiceField(Cluster.objects.all(), label=_("Cluster"))
    start_year = forms.IntegerField(label=_("Since the year"), required=False, min_value=1900, max_value=2200)
    mode = forms.ChoiceField(label=_("How"), choices=ComponentCluster.Mode.choices)


class MeetingForm(RecordForm):
    held = edtf_fields(SteeringMeeting, "held")["held"]

    class Meta:
        model = SteeringMeeting
        fields = ["number", "held", "held_text", "place", "attendees", "minutes"]
        help_texts = {"held_text": _("Where the day is not known: “after March 2009”.")}


class DecisionForm(RecordForm):
    class Meta:
        model = Decision
        fields = ["text", "kind", "cluster", "component", "reason", "supersedes"]
        help_texts = {"reason": _("A decision against the ranking always says why.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "supersedes", lambda rows: rows.filter(superseded_by=None))


class MemberForm(ScopedForm):
    """A role for somebody, known by the address with which they sign in."""

    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        help_text=_("For somebody who has no account yet: they get a message with which to set a password."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[*BLANK_CHOICE_DASH, *Role.choices])
    cluster = forms.ModelChoiceField(
        Cluster.objects.all(),
        label=_("Cluster"),
        required=False,
        help_text=_("For agents, associations and institutions."),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=_("Organisation"),
        required=False,
        help_text=_("For associations, institutions, firms, experts, brokers and laboratories."),
    )
    valid_from = forms.DateField(label=_("From"), required=False)
    valid_to = forms.DateField(label=_("To"), required=False, help_text=_("The last day."))
