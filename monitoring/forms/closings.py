from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.forms.base import ActForm
from monitoring.queries.entering import Unreported

MOST_DIGITS = 20  # of an id


class SeenInput(forms.CheckboxInput):
    """A box that is sent with what stood beside it, ``seen``; it is ticked only while that stands there still."""

    def __init__(self, seen: str) -> None:
        super().__init__(check_test=lambda value: value == seen)
        self.seen = seen

    def format_value(self, value: Any) -> str:
        return self.seen

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name)


class HandInForm(ActForm):
    """Whether one is sure; and where figures have no value, that those which are named are to be handed in so."""

    def __init__(self, *args: Any, found: Unreported, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        if found.missing:
            self.fields["as_not_reported"] = forms.CharField(
                label=_("Yes, hand them in as not reported"),
                widget=SeenInput(",".join(str(one.pk) for one in found.missing)),
                error_messages={
                    "required": _("Enter the figures without a value, or say that they are handed in so.")
                },
            )

    @property
    def seen(self) -> frozenset[int]:
        """The indicators, by id, of which it was said."""
        told = str(self.cleaned_data.get("as_not_reported", "")).split(",")
        return frozenset(int(one) for one in told if one.isdecimal() and len(one) < MOST_DIGITS)

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return {**super().conflict_kwargs, "found": self.found}

    def changed_against(self, fresh: forms.BaseForm) -> set[str]:
        return super().changed_against(fresh) - {"as_not_reported"}  # nobody else's edit can differ from it


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
