from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
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


class DegreesField(forms.DecimalField):
    """Degrees as text, since a number field of a browser drops what it does not take; a comma is a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.count(",") == 1 and "." not in value:
            value = value.replace(",", ".")
        return super().to_python(value.replace("°", "") if isinstance(value, str) else value)


def _degrees(name: str) -> DegreesField:
    field = cast("models.DecimalField[Any, Any]", Cluster._meta.get_field(name))
    return DegreesField(
        label=capfirst(field.verbose_name),
        required=False,
        max_digits=field.max_digits,
        decimal_places=field.decimal_places,
        help_text=field.help_text,
        error_messages={"invalid": _("These are no degrees: write 12.93 or -51.1.")},
    )


class ClusterForm(RecordForm):
    latitude = _degrees("latitude")
    longitude = _degrees("longitude")
    composition = _several("composition")
    advantage = _several("advantage")

    field_order = ["name", "slug", "country", "locations", "latitude", "longitude"]

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
