from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm


class SubmitForm(ActForm):
    """Whether one is sure; no field but the version."""


class RemarkForm(ActForm):
    remark = forms.CharField(label=_("What is to be mended"), widget=forms.Textarea(attrs={"rows": 4}))


class RestateForm(ActForm):
    reason = forms.CharField(
        label=_("Why the figures change"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "It stands in the register of restatements, in later reports, and where everybody can verify an earlier"
            " one: name no firm and no person."
        ),
    )


class ExceptionForm(ActForm):
    until = forms.DateField(label=_("Until"), help_text=_("The last day on which values may be corrected."))
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))
