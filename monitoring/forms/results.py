from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ReasonForm, RecordForm, narrow
from monitoring.models import Indicator, ReportingPeriod, Result, Target
from monitoring.queries.pages import clusters_of
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.values import DIMENSIONS
from monitoring.rules.vocabulary import Vocabulary
from twinning.core.filters import FilterForm

WHERE = "where_"
_DIMENSION_LABELS = {
    "sex": _("sex"),
    "age": _("age"),
    "firm-size": _("size of the firm"),
    "product-group": _("product group"),
}


class NeededReasonForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


class ResultForm(RecordForm):
    class Meta:
        model = Result
        fields = list(Result.WRITTEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "leads_to", lambda rows: rows.exclude(pk=self.instance.pk))
        for name in ("description", "assumptions", "risks", "contribution"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["order"].required = False
        if not self.instance.pk:
            del self.fields["order"]


class WordsField(forms.CharField):
    """A list of short texts, one on a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class IndicatorForm(RecordForm):
    """An indicator; ``count`` is what it counts, "" where its values are typed in."""

    result = forms.ModelChoiceField(Result.objects.all(), label=_("Result"))
    dimensions = forms.MultipleChoiceField(
        label=_("Divided by"),
        required=False,
        choices=[(name, _DIMENSION_LABELS[name]) for name in DIMENSIONS],
        widget=forms.CheckboxSelectMultiple,
    )
    scale = WordsField(
        label=_("Words of the scale"), required=False, help_text=_("One on a line, the lowest first.")
    )

    class Meta:
        model = Indicator
        fields = [
            "result", "code", "name", "definition", "unit", "measure", "has_amount", "rising", "total", "scale",
            "dimensions", "weight", "baseline", "baseline_year", "baseline_note", "verification", "reference",
        ]  # fmt: skip

    def __init__(self, *args: Any, count: str, **kwargs: Any) -> None:
        self.count = count
        super().__init__(*args, **kwargs)
        self.fields["definition"].widget.attrs["rows"] = 3
        self.fields["scale"].widget.attrs["rows"] = 4
        if count:
            for name in ("measure", "total", "scale", "dimensions"):
                del self.fields[name]
            self._conditions(VOCABULARY[count])

    def _conditions(self, vocabulary: Vocabulary) -> None:
        standing = (self.instance.rule or {}).get("where", {}) if self.instance.rule else {}
        for name, field in vocabulary.fields.items():
            label = _("Only where %(field)s is")
            said: Any = str(label) % {"field": field.label}
            if field.choices:
                made: forms.Field = forms.MultipleChoiceField(
                    label=said,
                    required=False,
                    choices=field.offered,
                    widget=forms.CheckboxSelectMultiple,
                    initial=standing.get(name),
                )
            else:
                made = WordsField(
                    label=said, required=False, initial=standing.get(name), help_text=_("One on a line.")
                )
                made.widget.attrs["rows"] = 2
            self.fields[WHERE + name] = made
        if not vocabulary.has_amount:
            del self.fields["has_amount"]

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme, "count": self.count}

    @property
    def values(self) -> dict[str, Any]:
        plain = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version" and not name.startswith(WHERE)
        }
        if not self.count:
            return plain | {"rule": None}
        where = {
            name.removeprefix(WHERE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(WHERE) and value
        }
        return plain | {"rule": {"count": self.count, "where": where}}

    def add_error(self, field: str | None, error: Any) -> None:
        # What is wrong with the rule as a whole is said at the top: it has no field of its own.
        super().add_error(None if field == "rule" else field, error)


class TargetForm(RecordForm):
    class Meta:
        model = Target
        fields = list(Target.WRITTEN)

    def __init__(self, *args: Any, has_amount: bool, **kwargs: Any) -> None:
        self.has_amount = has_amount
        super().__init__(*args, **kwargs)
        cluster = cast("forms.ModelChoiceField[Any]", self.fields["cluster"])
        cluster.empty_label = str(_("The whole programme"))
        shown = {row.pk for row in clusters_of(self.programme)} | {self.instance.cluster_id}
        narrow(self, "cluster", lambda rows: rows.filter(pk__in=shown - {None}))
        if not has_amount:
            del self.fields["amount"]

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme, "has_amount": self.has_amount}


class PeriodForm(RecordForm):
    class Meta:
        model = ReportingPeriod
        fields = list(ReportingPeriod.WRITTEN)


class ResultsFilter(FilterForm):
    """Of which time the results are shown: all time, or a reporting period."""

    period = forms.ModelChoiceField(
        label=_("Period"), queryset=ReportingPeriod.objects.none(), required=False
    )

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = cast("forms.ModelChoiceField[Any]", self.fields["period"])
        rows = ReportingPeriod.objects.filter(programme=programme).select_related("programme")
        periods.queryset = rows.order_by("-first")
        periods.empty_label = str(_("All time, to date"))
