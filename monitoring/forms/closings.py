from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm


class HandInForm(ActForm):
    """Whether one is sure; and where figures have no value, ``problem``, that they are to be handed in so."""

    def __init__(self, *args: Any, problem: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        if problem:
            self.fields["as_not_reported"] = forms.BooleanField(
                label=_("Yes, hand them in as not reported"),
                error_messages={
                    "required": _("Enter the figures without a value, or say that they are handed in so.")
                },
            )

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {**super().conflict_kwargs, "problem": self.problem}


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
