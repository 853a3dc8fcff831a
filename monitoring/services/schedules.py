"""Reports that are sent regularly: set up, changed, paused, ended, and made when their day has come."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import Report, ReportingPeriod, ReportSchedule
from monitoring.permissions import can_issue, can_keep_schedule, can_report
from monitoring.queries.schedules import closed_everywhere, offered_recipients
from monitoring.queries.setup import usual_language
from monitoring.rules.schedules import Every, next_day, reported_until
from monitoring.services import letters
from monitoring.services.reports import checked_options, issue_report, request_report
from monitoring.services.results import refuse
from twinning.core import history
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.letters import in_words_of
from twinning.core.models import Job, Letter, User

log = logging.getLogger(__name__)

MOST_SCHEDULES = 50  # in a programme
MOST_RECIPIENTS = 50
AT_ONCE = 50
# After each error that nobody foresaw a report waits longer; after the last of these it is stopped.
WAITS = [dt.timedelta(minutes=minutes) for minutes in (10, 60, 360, 1440)]


@transaction.atomic
def schedule_report(
    *,
    actor: User,
    programme: Programme,
    kind: str,
    every: str,
    recipients: Iterable[int],
    cluster: Cluster | None = None,
    language: str = "",
    options: Mapping[str, Any] | None = None,
    days_after: int = 10,
    issue_at_once: bool = False,
) -> ReportSchedule:
    """Have a report made again and again in the actor's name. ``recipients``: ids of users.

    ``language`` is the programme's usual one for such reports, else English, unless given. The first is made after the
    stretch of time that runs now. Raises PermissionRefused; DomainError and ValidationError
    by field.
    """
    require(can_report(actor, programme, cluster))
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if ReportSchedule.objects.filter(programme=programme, ended_at=None).count() >= MOST_SCHEDULES:
        message = _("A programme has at most %(most)d reports that are sent regularly.")
        raise DomainError(message % {"most": MOST_SCHEDULES}, code="too_many")
    schedule = ReportSchedule(
        programme=programme,
        cluster=cluster,
        kind=kind,
        language=language or usual_language(programme, kind) or "en",
        options=options or {},
        every=every,
        days_after=days_after,
        issue_at_once=issue_at_once,
        owner=actor,
        watched_since=timezone.now(),
    )
    _check(schedule)
    made = history.create(schedule, actor=actor)
    _set_next(made)
    return _address(actor, made, recipients)


@transaction.atomic
def change_schedule(
    *,
    actor: User,
    schedule: ReportSchedule,
    version: int | None,
    recipients: Iterable[int] | None = None,
    **values: Any,
) -> ReportSchedule:
    """Change all but the kind. It stays in its owner's name, whose rights it must keep to; None leaves recipients."""
    current = _held(actor, schedule, version)
    changed = ReportSchedule.objects.select_related("owner", "programme").get(pk=current.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    _check(changed)
    values["options"] = changed.options
    current = history.change(current, values, actor=actor, version=version)
    if {"every", "days_after"} & set(values):
        _set_next(current)
    return current if recipients is None else _address(actor, current, recipients)


@transaction.atomic
def pause_schedule(*, actor: User, schedule: ReportSchedule, version: int | None) -> ReportSchedule:
    current = _held(actor, schedule, version)
    if current.paused_at is not None:
        raise WrongState(_("It is paused already."))
    return history.change(current, {"paused_at": timezone.now()}, actor=actor, version=version)


@transaction.atomic
def resume_schedule(*, actor: User, schedule: ReportSchedule, version: int | None) -> ReportSchedule:
    """Go on with the next stretch of time; what came to its end during the pause is not made up for.

    Raises DomainError where the owner has no right to such a report any more.
    """
    current = _held(actor, schedule, version)
    if current.paused_at is None:
        raise WrongState(_("It is not paused."))
    _check(current)
    values = {"paused_at": None, "paused_because": ""}
    current = history.change(current, values, actor=actor, version=version)
    begun = {"watched_since": timezone.now(), "failures": 0, "retry_at": None}
    ReportSchedule.objects.filter(pk=current.pk).update(**begun)
    _set_next(current)
    return current


@transaction.atomic
def end_schedule(*, actor: User, schedule: ReportSchedule, version: int | None) -> None:
    """Make it no more. The reports that were made stay, and so does its history."""
    current = _held(actor, schedule, version)
    history.change(current, {"ended_at": timezone.now()}, actor=actor, version=version)


def _held(actor: User, schedule: ReportSchedule, version: int | None) -> ReportSchedule:
    """The schedule, kept from other writers until the transaction ends."""
    rows = ReportSchedule.objects.select_for_update(of=("self",))
    current = rows.select_related("owner", "programme", "cluster").get(pk=schedule.pk)
    require(can_keep_schedule(actor, current))
    if version is not None and current.version != version:
        raise StaleVersion(current)
    if current.ended_at is not None:
        raise WrongState(_("It was ended."))
    return current


def _check(schedule: ReportSchedule) -> None:
    """What must be so of a schedule, now and each time that it runs; DomainError by field."""
    owner, programme = schedule.owner, schedule.programme
    if not can_report(owner, programme, schedule.cluster):
        raise refuse(
            "cluster", _("%(owner)s may not ask for this report.") % {"owner": owner}, "owner_may_not"
        )
    if schedule.issue_at_once and not can_issue(owner, programme):
        message = _("%(owner)s may not issue reports: the management of the programme does.")
        raise refuse("issue_at_once", message % {"owner": owner}, "owner_may_not")
    schedule.options = checked_options(programme, schedule.cluster, schedule.kind, schedule.options)


def _set_next(schedule: ReportSchedule) -> None:
    every = Every(schedule.every)
    schedule.next_on = None
    if every is not Every.CLOSING:
        schedule.next_on = next_day(every, schedule.days_after, timezone.localdate())
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_on=schedule.next_on)


