"""Fields in which an organisation is named, where there are more than a list could show.

What an organisation is stands in another room: here it is a record with a ``name``, which only it has in its
programme, and a ``short_name``.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

MOST_FOUND = 20
_MOST_TYPED = 200
_NAMED = 5
_M = TypeVar("_M", bound=Model)


class Lookup(forms.TextInput):
    """A text field that offers what is found while one types. Without JavaScript it is a text field, and what
    was found is offered once the form was sent.

    ``url`` answers with ``components/offers.html``; ``?field=`` names the parameter with what was typed.
    """

    template_name = "components/lookup.html"

    def __init__(self, url: str) -> None:
        super().__init__({"autocomplete": "off"})
        self.url = url
        self.offers: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"url": f"{self.url}?field={name}", "offers": self.offers}
        return context


class ByName(forms.CharField):
    """One organisation of ``queryset``, by its full or its short name."""

    queryset: QuerySet[Any]
    default_error_messages = {
        "several": gettext_lazy("Several organisations are called that; give the full name."),
        "unknown": gettext_lazy("There is no organisation of this name; add it first."),
        "alike": gettext_lazy("There is no organisation of this name. Perhaps one of: %(names)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": _MOST_TYPED} | kwargs))

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        found = list(self.queryset.filter(Q(name__iexact=typed) | Q(short_name__iexact=typed))[:2])
        exact = [row for row in found if row.name == typed]
        if len(found) == 1 or len(exact) == 1:
            return (exact or found)[0]
        if found:
            raise ValidationError(self.error_messages["several"])
        alike = [row.name for row in named_like(self.queryset, typed)]
        if isinstance(self.widget, Lookup):
            self.widget.offers = alike
        if not alike:
            raise ValidationError(self.error_messages["unknown"])
        raise ValidationError(self.error_messages["alike"], params={"names": "; ".join(alike[:_NAMED])})

    def prepare_value(self, value: Any) -> Any:
        """The full name of a record or of its key; what was typed stays."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()
        return getattr(value, "name", value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def named_like(rows: QuerySet[_M], typed: str) -> list[_M]:
    """At most MOST_FOUND of the rows with ``typed`` (two letters or more) in a name, those that begin with it
    first.
    """
    typed = " ".join(typed.split())[:_MOST_TYPED]
    if len(typed) < 2:
        return []
    begins = Q(name__istartswith=typed) | Q(short_name__istartswith=typed)
    holds = Q(name__icontains=typed) | Q(short_name__icontains=typed)
    first = list(rows.filter(begins).order_by("name")[:MOST_FOUND])
    rest = rows.filter(holds).exclude(begins).order_by("name")
    return first + list(rest[: MOST_FOUND - len(first)]) if len(first) < MOST_FOUND else first
