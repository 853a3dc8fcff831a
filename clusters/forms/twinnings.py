from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm, RecordForm, edtf_fields
from clusters.models import Twinning, TwinningStage
from clusters.rules import TWINNING_MOVES


class NewTwinningForm(RecordForm):
    since = edtf_fields(TwinningStage, "since")["since"]
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = Twinning
        fields = ["emerging", "advanced", "role_basis", "overlap"]


class TwinningForm(RecordForm):
    class Meta:
        model = Twinning
        fields = ["role_basis", "overlap", "step"]


class MoveForm(ActForm):
    to = forms.ChoiceField(label=_("It becomes"), widget=forms.RadioSelect)
    since = edtf_fields(TwinningStage, "since")["since"]
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        help_text=_("Needed when it lapses or is abandoned."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        legal = TWINNING_MOVES.get(cast(Twinning, self.instance).status, set())
        to = cast(forms.ChoiceField, self.fields["to"])
        to.choices = [(value, label) for value, label in Twinning.Status.choices if value in legal]
