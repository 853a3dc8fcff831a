"""The forms of selection rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.forms.base import DateInput, RecordForm
from clusters.models import (
    Decision,
    SelectionCandidate,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.queries.selection import RankLine
from clusters.rules.selection import Outcome
from clusters.services import Entry, Verdict


class RoundForm(RecordForm):
    class Meta:
        model = SelectionRound
        fields = ["title", "note", "illustrative"]


class ParameterForm(RecordForm):
    class Meta:
        model = SelectionParameter
        fields = ["name", "guidance", "scale", "unit", "lowest", "highest", "direction"]
        help_texts = {
            "name": gettext_lazy("Leave it empty to read a parameter of the method as the method names it."),
            "guidance": gettext_lazy("What a high and a low value mean, so that assessors mean the same."),
            "lowest": gettext_lazy("Of a raw figure, where there is one."),
        }


class NewParameterForm(ParameterForm):
    class Meta(ParameterForm.Meta):
        fields = ["code", *ParameterForm.Meta.fields]
        help_texts = {name: text for name, text in ParameterForm.Meta.help_texts.items() if name != "name"}


class CandidateForm(RecordForm):
    class Meta:
        model = SelectionCandidate
        fields = ["cluster", "name", "country", "place", "note"]
        help_texts = {
            "name": gettext_lazy("Of a cluster that is not in the programme."),
            "country": gettext_lazy("Two letters, as in ISO 3166: IN, IT."),
        }


def plain(value: Decimal) -> Decimal:
    """The number as an input shows it: 100 and not 1E+2, 4 and not 4.0000."""
    return Decimal(format(value.normalize(), "f"))


class PointedForm(forms.Form):
    """Mix-in for a form that sends a list to its service, whose refusals point into that list."""

    def pointed_at(self, pointer: str) -> str:
        """The field that shows a refusal at, say, ``outcomes/3/reason``."""
        return pointer

    def seen_field(self, pointer: str) -> str:
        """The hidden field that says what was seen of what stands at ``pointer``."""
        return pointer

    def take_over(self, current: Mapping[str, int | None]) -> None:
        """Somebody else wrote meanwhile, and the form shows it: from now on it stands on what they wrote."""
        data = cast(QueryDict, self.data).copy()
        for pointer, value in current.items():
            data[self.seen_field(pointer)] = "" if value is None else str(value)
        self.data = data


class WeightsForm(PointedForm):
    """A weight for each parameter, and their sum, which a small script keeps up to date while one types."""

    after = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        parameters: Sequence[SelectionParameter],
        weight_set: SelectionWeights | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [parameter.code for parameter in parameters]
        weights = weight_set.by_code if weight_set else {}
        for parameter in parameters:
            self.fields[f"weight_{parameter.code}"] = forms.DecimalField(
                label=f"{parameter.code}  {parameter}",
                min_value=0,
                max_value=100,
                decimal_places=2,
                max_digits=5,
                initial=plain(weights.get(parameter.code, Decimal(0))),
                widget=forms.NumberInput(attrs={"step": "any", "data-adds-to": "id_weights"}),
            )
        self.fields["weights"] = forms.CharField(
            label=_("Sum"),
            help_text=_("Must be 100."),
            widget=forms.TextInput(attrs={"readonly": True, "inputmode": "decimal"}),
            initial=self._sum(),
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why these weights"), widget=forms.Textarea(attrs={"rows": 3}), required=True
        )
        self.initial["after"] = weight_set.number if weight_set else 0
        if self.is_bound:  # what was sent as the sum is what the page worked out, if it did
            data = cast(QueryDict, self.data).copy()
            data["weights"] = self._sum()
            self.data = data

    def _sum(self) -> str:
        total = Decimal(0)
        for code in self.codes:
            field = self.fields[f"weight_{code}"]
            typed = self.data.get(f"weight_{code}") if self.is_bound else field.initial
            try:
                total += field.clean(typed) or 0
            except forms.ValidationError:
                continue  # said beside its field
        return number_format(total.normalize(), use_l10n=True)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "weights": {code: self.cleaned_data[f"weight_{code}"] for code in self.codes},
            "reason": self.cleaned_data["reason"],
            "after": self.cleaned_data["after"],
        }

    def pointed_at(self, pointer: str) -> str:
        return pointer.replace("weights/", "weight_")


@dataclass(frozen=True, slots=True)
class SheetRow:
    candidate: SelectionCandidate
    value: forms.BoundField
    evidence: forms.BoundField
    source: forms.BoundField
    version: forms.BoundField


class SheetForm(PointedForm):
    """One assessor's scores of all candidates on one parameter."""

    def __init__(
        self,
        *args: Any,
        parameter: SelectionParameter,
        candidates: Sequence[SelectionCandidate],
        scores: Mapping[int, SelectionScore],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        lowest, highest = parameter.bounds
        bounds = {"min": lowest, "max": highest}
        for candidate in self.candidates:
            pk, score = candidate.pk, scores.get(candidate.pk)
            value = forms.DecimalField(
                label=_("%(candidate)s, value") % {"candidate": candidate},
                required=False,
                max_digits=18,
                decimal_places=4,
                initial=plain(score.value) if score else None,
            )
            value.widget.attrs |= {name: str(end) for name, end in bounds.items() if end is not None}
            value.widget.attrs["step"] = "any"
            evidence = forms.CharField(
                label=_("%(candidate)s, evidence") % {"candidate": candidate},
                required=False,
                initial=score.evidence if score else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            source = forms.CharField(
                label=_("%(candidate)s, source") % {"candidate": candidate},
                required=False,
                max_length=300,
                initial=score.source if score else "",
            )
            for name, field in (("value", value), ("evidence", evidence), ("source", source)):
                field.widget.attrs["aria-label"] = str(field.label)
                self.fields[f"{name}_{pk}"] = field
            self.fields[f"version_{pk}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=score.version if score else None
            )

    def rows(self) -> Iterator[SheetRow]:
        for candidate in self.candidates:
            pk = candidate.pk
            yield SheetRow(
                candidate,
                self[f"value_{pk}"],
                self[f"evidence_{pk}"],
                self[f"source_{pk}"],
                self[f"version_{pk}"],
            )

    @property
    def values(self) -> dict[str, Any]:
        return {
            "entries": [
                Entry(
                    candidate=candidate,
                    value=self.cleaned_data[f"value_{candidate.pk}"],
                    evidence=self.cleaned_data[f"evidence_{candidate.pk}"],
                    source=self.cleaned_data[f"source_{candidate.pk}"],
                    version=self.cleaned_data[f"version_{candidate.pk}"],
                )
                for candidate in self.candidates
            ]
        }

    def pointed_at(self, pointer: str) -> str:
        _entries, index, name = pointer.split("/")
        return f"{name}_{self.candidates[int(index)].pk}"

    def seen_field(self, pointer: str) -> str:
        return f"version_{self.candidates[int(pointer.rpartition('/')[2])].pk}"


@dataclass(frozen=True, slots=True)
class VerdictRow:
    line: RankLine
    outcome: forms.BoundField
    reason: forms.BoundField
    decision: forms.BoundField


class DecideForm(PointedForm):
    """What becomes of each candidate, in the order of the ranking."""

    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DateInput)
    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        lines: Sequence[RankLine],
        decisions: Sequence[Decision],
        fingerprint: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.decisions = {str(decision.pk): decision for decision in decisions}
        self.initial["fingerprint"] = fingerprint
        for line in self.lines:
            for name, field in self._fields_of(line).items():
                field.widget.attrs["aria-label"] = str(field.label)
                self.fields[f"{name}_{line.candidate.pk}"] = field

    def _fields_of(self, line: RankLine) -> dict[str, forms.Field]:
        candidate = line.candidate
        fitting = [
            (key, f"{decision.meeting}: {decision}")
            for key, decision in self.decisions.items()
            if decision.cluster_id in (None, candidate.cluster_id)
        ]
        return {
            "outcome": forms.ChoiceField(
                label=_("%(candidate)s, outcome") % {"candidate": candidate},
                choices=[("", "---------"), *Outcome.choices],
            ),
            "reason": forms.CharField(
                label=_("%(candidate)s, reason") % {"candidate": candidate},
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "decision": forms.ChoiceField(
                label=_("%(candidate)s, decision of the committee") % {"candidate": candidate},
                choices=[("", "---------"), *fitting],
                required=False,
            ),
        }

    def rows(self) -> Iterator[VerdictRow]:
        for line in self.lines:
            pk = line.candidate.pk
            yield VerdictRow(line, self[f"outcome_{pk}"], self[f"reason_{pk}"], self[f"decision_{pk}"])

    @cached_property
    def values(self) -> dict[str, Any]:
        def of(line: RankLine, name: str) -> Any:
            return self.cleaned_data[f"{name}_{line.candidate.pk}"]

        return {
            "decided_on": self.cleaned_data["decided_on"],
            "fingerprint": self.cleaned_data["fingerprint"],
            "verdicts": [
                Verdict(
                    line.candidate,
                    of(line, "outcome"),
                    of(line, "reason"),
                    self.decisions.get(of(line, "decision")),
                )
                for line in self.lines
            ],
        }

    def pointed_at(self, pointer: str) -> str:
        if not pointer.startswith("outcomes/"):
            return pointer
        _outcomes, index, name = pointer.split("/")
        return f"{name}_{self.lines[int(index)].candidate.pk}"
