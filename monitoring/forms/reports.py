from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, Programme
from clusters.queries import clusters_where
from clusters.rules import Can
from monitoring.permissions import can_request
from monitoring.queries import STATES
from monitoring.queries.setup import usual_language
from twinning.core.filters import FilterForm
from twinning.core.models import User
from twinning.core.pages import ActForm
from twinning.core.reports import ReportKind, kinds

OPTION = "option_"


class ReportForm(forms.Form):
    """What a report is asked for with: one of the clusters that the person may report on, and the options.

    ``asked`` are options that the address names, by their names.
    """

    cluster = forms.ModelChoiceField(
        label=_("Report on"), queryset=Cluster.objects.none(), to_field_name="slug"
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day for which the report says how things stand."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self,
        *args: Any,
        reader: User,
        programme: Programme,
        kind: ReportKind,
        asked: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        usual = usual_language(programme, kind.slug)
        self.initial = {"as_of": timezone.localdate(), "language": usual or reader.language or "en"}
        clusters = clusters_where(reader, programme, Can.REPORT)
        choice = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        if len(clusters) == 1:
            self.initial["cluster"] = clusters[0].slug
        choice.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])
        if can_request(reader, programme, None, kind.slug) and not kind.needs_cluster:
            choice.required = False
            choice.empty_label = str(_("The whole programme"))
            if not clusters:
                del self.fields["cluster"]  # nothing is to be chosen
        for name, field in kind.options().fields.items():
            self.fields[OPTION + name] = field
        for name, choices in (kind.offered(programme, reader) if kind.offered else {}).items():
            self.fields[OPTION + name].widget = forms.Select(choices=choices)
            self.initial[OPTION + name] = (asked or {}).get(name)

    def arguments(self) -> dict[str, Any]:
        """What the service takes of a valid form."""
        options = {
            name.removeprefix(OPTION): value
            for name, value in self.cleaned_data.items()
            if name.startswith(OPTION)
        }
        plain = {name: self.cleaned_data.get(name) for name in ("cluster", "as_of", "language")}
        return {**plain, "options": options}


class WithdrawForm(ActForm):
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Kept in the report's history.")
    )


class ReportFilter(FilterForm):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    cluster = forms.ModelChoiceField(
        label=_("Cluster"),
        queryset=Cluster.objects.none(),
        to_field_name="slug",
        required=False,
    )
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Any"))] + [(k.slug, k.label) for k in kinds()]  # type: ignore[attr-defined]
        states = [(name, word) for name, (word, _mark, _rows) in STATES.items()]
        self.fields["state"].choices = [("", _("Any")), *states]  # type: ignore[attr-defined]
        self.fields["cluster"].queryset = Cluster.objects.filter(programme=programme)  # type: ignore[attr-defined]
