"""The forms around filed forms: beginning one, what it is about, acts on it, and the filter of their list."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster, Organisation, Programme
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.permissions import can_file
from diagnostics.queries import kinds_offered, published_for
from diagnostics.queries.waiting import decidable
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.rules.review import Status
from twinning.core.filters import FilterForm
from twinning.core.models import User
from twinning.core.pages import ActForm, VersionedForm

MOST_ORGANISATIONS = 500


def _date(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("When it was held or begun."),
    )


class AboutMixin(forms.Form):
    """What a filed form is about. Offers the clusters in which the reader may file."""

    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=gettext_lazy("Cluster"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Firm"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("For an assessment of one firm."),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left blank, it is named after its questionnaire and what it is about."),
    )
    held_on = _date(gettext_lazy("Date"))

    def offer(self, user: User, programme: Programme) -> None:
        clusters = Cluster.objects.visible_to(user).filter(programme=programme)
        if not can_file(user, programme, None):
            near = [one.pk for one in clusters if can_file(user, programme, one)]
            clusters = clusters.filter(pk__in=near)
            field = cast("forms.ModelChoiceField[Any]", self.fields["cluster"])
            field.required, field.empty_label = True, None
        _offer(self, "cluster", clusters)
        _offer(self, "organisation", Organisation.objects.visible_to(user).filter(programme=programme))


def _offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.questionnaire)


class NewForm(AboutMixin):
    version = VersionField(
        QuestionnaireVersion.objects.none(),
        label=gettext_lazy("Questionnaire"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("This questionnaire is not in use (any more).")},
    )
    field_order = ["version", "cluster", "organisation", "title", "held_on"]

    def __init__(self, *args: Any, user: User, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(user, programme)
        _offer(self, "version", published_for(user, programme))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        version = data.get("version")
        if version is not None:
            needs = NEEDS[Kind(version.questionnaire.kind)]
            if needs.of_cluster and not data.get("cluster"):
                self.add_error("cluster", _("Say which cluster this is about."))
            if needs.of_firm and not data.get("organisation") and not data.get("title"):
                self.add_error("organisation", _("Say which firm this is about, or give it a title."))
        return data


class AboutForm(AboutMixin, VersionedForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Submission
        fields = ["title", "held_on", "cluster", "organisation"]

    def __init__(self, *args: Any, user: User, programme: Programme, **kwargs: Any) -> None:
        self.user, self.programme = user, programme
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].help_text = ""
        self.offer(user, programme)

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {"user": self.user, "programme": self.programme}


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(ActForm):
    reason = forms.CharField(
        label=gettext_lazy("What is to be mended"),
        max_length=5000,
        required=False,
        help_text=gettext_lazy("Of the whole. Remarks that you made beside single answers are sent with it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Remark"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FiledFilter(FilterForm):
    """What narrows the list of filed forms; ``rows`` applies what is valid of it."""

    q = forms.CharField(
        label=gettext_lazy("Text"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(),
        label=gettext_lazy("Cluster"),
        required=False,
        to_field_name="slug",
    )
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    waiting = forms.BooleanField(label=gettext_lazy("Waiting for my decision"), required=False)

    def __init__(self, data: QueryDict, *, user: User, programme: Programme) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.user = user
        _offer(self, "cluster", Cluster.objects.visible_to(user).filter(programme=programme))
        cast(forms.ChoiceField, self.fields["kind"]).choices = [("", _("Any")), *kinds_offered()]
        statuses = [(status.value, str(status.label)) for status in Status]
        cast(forms.ChoiceField, self.fields["status"]).choices = [("", _("Any")), *statuses]

    def rows(self, rows: QuerySet[Submission]) -> QuerySet[Submission]:
        chosen = self.chosen
        for name in ("kind", "cluster", "status"):
            if chosen.get(name):
                rows = rows.filter(**{name: chosen[name]})
        if not chosen.get("status"):
            rows = rows.exclude(status__in=[Status.SUPERSEDED, Status.WITHDRAWN])
        if chosen.get("q"):
            rows = rows.filter(title__icontains=chosen["q"])
        return rows.filter(decidable(self.user)) if chosen.get("waiting") else rows
