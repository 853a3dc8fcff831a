from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm, DateInput, RecordForm
from clusters.models import Programme
from twinning.core.filters import FilterForm
from twinning.core.models import ExchangeRate
from twinning.core.models.rate import validate_currency


class CurrencyField(forms.CharField):
    """A code of ISO 4217, however it is written."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "size": 5})
        super().__init__(validators=[validate_currency], max_length=3, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").upper()


class RateForm(RecordForm):
    currency = CurrencyField(label=_("Currency"), help_text=_("Three letters, as in ISO 4217: INR."))

    class Meta:
        model = ExchangeRate
        fields = ExchangeRate.WRITTEN


class WithdrawRateForm(ActForm):
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Kept in the rate's history.")
    )


class UploadRatesForm(forms.Form):
    file = forms.FileField(
        label=_("File of the ECB"),
        help_text=_(
            "eurofxref-hist.zip, eurofxref.zip, or one of the CSV and XML files, as it was downloaded."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.csv,.xml"}),
    )


class RateFilter(filters.FilterSet):
    currency = filters.CharFilter(
        label=_("Currency"), method="of_currency", help_text=_("Three letters: INR.")
    )
    on = filters.DateFilter(label=_("Holding on"), method="holding_on", widget=DateInput)
    origin = filters.ChoiceFilter(label=_("Origin"), method="of_origin", choices=ExchangeRate.Origin.choices)
    state = filters.ChoiceFilter(
        label=_("State"), method="in_state", choices=[("withdrawn", _("withdrawn"))], empty_label=_("in use")
    )

    class Meta:
        model = ExchangeRate
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: Any, queryset: QuerySet[Any], *, programme: Programme) -> None:
        super().__init__(data, queryset)
        self.programme = programme

    def of_currency(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(currency=value.strip().upper())

    def holding_on(self, rows: Any, name: str, value: dt.date) -> Any:
        return rows.reaching(value, value)

    def of_origin(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        typed = value == ExchangeRate.Origin.TYPED
        return rows.filter(programme_id=self.programme.pk if typed else None)

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        # Only typed rates are withdrawn; said here, it lets the index of the programme find them.
        return rows.filter(withdrawn_at__isnull=False, programme_id=self.programme.pk)
