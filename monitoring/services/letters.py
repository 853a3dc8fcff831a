"""The letters of this room, in the words of who gets them, and whether each is still true when it is to be sent."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models.membership import grants_of
from monitoring.models import Closing, Evaluation, Report, ReportSchedule
from monitoring.queries.board import REMINDED_OF, Waiting, waiting_to_remind
from monitoring.queries.closings import Due
from monitoring.queries.evaluations_waiting import EvaluationsWaiting, evaluations_waiting_for
from monitoring.queries.schedules import schedule_title
from twinning.core.letters import absolute, in_words_of, queue_letter, still_true
from twinning.core.models import Attachment, Letter, User

PDF = "application/pdf"


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


# Reminders ------------------------------------------------------------------------------------------------------


def remind(user: User, waiting: Waiting, today: dt.date) -> Letter | None:
    """All that somebody owes and that waits for their approval, and what else their first page says; one a day."""
    with in_words_of(user):
        n = len(waiting)
        parts = [
            (_("To be handed in by you:"), [_owed(due) for due in waiting.owed]),
            (_("Handed in, and waiting for your approval:"), [_handed_in(row) for row in waiting.to_approve]),
            (
                _("Closed, and to be restated because records were changed since:"),
                [_place(row) for row in waiting.to_restate],
            ),
            *_of_evaluations(evaluations_waiting_for(user, today, statuses=REMINDED_OF)),
        ]
        told = [
            f"{heading}\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in parts if lines
        ]
        told.append(f"{_('They stand on your first page:')}\n{absolute(reverse('home'))}")
        return queue_letter(
            to=user,
            kind=Letter.Kind.REMINDER,
            key=f"reminder {user.pk} {today.isoformat()}",
            subject=ngettext("%(n)d period waits for you", "%(n)d periods wait for you", n) % {"n": n},
            body="\n\n".join(told),
        )


def _scope(programme: object, cluster: object | None) -> str:
    return f"{programme}, {cluster or _('the programme as a whole')}"


def _owed(due: Due) -> str:
    said = {
        "place": _scope(due.period.programme, due.cluster),
        "period": due.period,
        "day": _day(due.period.due_on),
    }
    if due.is_late:
        return _("%(place)s: %(period)s – late, it was due by %(day)s") % said
    return _("%(place)s: %(period)s – due by %(day)s") % said


def _place(closing: Closing) -> str:
    return f"{_scope(closing.period.programme, closing.cluster)}: {closing.period}"


def _handed_in(closing: Closing) -> str:
    said = {"place": _place(closing), "who": closing.submitted_by}
    said["day"] = _day(timezone.localdate(closing.submitted_at))
    return _("%(place)s – by %(who)s on %(day)s") % said


def _of_evaluations(waiting: EvaluationsWaiting) -> list[tuple[str, list[str]]]:
    return [
        (
            _("Evaluations handed in, to be made final by you or another manager:"),
            [_evaluation(row) for row in waiting.to_make_final],
        ),
        (
            _("Evaluations with recommendations to be answered:"),
            [f"{_evaluation(row)} ({n})" for row, n in waiting.to_answer],
        ),
        (
            _("Recommendations for you to see to:"),
            [
                f"{_evaluation(row.evaluation)}: {row}{_due(row.due)} – {word.text}"
                for row, word in waiting.to_follow_up
            ],
        ),
        (_("Your drafts of evaluations, to be handed in:"), [_evaluation(row) for row in waiting.to_hand_in]),
    ]


def _evaluation(row: Evaluation) -> str:
    return f"{row.programme}: {row}"


def _due(day: dt.date | None) -> str:
    return f" ({_('due by %(day)s') % {'day': _day(day)}})" if day else ""


@still_true(Letter.Kind.REMINDER)
def something_waits(letter: Letter) -> bool:
    return waiting_to_remind(letter.to, timezone.localdate()).is_reminded_of


# Reports ---------------------------------------------------------------------------------------------------------


def send_report(user: User, report: Report) -> Letter | None:
    """A built report to one of those who get it regularly: a draft as a link, an issued one with its PDF.

    Its key tells a draft from what was issued: who got the draft gets the report as well, each once.
    """
    is_issued = report.issued_at is not None
    pdf = Attachment.objects.of(report).filter(media_type=PDF).first() if is_issued else None
    with in_words_of(user):
        if is_issued:
            words = _("This report was issued. It is sent to you regularly.")
        else:
            words = _("This draft was built. It is not issued yet: please do not pass it on.")
        link = absolute(reverse("report", args=[report.programme.slug, report.pk]))
        return queue_letter(
            to=user,
            kind=Letter.Kind.REPORT,
            key=f"report {report.pk} {'issued' if is_issued else 'draft'} {user.pk}",
            subject=report.title if is_issued else _("Draft: %(title)s") % {"title": report.title},
            body=f"{report.programme}\n{report.title}\n\n{words}\n\n{_('To read it, with all of its files:')}\n{link}",
            about={"report": report.pk, "issued": is_issued},
            attachment=pdf,
        )


@still_true(Letter.Kind.REPORT)
def report_is_still_theirs(letter: Letter) -> bool:
    """Whether they may see the report today, and it still is what the letter says: a draft, or issued."""
    rows = Report.objects.visible_to(letter.to).filter(pk=letter.about["report"])
    return rows.filter(issued_at__isnull=not letter.about["issued"]).exists()


# Notices to the owner --------------------------------------------------------------------------------------------


def tell_stopped(schedule: ReportSchedule, why: str) -> Letter | None:
    """To the owner of a report that cannot be made any more."""
    with in_words_of(schedule.owner):
        words = _("This report, which is sent regularly in your name, was stopped:")
        link = absolute(reverse("report_schedule", args=[schedule.programme.slug, schedule.pk]))
        return queue_letter(
            to=schedule.owner,
            kind=Letter.Kind.NOTICE,
            key=f"schedule {schedule.pk} stopped {schedule.version}",
            subject=_("Stopped: %(title)s") % {"title": schedule_title(schedule)},
            body=f"{schedule.programme}\n{schedule_title(schedule)}\n\n{words}\n{why}\n\n"
            f"{_('Who manages the programme can change it or let it go on:')}\n{link}",
            about={"programme": schedule.programme_id},
        )


def not_built_key(report: int, job: int | None) -> str:
    """The key of the letter about one failure of one report, both by id."""
    return f"report {report} failed {job}"


def tell_not_built(report: Report) -> Letter | None:
    """To the owner of a regular report of which the making failed."""
    schedule = report.schedule
    if schedule is None:
        return None
    with in_words_of(schedule.owner):
        words = _("This report is sent regularly in your name. This time it could not be built:")
        link = absolute(reverse("report", args=[report.programme.slug, report.pk]))
        return queue_letter(
            to=schedule.owner,
            kind=Letter.Kind.NOTICE,
            key=not_built_key(report.pk, report.job_id),
            subject=_("Not built: %(title)s") % {"title": report.title},
            body=f"{report.programme}\n{report.title}\n\n{words}\n{report.job.error if report.job else ''}\n\n"
            f"{_('Look at it, and try again:')}\n{link}",
            about={"programme": report.programme_id},
        )


@still_true(Letter.Kind.NOTICE)
def owner_is_still_there(letter: Letter) -> bool:
    return letter.about["programme"] in grants_of(letter.to).programmes
