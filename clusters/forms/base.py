"""What the forms of this room share: they offer only what the reader may see in the programme at hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusters.models import Decision, Organisation, ProductGroup, Programme
from clusters.queries import are_looked_up
from twinning.core import periods
from twinning.core.access import ScopedQuerySet
from twinning.core.fields import EdtfField
from twinning.core.lookups import ByName, Lookup
from twinning.core.models import User, VersionedModel
from twinning.core.pages import VersionedForm

_PROGRAMME_OF = {ProductGroup: "cluster__programme", Decision: "meeting__programme"}


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class EdtfInput(forms.CharField):
    """A date as far as it is known: EDTF, or words that mean only one thing ("June 2008", "24/6/2008")."""

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        try:
            periods.from_edtf(text)
        except ValueError:
            reading = periods.read(text)
            if reading.segments and reading.is_certain and not periods.check_entry(reading):
                return reading.edtf
        return text  # what is still not a date is refused, with its reason, by the model's validator


def offered(rows: QuerySet[Any], reader: User, programme: Programme) -> QuerySet[Any]:
    """The rows of a choice that stand in the programme and that the reader may see."""
    if isinstance(rows, ScopedQuerySet):
        rows = rows.visible_to(reader)
    return rows.filter(**{_PROGRAMME_OF.get(rows.model, "programme"): programme})


def narrow(form: forms.BaseForm, name: str, choose: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
    """Offer fewer records in the field ``name``."""
    field = cast("forms.ModelChoiceField[Any]", form.fields[name])
    field.queryset = choose(cast("QuerySet[Any]", field.queryset))


def organisation_field(
    field: forms.ModelChoiceField[Organisation], reader: User, programme: Programme
) -> forms.Field:
    """The choice of an organisation: a list, or where that would be too long, a name that is looked up."""
    rows = offered(cast("QuerySet[Any]", field.queryset), reader, programme)
    if not are_looked_up(reader, programme):
        field.queryset = rows
        return field
    by_name = ByName(
        label=field.label,
        required=field.required,
        help_text=field.help_text or _("Type a part of its name."),
        initial=field.initial,
        widget=Lookup(reverse("organisation_names", args=[programme.slug])),
    )
    by_name.queryset = rows
    return by_name


def _of(field: forms.ModelChoiceField[Any]) -> type[Any]:
    return cast("QuerySet[Any]", field.queryset).model


class ScopedForm(forms.Form):
    """Mix-in: takes ``reader`` and ``programme``, narrows every choice of records, and dresses dates."""

    def __init__(self, *args: Any, reader: User, programme: Programme, **kwargs: Any) -> None:
        self.reader, self.programme = reader, programme
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if type(field) is forms.ModelChoiceField and _of(field) is Organisation:
                self.fields[name] = organisation_field(field, reader, programme)
            elif isinstance(field, forms.ModelChoiceField):
                narrow(self, name, lambda rows: offered(rows, reader, programme))
            elif type(field) is forms.DateField:
                field.widget = DateInput()


class RecordForm(ScopedForm, VersionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The form of a record. The record it was given stays as it stands: only the service changes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is not None:
            kwargs["instance"] = copy.copy(kwargs["instance"])
        super().__init__(*args, **kwargs)

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme}


class ActForm(ScopedForm, VersionedForm):
    """The form of an act on a record, such as ending a role: no field of the record but its version."""

    def __init__(self, *args: Any, instance: VersionedModel, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **kwargs)

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme}


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class LastDayForm(ActForm):
    last_day = forms.DateField(label=_("Last day"))


def edtf_fields(model: type[VersionedModel], *names: str) -> dict[str, EdtfInput]:
    """Form fields for the EDTF fields of a model, with its labels and hints."""
    made = {}
    for name in names:
        field = cast(EdtfField, model._meta.get_field(name))
        made[name] = EdtfInput(
            label=capfirst(field.verbose_name),
            required=False,
            max_length=field.max_length,
            help_text=_("As far as it is known: 2008, June 2008, 24 June 2008."),
            validators=field.validators,
        )
    return made
