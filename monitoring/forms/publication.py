"""Forms of what is published to IATI. They offer what is of the programme; what hinders is told, not refused."""

from __future__ import annotations

import copy
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clusters.models import Agreement, Component, Organisation, Programme
from clusters.queries import are_looked_up
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from monitoring.rules.iati import codes
from twinning.core.lookups import ByName, Lookup
from twinning.core.models import User
from twinning.core.pages import VersionedForm


class _RecordForm(VersionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The form of a record of the programme. The record it was given stays as it stands."""

    def __init__(self, *args: Any, reader: User, programme: Programme, **kwargs: Any) -> None:
        self.reader, self.programme = reader, programme
        if kwargs.get("instance") is not None:
            kwargs["instance"] = copy.copy(kwargs["instance"])
        else:
            kwargs["initial"] = self.first_values()
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if type(field) is forms.DateField:
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            elif isinstance(field, forms.ModelChoiceField):
                self._offer(name, field)

    def first_values(self) -> dict[str, Any]:
        """What a new record begins with."""
        return {}

    def _offer(self, name: str, field: forms.ModelChoiceField[Any]) -> None:
        model = cast("Any", field.queryset).model
        rows = model.objects.visible_to(self.reader).filter(programme=self.programme)
        if model is Component:
            field.empty_label = str(_("The whole programme"))
        elif model is Agreement:
            rows = rows.filter(kind__in=codes.PUBLISHED_AGREEMENTS, attempted_only=False)
        elif model is Organisation and are_looked_up(self.reader, self.programme):
            self._look_up(name, field, rows)
            return
        field.queryset = rows

    def _look_up(self, name: str, field: forms.ModelChoiceField[Any], rows: Any) -> None:
        """Very many bodies are looked up by name."""
        by_name = ByName(
            label=field.label,
            required=field.required,
            widget=Lookup(reverse("organisation_names", args=[self.programme.slug])),
        )
        by_name.queryset = rows
        self.fields[name] = by_name
        chosen = getattr(self.instance, name)
        self.initial[name] = chosen.name if chosen is not None else ""

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme}


class PublicationForm(_RecordForm):
    class Meta:
        model = Publication
        fields = Publication.WRITTEN

    def first_values(self) -> dict[str, Any]:
        return {"suffix": self.programme.code or self.programme.slug}


class CodeForm(_RecordForm):
    class Meta:
        model = PublicationCode
        fields = PublicationCode.WRITTEN


class BudgetForm(_RecordForm):
    class Meta:
        model = Budget
        fields = Budget.WRITTEN

    def first_values(self) -> dict[str, Any]:
        return {"currency": self.programme.currency}


class TransactionForm(_RecordForm):
    class Meta:
        model = Transaction
        fields = Transaction.WRITTEN
        help_texts = {"provider": _("A firm is not named in what is published.")}

    def first_values(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"currency": self.programme.currency, "date": today, "value_date": today}


class DocumentForm(_RecordForm):
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Where everybody can read it."),
    )

    class Meta:
        model = PublishedDocument
        fields = PublishedDocument.WRITTEN
