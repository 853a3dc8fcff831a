"""Forms for typed values and for outcomes."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm, RecordForm, ScopedForm, edtf_fields, narrow
from clusters.models import Cluster, Organisation
from clusters.queries import clusters_where
from clusters.rules import Can
from monitoring.forms.parts import PartsMixin
from monitoring.forms.periods import PeriodSelect
from monitoring.models import Closing, Indicator, Measurement, Outcome, OutcomeParty, ReportingPeriod
from monitoring.permissions import can_measure
from monitoring.queries.entering import locked_periods, places_entered
from monitoring.queries.pages import clusters_of
from twinning.core.filters import FilterForm
from twinning.core.pages import today


def offer_clusters(form: Any, name: str = "cluster") -> None:
    """Offer the clusters for which the reader may record outcomes, and the programme only to who may do so there."""
    field = cast("forms.ModelChoiceField[Cluster]", form.fields[name])
    clusters = clusters_where(form.reader, form.programme, Can.LOG)
    field.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
    if can_measure(form.reader, form.programme, None):
        field.required, field.empty_label = False, str(_("The whole programme"))
    else:
        field.required = True


class MeasurementForm(PartsMixin, RecordForm):
    """The value of one indicator in a period: only what its measure asks for. ``closing``: where it is entered for."""

    template_name = "monitoring/results/_measurement.html"
    indicator: Indicator
    period = forms.ModelChoiceField(ReportingPeriod.objects.all(), label=_("Period"), widget=PeriodSelect)
    cluster = forms.ModelChoiceField(Cluster.objects.all(), label=_("Cluster"), required=False)

    class Meta:
        model = Measurement
        fields = ["applies", "value", "low", "high", "word", "amount", "currency", "source", "note"]

    field_order = ("period", "cluster")

    def __init__(
        self, *args: Any, indicator: Indicator, closing: Closing | None = None, **kwargs: Any
    ) -> None:
        self.indicator, self.closing = indicator, closing
        super().__init__(*args, **kwargs)
        self._narrow(indicator)
        self.fields["note"].widget.attrs["rows"] = 3
        self.fields["applies"].help_text = _(
            "Take the mark away where there is nothing to measure, and say why."
        )
        if self.instance.pk:
            del self.fields["period"], self.fields["cluster"]
            scopes = [self.instance.cluster_id]
        else:
            scopes = self._offer_places()
        near = [pk for pk in scopes if pk is not None] or [
            cluster.pk for cluster in clusters_of(self.programme)
        ]
        self.add_part_fields(indicator, self.instance.parts, near)

    def _offer_places(self) -> list[int | None]:
        """Offer the places for which the reader enters values, and their periods; returns the places, by id."""
        places = places_entered(self.reader, self.programme)
        field = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        field.queryset = Cluster.objects.filter(pk__in=[one.pk for one in places if one])
        field.required = None not in places
        field.empty_label = str(_("Choose") if field.required else _("The whole programme"))
        scopes = [one.pk if one else None for one in places]
        if len(places) == 1:
            self.initial.setdefault("cluster", places[0])
        if self.closing is not None:
            self.initial.update(period=self.closing.period_id, cluster=self.closing.cluster_id)
            scopes = [self.closing.cluster_id]
        narrow(self, "period", lambda rows: rows.order_by("-first"))
        widget = cast(PeriodSelect, self.fields["period"].widget)
        widget.locks = locked_periods(self.programme, scopes, today())
        return scopes

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

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"reader": self.reader, "programme": self.programme, "indicator": self.indicator}

    @property
    def values(self) -> dict[str, Any]:
        plain = {name: value for name, value in super().values.items() if name not in self.part_dims}
        if "parts" in self.fields:
            plain["parts"] = self.parts_given(self.instance.parts)
        return plain


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