def _address(actor: User, schedule: ReportSchedule, recipients: Iterable[int]) -> ReportSchedule:
    """Set who gets it. Those who are new must be among the people whom the actor may write to."""
    wanted = set(recipients)
    before = {user.pk: user for user in schedule.recipients.all()}
    offered = {one.user.pk: one.user for one in offered_recipients(actor, schedule.programme)}
    if not wanted:
        raise refuse("recipients", _("Choose at least one person."), "none")
    if len(wanted) > MOST_RECIPIENTS:
        message = _("At most %(most)d people.") % {"most": MOST_RECIPIENTS}
        raise refuse("recipients", message, "too_many")
    if wanted - set(before) - set(offered):
        raise refuse("recipients", _("Choose among the people that are offered to you."), "not_offered")
    if wanted == set(before):
        return schedule
    schedule.recipients.set(wanted)
    known = before | offered
    told = [sorted(str(known[pk]) for pk in group) for group in (set(before), wanted)]
    return history.note(schedule, {"recipients": told}, actor=actor)


# Running ------------------------------------------------------------------------------------------------------


def note_closed(period: ReportingPeriod) -> None:
    """A period was closed somewhere: have those looked at that wait until it is closed everywhere."""
    waiting = ReportSchedule.objects.running().filter(programme=period.programme_id, every=Every.CLOSING)
    waiting.update(next_on=timezone.localdate())


def run_schedules(at_once: int = AT_ONCE) -> int:
    """Ask for the reports whose day has come; returns how many. Safe for any number of callers at once.

    After days without a worker each is made once, of the last stretch that is over.
    """
    due = ReportSchedule.objects.running().filter(next_on__lte=timezone.localdate())
    due = due.filter(Q(retry_at=None) | Q(retry_at__lte=timezone.now())).order_by("next_on", "pk")
    asked = 0
    for pk in due.values_list("pk", flat=True)[:at_once]:
        try:
            asked += _run(pk)
        except Exception:  # one that cannot be made must not hold up the others
            log.exception("the regular report %s could not be asked for", pk)
            _put_off(pk)
    return asked


