"""Forms for typed values and for outcomes."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm, RecordForm, ScopedForm, edtf_fields
from clusters.models import Cluster, Organisation
from clusters.queries import clusters_where
from clusters.rules import Can
from monitoring.models import Indicator, Measurement, Outcome, OutcomeParty, ReportingPeriod
from monitoring.permissions import can_measure
from twinning.core.filters import FilterForm


def offer_clusters(form: Any, name: str = "cluster") -> None:
    """Offer the clusters for which the reader may enter values, and the programme only to who may do so there."""
    field = cast("forms.ModelChoiceField[Cluster]", form.fields[name])
    clusters = clusters_where(form.reader, form.programme, Can.LOG)
    field.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
    if can_measure(form.reader, form.programme, None):
        field.required, field.empty_label = False, str(_("The whole programme"))
    else:
        field.required = True


class MeasurementForm(RecordForm):
    """The value of one indicator in a period: only what its measure asks for."""

    indicator: Indicator
    period = forms.ModelChoiceField(ReportingPeriod.objects.all(), label=_("Period"))
    cluster = forms.ModelChoiceField(Cluster.objects.all(), label=_("Cluster"), required=False)
    parts = forms.CharField(
        label=_("Parts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on a line, such as: sex=f, firm-size=small: 12. The parts make the value."),
    )

    class Meta:
        model = Measurement
        fields = ["applies", "value", "low", "high", "word", "amount", "currency", "parts", "source", "note"]

    field_order = ("period", "cluster")

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        self.indicator = indicator
        super().__init__(*args, **kwargs)
        self._narrow(indicator)
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["applies"].help_text = _(
            "Take the mark away where there is nothing to measure, and say why."
        )
        if self.instance.pk:
            del self.fields["period"], self.fields["cluster"]
        else:
            offer_clusters(self)

    def _narrow(self, indicator: Indicator) -> None:
        if indicator.measure == Indicator.Measure.SCALE:
            self.fields["word"] = forms.ChoiceField(
                label=_("On the scale"),
                required=False,
                choices=[("", _("Choose")), *((word, word) for word in indicator.scale)],
                initial=self.instance.word,
            )
            for name in ("value", "low", "high"):
                del self.fields[name]
        else:
            del self.fields["word"]
            self.fields["value"].help_text = _("Leave it empty for a range.")
            self.fields["low"].label, self.fields["high"].label = _("Range from"), _("Range to")
        if not indicator.has_amount:
            del self.fields["amount"], self.fields["currency"]
        if not indicator.dimensions:
            del self.fields["parts"]
        elif self.instance.pk:
            self.initial["parts"] = parts_in_words(self.instance.parts)

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme, "indicator": self.indicator}

    def clean_parts(self) -> list[dict[str, Any]]:
        """[{"dims", "value"}] of lines such as "sex=f, firm-size=small: 12"; the service checks what they say."""
        found = []
        for line in self.cleaned_data["parts"].splitlines():
            if not line.strip():
                continue
            head, colon, value = line.rpartition(":")
            pairs = [pair.partition("=") for pair in head.split(",")]
            if not colon or any(not sign for _name, sign, _value in pairs):
                raise forms.ValidationError(
                    _("“%(line)s” is not like: sex=f: 12."), params={"line": line[:60]}
                )
            dims = {name.strip(): said.strip() for name, _sign, said in pairs}
            found.append({"dims": dims, "value": value.strip()})
        return found


def parts_in_words(parts: list[dict[str, Any]]) -> str:
    lines = (
        ", ".join(f"{name}={value}" for name, value in part["dims"].items()) + f": {part['value']}"
        for part in parts
    )
    return "\n".join(lines)


class OutcomeForm(RecordForm):
    happened = edtf_fields(Outcome, "happened")["happened"]

    class Meta:
        model = Outcome
        fields = [
            "kind", "title", "cluster", "happened", "quantity", "amount", "currency", "source", "description",
            "contribution", "twinning",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened"].required = True
        for name in ("description", "contribution"):
            self.fields[name].widget.attrs["rows"] = 3
        self.fields["currency"].help_text = _("Three letters, such as EUR or INR.")
        offer_clusters(self)


class OutcomePartyForm(ScopedForm):
    organisation = forms.ModelChoiceField(Organisation.objects.all(), label=_("Organisation"), required=False)
    role = forms.ChoiceField(label=_("Part"), choices=OutcomeParty.Role.choices)


OutcomeParties = formset_factory(OutcomePartyForm, extra=3, max_num=12, absolute_max=12)


def parties_in(formset: BaseFormSet[Any]) -> list[tuple[Organisation, str]]:
    """The parties that were filled in, each organisation once."""
    rows = [(form.cleaned_data.get("organisation"), form.cleaned_data.get("role")) for form in formset.forms]
    return list(
        {organisation.pk: (organisation, role) for organisation, role in rows if organisation}.values()
    )


class VerifyForm(ActForm):
    note = forms.CharField(
        label=_("How it was verified"),
        max_length=300,
        help_text=_("A visit, a paper, a call: what was seen, and when."),
    )


class OutcomeFilter(FilterForm):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    cluster = forms.ModelChoiceField(
        label=_("Cluster"), queryset=Cluster.objects.none(), to_field_name="slug", required=False
    )
    verified = forms.ChoiceField(
        label=_("Verified"), required=False, choices=[("", _("Any")), ("yes", _("yes")), ("no", _("not yet"))]
    )

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", _("Any")), *Outcome.Kind.choices]
        clusters = cast("forms.ModelChoiceField[Any]", self.fields["cluster"])
        clusters.queryset = Cluster.objects.filter(programme=programme)
