from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import RecordForm, narrow
from clusters.models import CDAEngagement, Cluster, ClusterFigure, ProductGroup
from twinning.core.fields import ChoiceListField


def _several(name: str) -> forms.MultipleChoiceField:
    field = cast(ChoiceListField, Cluster._meta.get_field(name))
    return forms.MultipleChoiceField(
        label=capfirst(field.verbose_name),
        choices=field.of.choices if field.of else [],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ClusterForm(RecordForm):
    composition = _several("composition")
    advantage = _several("advantage")

    field_order = ["name", "slug"]

    class Meta:
        model = Cluster
        fields = Cluster.WRITTEN
        help_texts = {"slug": _("Small letters, digits and hyphens: chennai-leather.")}

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class FigureForm(RecordForm):
    class Meta:
        model = ClusterFigure
        fields = ClusterFigure.WRITTEN
        help_texts = {
            "value": _("For exactly, around and over."),
            "low": _("Only for between: the lower end."),
            "high": _("Only for between: the higher end."),
            "unit": _("A word such as units, persons or %, or a currency such as INR."),
            "source": _("Who said it, and where it can be read."),
        }


class ProductGroupForm(RecordForm):
    class Meta:
        model = ProductGroup
        fields = ["name", "parent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.instance
        narrow(self, "parent", lambda rows: rows.filter(cluster=group.cluster_id).exclude(pk=group.pk))


class EngagementForm(RecordForm):
    field_order = ["post", "function", "side", "person"]

    class Meta:
        model = CDAEngagement
        fields = ("person", *CDAEngagement.WRITTEN)
        help_texts = {
            "post": _("The title of the post; it is shown to all in the programme, the person is not."),
            "technical_qualification": _("An agent in an emerging cluster needs one (step 2)."),
        }
