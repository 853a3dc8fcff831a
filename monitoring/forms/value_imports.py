from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.forms.periods import PeriodSelect
from monitoring.models import ReportingPeriod, ValueBatch
from monitoring.permissions import can_shape_results
from monitoring.queries.entering import locked_periods, places_entered
from twinning.core.pages import today


def holds_for(user: Any, programme: Any) -> list[tuple[str, Any]]:
    """What this reader may bring in: targets are set by who shapes the framework."""
    offered = list(ValueBatch.Holds.choices)
    return offered if can_shape_results(user, programme) else offered[:1]


class ValueImportForm(forms.Form):
    """A sheet of values or targets."""

    holds = forms.ChoiceField(label=_("What it holds"))
    file = forms.FileField(
        label=_("Sheet"),
        help_text=_("XLSX, ODS or CSV, up to 2,000 rows. Nothing is entered before you have seen it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.txt,.tsv"}),
    )

    def __init__(self, *args: Any, offered: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["holds"]).choices = offered


class ValueSheetForm(forms.Form):
    """Which sheet to fill in is wanted."""

    holds = forms.ChoiceField(label=_("What it holds"))
    period = forms.ModelChoiceField(
        ReportingPeriod.objects.none(), label=_("Period"), empty_label=None, widget=PeriodSelect
    )

    def __init__(
        self, *args: Any, offered: list[tuple[str, Any]], programme: Any, reader: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": "sheet_%s", **kwargs})
        cast("forms.ChoiceField", self.fields["holds"]).choices = offered
        periods = cast("forms.ModelChoiceField[Any]", self.fields["period"])
        rows = ReportingPeriod.objects.filter(programme=programme).select_related("programme")
        periods.queryset = rows.order_by("-first")
        scopes = [one.pk if one else None for one in places_entered(reader, programme)]
        widget = cast(PeriodSelect, periods.widget)
        # Targets may be set for a closed period too: what is closed is only said.
        widget.is_strict, widget.locks = False, locked_periods(programme, scopes, today())
