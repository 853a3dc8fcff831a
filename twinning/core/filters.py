"""The filters of a list: what was asked and cannot be is not used, and is said beside them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NAMED = 5


class FilterForm(forms.Form):
    """Bound to the parameters of an address. ``{% filter_form %}`` shows it, with what of it is not used."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if getattr(field, "empty_label", None) == BLANK_CHOICE_DASH[0][1]:
                field.empty_label = _("Any")  # type: ignore[attr-defined]
                field.widget.choices = field.choices  # type: ignore[attr-defined]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What was asked and can be, by name of the filter."""
        self.is_valid()
        return dict(self.cleaned_data)

    @property
    def unused(self) -> list[str]:
        """The labels of what was asked in vain; why, stands beside each."""
        return [str(self[name].label) for name in self.errors if name in self.fields]

    def add_error(self, field: str | None, error: Any) -> None:
        """Django's words for a value that is no choice do not say which there are."""
        if field and isinstance(error, ValidationError) and getattr(error, "code", "") == "invalid_choice":
            error = ValidationError(self._no_choice(field), code="invalid_choice")
        super().add_error(field, error)

    def _no_choice(self, name: str) -> str:
        choices = getattr(self.fields[name], "choices", ())
        labels = [str(label) for key, label in choices if str(key) != ""]
        words = {"value": Truncator(self.data.get(self.add_prefix(name), "")).chars(50)}
        if not labels:
            return _("“%(value)s” is not among the choices: there are none yet.") % words
        words["known"] = ", ".join(labels[:_NAMED])
        more = len(labels) - _NAMED
        if more <= 0:
            return _("“%(value)s” is not one of: %(known)s.") % words
        said = ngettext(
            "“%(value)s” is not one of: %(known)s, and %(more)d other.",
            "“%(value)s” is not one of: %(known)s, and %(more)d others.",
            more,
        )
        return said % {**words, "more": more}