@transaction.atomic
def _put_off(pk: int) -> None:
    """Try again later, each time after a longer wait; in the end stop it and tell its owner."""
    rows = ReportSchedule.objects.running().select_for_update(of=("self",))
    schedule = rows.select_related("programme", "cluster", "owner").filter(pk=pk).first()
    if schedule is None:
        return
    failures = schedule.failures + 1
    if failures > len(WAITS):
        with in_words_of(schedule.owner):
            words = _("An error of the system, %(n)d times: who runs it finds it in the log.") % {
                "n": failures
            }
        _stop(schedule, words)
        return
    again = timezone.now() + WAITS[failures - 1]
    ReportSchedule.objects.filter(pk=pk).update(failures=failures, retry_at=again)


@transaction.atomic
def _run(pk: int) -> int:
    today = timezone.localdate()
    schedule = ReportSchedule.objects.select_related("programme", "cluster", "owner").get(pk=pk)
    every, day = Every(schedule.every), schedule.next_on
    by_calendar = every is not Every.CLOSING
    following = next_day(every, schedule.days_after, today) if by_calendar else None
    # One of those who saw it due moves it on, in the transaction that asks for the report.
    as_seen = ReportSchedule.objects.running().filter(pk=pk, next_on=day, version=schedule.version)
    if day is None or day > today or not as_seen.update(next_on=following, failures=0, retry_at=None):
        return 0
    if by_calendar:
        days = [reported_until(every, schedule.days_after, today)]
    else:
        over = [period.last for period in closed_everywhere(schedule)]
        made = Report.objects.filter(schedule=schedule, as_of__in=over).values_list("as_of", flat=True)
        days = sorted(set(over) - set(made))
    try:
        # Why it cannot be made is told to its owner.
        with in_words_of(schedule.owner), transaction.atomic():
            _check(schedule)
            for as_of in days:
                _ask(schedule, as_of)
    except DomainError as error:
        _stop(schedule, str(error.message))
        return 0
    return len(days)


def _ask(schedule: ReportSchedule, as_of: dt.date) -> Report:
    return request_report(
        actor=schedule.owner,
        programme=schedule.programme,
        cluster=schedule.cluster,
        kind=schedule.kind,
        as_of=as_of,
        language=schedule.language,
        options=schedule.options,
        schedule=schedule,
    )


def _stop(schedule: ReportSchedule, why: str) -> None:
    """Pause what cannot be made any more, say why, and tell its owner."""
    values = {"paused_at": timezone.now(), "paused_because": why[:300]}
    stopped = history.change(schedule, values, actor=None, version=None, reason=why[:300])
    letters.tell_stopped(stopped, why)


# Sending -------------------------------------------------------------------------------------------------------


def deliver(*, report: Report, was_issued: bool) -> None:
    """Tell those who get a report regularly that it is built or was issued. Called in the transaction that made it so.

    Who may not see it now gets nothing: a draft goes to readers of drafts only, and to the others once it is issued.
    """
    schedule = report.schedule
    if schedule is None or schedule.ended_at is not None:
        return
    if schedule.issue_at_once and not was_issued:
        try:
            issue_report(actor=schedule.owner, report=report, version=None)
        except DomainError as error:
            _stop(schedule, str(error.message))
        return
    for user in schedule.recipients.all():
        if Report.objects.visible_to(user).filter(pk=report.pk).exists():
            letters.send_report(user, report)


def tell_failed() -> int:
    """Tell owners of regular reports that were not built; each once. Returns how many letters were written, AT_ONCE at
    most: the next run goes on.
    """
    lately = timezone.now() - dt.timedelta(days=7)
    failed = Report.objects.filter(schedule__isnull=False, built_at=None, job__status=Job.Status.FAILED)
    failed = failed.filter(job__ended_at__gte=lately).order_by("pk")
    keys = {letters.not_built_key(pk, job): pk for pk, job in failed.values_list("pk", "job")}
    told = set(Letter.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    rows = Report.objects.defer("snapshot").select_related("programme", "schedule__owner", "job")
    written = 0
    for pk in (pk for key, pk in keys.items() if key not in told):
        # Who gets no letters must not stand before those who do.
        written += letters.tell_not_built(rows.get(pk=pk)) is not None
        if written == AT_ONCE:
            break
    return written
