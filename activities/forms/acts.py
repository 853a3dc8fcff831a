"""Small acts on an activity: files, names for views, clusters, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from activities.models import SavedView
from clusters.models import Cluster
from twinning.core.pages import ActForm


class EvidenceForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("At most 20 MB."))
    description = forms.CharField(label=gettext_lazy("What it shows"), required=False, max_length=200)


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SavedView
        fields = ["name"]


class ClusterChoiceForm(ActForm):
    """In which further cluster's list an activity is put."""

    cluster = forms.ModelChoiceField(Cluster.objects.none(), label=gettext_lazy("Cluster"))

    def __init__(self, *args: Any, clusters: Sequence[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Cluster]", self.fields["cluster"])
        field.queryset = Cluster.objects.filter(pk__in=[cluster.pk for cluster in clusters])


class ReasonForm(ActForm):
    """An act on an activity, with a reason that stays in its history."""

    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=300)
