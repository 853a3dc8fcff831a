"""The pages of reports that are sent regularly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.queries import programme_of
from clusters.rules import Can
from monitoring import services
from monitoring.forms.schedules import ScheduleForm
from monitoring.models import ReportSchedule
from monitoring.permissions import can_keep_schedule, can_report_somewhere
from monitoring.queries.schedules import schedule_title, schedule_view
from monitoring.views.base import kind_asked
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, actor, sent, url, visible_or_404
from twinning.core.queries import history_of
from twinning.core.reports import kind_of, kinds

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SECTION = Section("reports", gettext_lazy("Reports"))


@require_http_methods(["GET", "POST"])
def report_schedule_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme, user = programme_of(request, programme_slug), actor(request)
    require(can_report_somewhere(user, programme))
    kind = kind_asked(request)
    form = ScheduleForm(sent(request), reader=user, programme=programme, kind=kind, asked=request.GET)
    return save_or_show(
        request,
        form,
        lambda _values: services.schedule_report(
            actor=user, programme=programme, kind=kind.slug, **form.arguments()
        ),
        _SECTION.page(
            programme,
            _("Send a report regularly: %(kind)s") % {"kind": kind.label},
            _("Send it regularly"),
            lead=_("A worker builds it in your name, each time from the records of that day."),
            draft=False,
        ),
        done=_("It is set up. This page says when it is made for the first time."),
        then=lambda made: url("report_schedule", programme, made.pk),
        template="monitoring/report_new.html",
        kind=kind,
        kinds=kinds(),
        may_set_up=True,
    )


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, ReportSchedule]:
    programme = programme_of(request, programme_slug)
    rows = ReportSchedule.objects.filter(programme=programme).for_list()
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


def _kept(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, ReportSchedule]:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_keep_schedule(user, shown))
    return user, programme, shown


@require_safe
def report_schedule(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    near = [shown.cluster_id] if shown.cluster_id else []
    reads_history = grants_of(user).may(Can.READ_HISTORY, programme.pk, *near)
    context: dict[str, Any] = {
        "schedule": shown,
        "view": schedule_view(user, shown),
        "may_keep": can_keep_schedule(user, shown),
        "changes": history_of(shown, 50, reader=user) if reads_history else None,
        "place": "reports",
        "cluster": shown.cluster,
    }
    return render(request, "monitoring/report_schedule.html", context)


def _page(programme: Programme, shown: ReportSchedule, heading: str, submit: str, **fields: Any) -> FormPage:
    record = (schedule_title(shown), url("report_schedule", programme, shown.pk))
    return _SECTION.page(programme, heading, submit, record, draft=False, **fields)


@require_http_methods(["GET", "POST"])
def report_schedule_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _kept(request, programme_slug, pk)
    kind = kind_of(shown.kind)
    form = ScheduleForm(sent(request), reader=user, programme=programme, kind=kind, instance=shown)
    return save_or_show(
        request,
        form,
        lambda _values: services.change_schedule(
            actor=user, schedule=shown, version=form.version, **form.arguments()
        ),
        _page(programme, shown, _("Change what is sent regularly"), _("Save"), about=schedule_title(shown)),
        done=_("Saved."),
    )


@dataclass(frozen=True)
class _Act:
    """Something done to what is sent regularly, after one was asked whether one is sure."""

    service: Callable[..., Any]
    heading: StrOrPromise
    submit: StrOrPromise
    words: StrOrPromise
    done: StrOrPromise
    keep: StrOrPromise = ""
    danger: bool = False


_PAUSE = _Act(
    services.pause_schedule,
    gettext_lazy("Pause it?"),
    gettext_lazy("Pause it"),
    gettext_lazy(
        "It is neither made nor sent until somebody lets it go on. What is missed is not made up for."
    ),
    gettext_lazy("It is paused."),
    gettext_lazy("Let it run"),
)
_RESUME = _Act(
    services.resume_schedule,
    gettext_lazy("Let it go on?"),
    gettext_lazy("Let it go on"),
    gettext_lazy("What it missed meanwhile is not made up for."),
    gettext_lazy("It goes on."),
    gettext_lazy("Leave it paused"),
)
_END = _Act(
    services.end_schedule,
    gettext_lazy("Send it no more?"),
    gettext_lazy("Send it no more"),
    gettext_lazy(
        "It leaves the list and is not made any more. The reports that were made stay. To stop for a while, pause"
        " it instead."
    ),
    gettext_lazy("It is not sent any more."),
    danger=True,
)


def _act(request: HttpRequest, programme_slug: str, pk: int, act: _Act) -> HttpResponse:
    user, programme, shown = _kept(request, programme_slug, pk)
    form = ActForm(sent(request), instance=shown)
    words = {"about": schedule_title(shown), "words": str(act.words), "keep": str(act.keep)}
    page = _page(programme, shown, str(act.heading), str(act.submit), danger=act.danger, **words)

    def save(_values: dict[str, Any]) -> bool:
        act.service(actor=user, schedule=shown, version=form.version)
        return True

    back = url("reports", programme) if act is _END else page.cancel_url
    return save_or_show(request, form, save, page, done=str(act.done), then=lambda _saved: back)


@require_http_methods(["GET", "POST"])
def report_schedule_pause(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    return _act(request, programme_slug, pk, _PAUSE)


@require_http_methods(["GET", "POST"])
def report_schedule_resume(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    return _act(request, programme_slug, pk, _RESUME)


@require_http_methods(["GET", "POST"])
def report_schedule_end(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    return _act(request, programme_slug, pk, _END)
