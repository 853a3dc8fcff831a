from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from twinning.core.models.token import Scope
from twinning.core.tokens import LONGEST_DAYS


def _zones() -> list[tuple[str, Any]]:
    # Those with a place in their name; the rest are old synonyms and offsets.
    places = sorted(name for name in zoneinfo.available_timezones() if "/" in name and name[:4] != "Etc/")
    return [
        ("", _("that of the browser")),
        ("UTC", "UTC"),
        *((name, name.replace("_", " ")) for name in places),
    ]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("that of the browser")), *settings.LANGUAGES],
        help_text=_(
            "Reports are proposed to you and e-mails written in it. Pages are in English until their"
            " translation is whole."
        ),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=_zones,
        help_text=_("Times on pages are shown in it; they are kept in UTC."),
    )
    wants_reminders = forms.BooleanField(
        label=_("Remind me by e-mail"),
        required=False,
        help_text=_(
            "Of periods that you are to hand in or to approve: one e-mail a day at most, none when nothing waits."
        ),
    )
    wants_reports = forms.BooleanField(
        label=_("Send me the reports that are sent regularly"),
        required=False,
        help_text=_(
            "Where somebody has chosen you to get them. You find them on the page of reports anyway."
        ),
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What is it for?"), max_length=100, help_text=_("The system that will use it, such as: ERP.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It never reaches further than you do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("How long does it last?"),
        coerce=int,
        initial=90,
        choices=[
            (7, _("a week")),
            (30, _("30 days")),
            (90, _("90 days")),
            (180, _("180 days")),
            (LONGEST_DAYS, _("a year")),
        ],
    )
