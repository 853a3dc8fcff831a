from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from monitoring.forms.reports import OPTION, ReportForm
from monitoring.models import ReportSchedule
from monitoring.permissions import can_issue
from monitoring.queries.schedules import Recipient, offered_recipients, recipients_among
from monitoring.rules.schedules import MOST_DAYS_AFTER, Every
from twinning.core.models import User
from twinning.core.pages import VersionedForm
from twinning.core.reports import ReportKind


class ScheduleForm(VersionedForm, ReportForm):
    """What a report is asked for with, without its day; and when it is made, and to whom it is sent."""

    as_of = None  # type: ignore[assignment]
    every = forms.ChoiceField(label=_("When"), choices=Every.choices, initial=Every.QUARTER)
    days_after = forms.IntegerField(
        label=_("How many days after the last day"),
        min_value=1,
        max_value=MOST_DAYS_AFTER,
        initial=10,
        help_text=_(
            "So that records that come in late are in it: 10 after a quarter means the 10th of January, April, July"
            " and October. Of no account where it is made when a period is closed."
        ),
    )
    recipients = forms.TypedMultipleChoiceField(
        label=_("Sent to"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    issue_at_once = forms.BooleanField(
        label=_("Issue it as soon as it is built"),
        required=False,
        help_text=_(
            "Everybody in the programme sees it then, donors included, and nobody looks at it before."
        ),
    )

    def __init__(
        self,
        *args: Any,
        reader: User,
        programme: Programme,
        kind: ReportKind,
        instance: ReportSchedule | None = None,
        **kwargs: Any,
    ) -> None:
        self.instance = instance
        self.of = {"reader": reader, "programme": programme, "kind": kind}
        super().__init__(*args, reader=reader, programme=programme, kind=kind, **kwargs)
        cluster = instance.cluster if instance else None
        offered = {one.user.pk: one for one in offered_recipients(reader, programme, cluster)}
        if instance is not None:
            self._show(instance, kind)
            chosen = [person.pk for person in instance.recipients.all()]
            offered |= {one.user.pk: one for one in recipients_among(programme, cluster, chosen)}
        elif len(offered) == 1:
            self.initial["recipients"] = list(offered)
        self._offer(
            sorted(offered.values(), key=lambda one: (str(one.user), one.user.pk)), alone=len(offered) == 1
        )
        if not can_issue(instance.owner if instance else reader, programme):
            del self.fields["issue_at_once"]
        self.order_fields([name for name in self.fields if name not in _LAST] + _LAST)

    def _show(self, schedule: ReportSchedule, kind: ReportKind) -> None:
        shown: dict[str, Any] = {
            "cluster": schedule.cluster.slug if schedule.cluster else "",
            "language": schedule.language,
            "every": schedule.every,
            "days_after": schedule.days_after,
            "issue_at_once": schedule.issue_at_once,
            "recipients": [person.pk for person in schedule.recipients.all()],
        }
        known = kind.options().fields
        shown |= {OPTION + name: value for name, value in schedule.options.items() if name in known}
        self.initial = {**self.initial, **shown}

    def _offer(self, people: Sequence[Recipient], *, alone: bool) -> None:
        field = self.fields["recipients"]
        field.choices = [(one.user.pk, one.label) for one in people]  # type: ignore[attr-defined]
        field.help_text = (
            _("Only who manages the programme sends reports to others.")
            if alone
            else _(
                "A draft is sent, as a link, only to those who read drafts, agents of the report’s own cluster among"
                " them; the others get the report once it is issued, with its PDF. Who may not see it on that day gets"
                " nothing."
            )
        )

    @property
    def conflict_kwargs(self) -> dict[str, Any]:
        return self.of

    def arguments(self) -> dict[str, Any]:
        """What the services take of a valid form."""
        given = self.cleaned_data
        plain = {name: given[name] for name in _PLAIN if name in given}
        options = {name.removeprefix(OPTION): given[name] for name in given if name.startswith(OPTION)}
        return {**plain, "options": options}


_PLAIN = ("cluster", "language", "every", "days_after", "recipients", "issue_at_once")
_LAST = ["every", "days_after", "recipients", "issue_at_once"]
