"""Who took part: somebody known, somebody new, or a number of people."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms.base import offer_organisations, organisation_field
from activities.models import Participation
from clusters.models import Person, Programme
from twinning.core.models import User
from twinning.core.pages import VersionedForm


class ParticipantForm(forms.Form):
    """Parts that every way of adding participants shares."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Participation.Role.choices)

    def __init__(self, *args: Any, user: User, programme: Programme, **kwargs: Any) -> None:
        kwargs["auto_id"] = "who_%s"
        super().__init__(*args, **kwargs)
        self.user, self.programme = user, programme
        self.people = Person.objects.visible_to(user).filter(programme=programme)
        offer_organisations(self, user, programme)


class KnownPersonForm(ParticipantForm):
    """Somebody who is known already, by name; of several with one name the person chooses."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    person = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Which one"), required=False)
    designation = forms.CharField(label=gettext_lazy("Designation there"), required=False, max_length=150)
    field_order = ["name", "person", "role", "designation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {
            "list": "person-names",
            "autocomplete": "off",
            "hx-get": reverse("person_names", args=[self.programme.slug]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#person-names",
        }
        self.namesakes = self._namesakes()
        field = cast("forms.ModelChoiceField[Person]", self.fields["person"])
        field.queryset = self.people.filter(pk__in=[person.pk for person in self.namesakes])
        field.label_from_instance = _person_label  # type: ignore[method-assign, assignment]
        if len(self.namesakes) < 2:
            field.widget = forms.HiddenInput()

    def _namesakes(self) -> list[Person]:
        name = " ".join(self.data.get("name", "").split()) if self.is_bound else ""
        if not name:
            return []
        return list(self.people.filter(name__iexact=name).select_related("organisation")[:20])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name"):
            if not self.namesakes:
                self.add_error("name", _("Nobody of this name is known; add them as somebody new."))
            elif len(self.namesakes) == 1:
                cleaned["person"] = self.namesakes[0]
            elif not cleaned.get("person"):
                self.add_error("person", _("Several people have this name: say which one."))
        cleaned.pop("name", None)
        return cleaned


def _person_label(person: Person) -> str:
    return ", ".join(str(part) for part in (person.name, person.designation, person.organisation) if part)


class NewPersonForm(ParticipantForm):
    """Somebody who is not known yet: makes the person and puts them on the list."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"), choices=Person.Sex.choices, initial=Person.Sex.UNSPECIFIED
    )
    born = forms.IntegerField(
        label=gettext_lazy("Year of birth"), required=False, min_value=1900, max_value=2100
    )
    organisation = organisation_field(gettext_lazy("Organisation"))
    designation = forms.CharField(label=gettext_lazy("Designation"), required=False, max_length=150)
    namesake = forms.BooleanField(
        label=gettext_lazy("This is another person of the same name"),
        required=False,
        widget=forms.HiddenInput,
    )
    field_order = ["name", "sex", "born", "organisation", "designation", "role", "namesake"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = cleaned.get("name")
        if name and not cleaned.get("namesake") and self.people.filter(name__iexact=name).exists():
            self.fields["namesake"].widget = forms.CheckboxInput()
            self.add_error("name", _("Somebody of this name is known already."))
            self.fields["namesake"].help_text = _("Otherwise put them on the list as somebody known.")
        cleaned.pop("namesake", None)
        return cleaned


class HeadcountForm(ParticipantForm):
    """How many came, where no names were kept."""

    organisation = organisation_field(gettext_lazy("Organisation"))
    female = forms.IntegerField(label=gettext_lazy("Women"), min_value=0, required=False)
    male = forms.IntegerField(label=gettext_lazy("Men"), min_value=0, required=False)
    unspecified = forms.IntegerField(label=gettext_lazy("Not stated"), min_value=0, required=False)
    come_from = forms.ChoiceField(
        label=gettext_lazy("Where no organisation is named, they come from"),
        required=False,
        choices=[("", gettext_lazy("Not stated")), *Participation.From.choices],
    )
    note = forms.CharField(
        label=gettext_lazy("Where the number comes from"),
        max_length=300,
        help_text=gettext_lazy("Such as: attendance sheet, report of the trainer."),
    )
    field_order = ["female", "male", "unspecified", "note", "organisation", "come_from", "role"]


class ParticipationForm(VersionedForm):
    """A row of the list as it stands: of a named person the role and words, of a headcount the numbers as
    well.
    """

    def __init__(
        self, *args: Any, instance: Participation, user: User, programme: Programme, **kwargs: Any
    ) -> None:
        self.instance, self.scope = instance, {"user": user, "programme": programme}
        named = instance.person_id is not None
        names = (
            ["role", "designation", "note"]
            if named
            else ["female", "male", "unspecified", "note", "come_from", "role"]
        )
        kwargs["initial"] = {name: getattr(instance, name) for name in names} | {
            "organisation": instance.organisation.name if instance.organisation else ""
        }
        super().__init__(*args, **kwargs)
        made = forms.fields_for_model(Participation, fields=names)
        for name in names:
            self.fields[name] = cast(forms.Field, made[name])
        self.fields["note"].required = not named
        self.fields["organisation"] = organisation_field(_("Organisation"))
        offer_organisations(self, user, programme)

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return self.scope
