"""The filters of the library of cases: each offers what its cases have, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _CaseFilter(forms.Form):
    """``offered``: {field: (value, label) pairs}. ``chosen`` are the values that are offered and asked for."""

    def __init__(self, data: Any, offered: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class AdoptionFilter(_CaseFilter):
    country = forms.ChoiceField(label=_("Country"), required=False)
    technology = forms.ChoiceField(label=_("Technology"), required=False)


class PolicyFilter(_CaseFilter):
    country = forms.ChoiceField(label=_("Country"), required=False)
    area = forms.ChoiceField(label=_("Broad area"), required=False)
    issue = forms.ChoiceField(label=_("Issue"), required=False)
