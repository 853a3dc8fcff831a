"""The reports of the activity log."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.reports import activity_status, status_data, status_paper
from twinning.core.reports import ReportKind, register


class ActivityStatusOptions(forms.Form):
    status = forms.BooleanField(label=_("Column: status on the day"), required=False, initial=True)
    parsed = forms.BooleanField(label=_("Column: how the date is read"), required=False, initial=False)
    timeline = forms.BooleanField(label=_("Picture: timeline of each cluster"), required=False, initial=True)


ACTIVITY_STATUS = ReportKind(
    slug="activity-status",
    label=_("Activity status"),
    title=activity_status.title,
    take=activity_status.take,
    html=status_paper.html,
    pdf=status_paper.pdf,
    xlsx=status_data.write_xlsx,
    data=lambda data: status_data.write_csv(activity_status.ActivityStatus.from_json(data)),
    options=ActivityStatusOptions,
)


def register_kinds() -> None:
    register(ACTIVITY_STATUS)
