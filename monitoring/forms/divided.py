from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from monitoring.forms.results import ResultsFilter
from monitoring.queries.divisions import LABELS
from monitoring.rules.divisions import CLUSTER


class DividedFilter(ResultsFilter):
    """By what a figure is divided, and of where and when."""

    by = forms.ChoiceField(label=_("By"), required=False)
    across = forms.ChoiceField(label=_("And by"), required=False)
    cluster = forms.ModelChoiceField(
        label=_("Cluster"), queryset=Cluster.objects.none(), to_field_name="slug", required=False
    )

    field_order = ("by", "across", "cluster", "period")

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        choices = [(name, capfirst(str(LABELS[name]))) for name in names]
        cast("forms.ChoiceField", self.fields["by"]).choices = choices
        cast("forms.ChoiceField", self.fields["across"]).choices = [("", _("nothing else")), *choices]
        clusters = cast("forms.ModelChoiceField[Any]", self.fields["cluster"])
        clusters.queryset = Cluster.objects.filter(programme=kwargs["programme"]).order_by("name")
        clusters.empty_label = str(_("The whole programme"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        by = found.get("by") or self.names[0]
        if found.get("across") == by:
            self.add_error("across", _("Choose something else than the first."))
        if found.get("cluster") and CLUSTER in (by, found.get("across")):
            self.add_error("cluster", _("Clusters are told apart in the whole programme only."))
        return found

    @property
    def division(self) -> dict[str, Any]:
        """What ``queries.divisions.divide`` takes; what was asked in vain is left out."""
        chosen = self.chosen
        found = {name: chosen.get(name) for name in ("cluster", "period")}
        across = chosen.get("across") or ""
        return found | {
            "by": chosen.get("by") or next(n for n in self.names if n != across),
            "across": across,
        }
