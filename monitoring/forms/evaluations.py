"""The forms of evaluations and of what they recommend."""

from __future__ import annotations

import copy
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Membership, Programme
from clusters.models.membership import holding
from monitoring.models import (
    ComparisonRow,
    CriterionAssessment,
    Evaluation,
    Lesson,
    Recommendation,
)
from monitoring.queries.evidence import SOURCES
from monitoring.rules.evaluation import Advice, Rating
from twinning.core.filters import FilterForm
from twinning.core.models import User
from twinning.core.pages import ActForm, VersionedForm, today

MOST_OFFERED = 100


class PartForm(VersionedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The form of a record. The record it was given stays as it stands: only the service changes it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("instance") is not None:
            kwargs["instance"] = copy.copy(kwargs["instance"])
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if type(field) is forms.DateField:
                field.widget = day_input()


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _long(*names: str, rows: int = 5) -> dict[str, forms.Widget]:
    return {name: forms.Textarea(attrs={"rows": rows}) for name in names}


class EvaluationForm(PartForm):
    class Meta:
        model = Evaluation
        fields = list(Evaluation.WRITTEN)
        widgets = _long("scope", "evaluators", "summary", "background", "planning", "partners", "steering")


class NewEvaluationForm(EvaluationForm):
    class Meta(EvaluationForm.Meta):
        fields = ["kind", "title", "illustrative", "scope", "first", "last", "evaluators"]


class AssessmentForm(PartForm):
    class Meta:
        model = CriterionAssessment
        fields = ["criterion", "aspect", "question", "finding", "rating", "justification", "weight"]
        widgets = _long("finding", "justification")
        help_texts = {
            "weight": gettext_lazy("Against the other questions: 1 unless it matters more or less."),
            "aspect": gettext_lazy("Of coherence only."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rating = cast(forms.TypedChoiceField, self.fields["rating"])
        marks = [(value, f"{value}  {label}") for value, label in Rating.choices]
        rating.choices = [("", _("not rated yet")), *marks]


class EvidenceForm(forms.Form):
    """One kind of evidence: a record, of those that are offered, or a document."""

    record_id = forms.TypedChoiceField(label=gettext_lazy("Record"), coerce=int)
    source = forms.CharField(
        label=gettext_lazy("Document"),
        max_length=300,
        help_text=gettext_lazy("Title, date and page; or its address."),
    )
    text = forms.CharField(
        label=gettext_lazy("What it shows"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )

    def __init__(
        self, *args: Any, kind: str, reader: User, programme: Programme, words: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind not in SOURCES:
            del self.fields["record_id"]
            return
        del self.fields["source"]
        source = SOURCES[kind]
        rows = source.rows(reader, programme)
        if words:
            rows = rows.filter(**{f"{source.words}__icontains": words})
        offered = list(rows.order_by("-pk")[: MOST_OFFERED + 1])
        field = cast(forms.TypedChoiceField, self.fields["record_id"])
        field.choices = [("", _("Choose")), *((row.pk, str(row)[:120]) for row in offered[:MOST_OFFERED])]
        if len(offered) > MOST_OFFERED:
            field.help_text = _("The newest %(most)d. Look for words to find others.") % {
                "most": MOST_OFFERED
            }

    @property
    def values(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.cleaned_data}


class ComparisonForm(PartForm):
    class Meta:
        model = ComparisonRow
        fields = list(ComparisonRow.WRITTEN)
        widgets = _long("planned", "observed")


class LessonForm(PartForm):
    class Meta:
        model = Lesson
        fields = ["text", "applies_to"]
        widgets = _long("text")


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept in its history."),
    )


# Recommendations ------------------------------------------------------------------------------------------


def members_of(programme: Programme) -> QuerySet[User]:
    """Who has a role in the programme today, by name."""
    rows = Membership.objects.filter(holding(today()), programme=programme)
    return User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("name", "pk")


class OwnerForm(PartForm):
    """Who sees to a recommendation and by when: the management plans it, also when its words are final."""

    class Meta:
        model = Recommendation
        fields = ["owner", "owner_role", "due"]
        help_texts = {
            "owner": gettext_lazy("Somebody of the programme, who then follows it up here."),
            "owner_role": gettext_lazy("Where it is a role and not a person."),
        }

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        self.programme = programme
        super().__init__(*args, **kwargs)
        owner = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        owner.queryset = members_of(programme)

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"programme": self.programme}


class RecommendationForm(OwnerForm):
    class Meta(OwnerForm.Meta):
        fields = ["text", "addressed_to", "owner", "owner_role", "due"]
        widgets = _long("text")


class ResponseForm(ActForm):
    state = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        choices=[
            (Advice.ACCEPTED.value, gettext_lazy("Accept it")),
            (Advice.REJECTED.value, gettext_lazy("Reject it")),
        ],
        widget=forms.RadioSelect,
    )
    response = forms.CharField(
        label=gettext_lazy("Response of the management"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What will be done; or why it is rejected."),
    )


class FollowUpForm(ActForm):
    note = forms.CharField(
        label=gettext_lazy("What was done or found"), widget=forms.Textarea(attrs={"rows": 4})
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, instance: Recommendation, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        choices = [("", _("as it is: %(state)s") % {"state": instance.get_state_display()})]
        if instance.state == Advice.ACCEPTED:
            choices.append((Advice.DONE.value, _("done")))
        if instance.state == Advice.DONE:
            choices.append((Advice.ACCEPTED.value, _("not done after all")))
        cast(forms.ChoiceField, self.fields["state"]).choices = choices


class RecommendationFilter(FilterForm):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Any")), ("overdue", gettext_lazy("overdue")), *Advice.choices],
    )
    mine = forms.BooleanField(label=gettext_lazy("Only those that I own"), required=False)
