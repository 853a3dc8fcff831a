"""Reporting periods and their closings: what is due, handed in, closed, restated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters.forms.base import ActForm
from clusters.models import Cluster, Programme
from clusters.permissions import can_read_history
from monitoring import services
from monitoring.forms.closings import ExceptionForm, HandInForm, RemarkForm, RestateForm, SubmitForm
from monitoring.forms.results import PeriodForm
from monitoring.models import Closing, ReportingPeriod
from monitoring.permissions import can_approve, can_approve_at_all, can_grant, can_measure
from monitoring.queries.board import MOST_AT_ONCE, board_of, closing_view, waiting_for
from monitoring.queries.closings import restatements_of, told_once
from monitoring.queries.entering import unreported
from monitoring.queries.evaluations_waiting import evaluations_waiting_for
from monitoring.views.base import RESULTS, frame, readable, scope, shapeable
from twinning.core.access import require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.models import User
from twinning.core.pages import actor, page_of, sent, today, url, visible_or_404
from twinning.core.queries import history_of


@require_safe
def closings(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    rows = ReportingPeriod.objects.filter(programme=programme).order_by("-first")
    page = page_of(request, rows, 20)
    context = frame(user, programme, "closings") | {
        "page": page,
        "board": board_of(user, programme, list(page), today()),
    }
    return render(request, "monitoring/results/closings.html", context)


@require_http_methods(["GET", "POST"])
def period_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    return save_or_show(
        request,
        PeriodForm(sent(request), **scope(request, programme)),
        lambda values: services.add_period(actor=user, programme=programme, **values),
        _page(programme, _("Add a reporting period"), _("Add period")),
        done=_("The period was added."),
    )


@require_http_methods(["GET", "POST"])
def period_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = get_object_or_404(ReportingPeriod, programme=programme, pk=pk)
    form = PeriodForm(sent(request), instance=shown, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_period(actor=user, period=shown, version=form.version, **values),
        _page(programme, _("Edit the period"), _("Save period")),
        done=_("The period was saved."),
    )


def _page(programme: Programme, heading: str, submit: str, *crumbs: Any, **words: Any) -> FormPage:
    own = (_("Periods and closings"), url("closings", programme))
    return RESULTS.page(programme, heading, submit, own, *crumbs, **words)


@require_POST
def closing_open(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Begin a period of a cluster (or without one of the programme): the page on which it is handed in."""
    user, programme = readable(request, programme_slug)
    period = get_object_or_404(ReportingPeriod, programme=programme, pk=pk)
    slug = request.POST.get("cluster", "")
    cluster = get_object_or_404(Cluster, programme=programme, slug=slug) if slug else None
    opened = services.open_closing(actor=user, period=period, cluster=cluster)
    return redirect("closing", programme.slug, opened.pk)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Closing]:
    _user, programme = readable(request, programme_slug)
    rows = Closing.objects.filter(period__programme=programme).for_list()
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


@require_safe
def closing(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    near = [shown.cluster_id] if shown.cluster_id else []
    may_read = can_read_history(user, programme, *near)
    context = frame(user, programme, "closings") | {
        "closing": shown,
        "view": closing_view(user, shown, today()),
        "changes": history_of(shown, 20, reader=user) if may_read else None,
        "cluster": shown.cluster,
    }
    return render(request, "monitoring/results/closing.html", context)


def _act(
    request: HttpRequest,
    programme: Programme,
    shown: Closing,
    form: ActForm,
    act: Callable[[dict[str, Any]], Any],
    heading: str,
    submit: str,
    **words: Any,
) -> HttpResponse:
    done = words.pop("done")
    page = _page(programme, heading, submit, (str(shown), url("closing", programme, shown.pk)), **words)
    return save_or_show(request, form, act, page, done=done)


@require_http_methods(["GET", "POST"])
def closing_submit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_measure(user, programme, shown.cluster))
    found = unreported(shown)
    form = HandInForm(sent(request), instance=shown, found=found, **scope(request, programme))
    return _act(
        request,
        programme,
        shown,
        form,
        lambda _values: services.submit_closing(
            actor=user, closing=shown, version=form.version, seen=form.seen
        ),
        _("Hand in this period?"),
        _("Hand it in"),
        lead=_("Somebody else looks at it, and closes it or returns it with a remark."),
        about=found.text,
        words="; ".join(str(one) for one in found.missing),
        draft=False,  # what one agrees to is agreed to anew
        done=_("The period is handed in."),
    )


@require_http_methods(["GET", "POST"])
def closing_approve(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_approve_at_all(user, shown))
    require(can_approve(user, shown), _("You handed it in: somebody else approves or returns it."))
    form = SubmitForm(sent(request), instance=shown, **scope(request, programme))
    return _act(
        request,
        programme,
        shown,
        form,
        lambda values: services.approve_closing(actor=user, closing=shown, version=form.version),
        _("Close this period?"),
        _("Close it"),
        words=_(
            "Its figures are frozen with their records. Later changes of a record are restated in the open."
        ),
        done=_("The period is closed."),
    )


@require_http_methods(["GET", "POST"])
def closing_return(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_approve_at_all(user, shown))
    require(can_approve(user, shown), _("You handed it in: somebody else approves or returns it."))
    form = RemarkForm(sent(request), instance=shown, **scope(request, programme))
    return _act(
        request,
        programme,
        shown,
        form,
        lambda values: services.return_closing(actor=user, closing=shown, version=form.version, **values),
        _("Return this period"),
        _("Return it"),
        done=_("The period was returned."),
    )


@require_http_methods(["GET", "POST"])
def closing_restate(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_approve_at_all(user, shown))
    services.require_changes_of_others(user, shown)
    form = RestateForm(sent(request), instance=shown, **scope(request, programme))
    return _act(
        request,
        programme,
        shown,
        form,
        lambda values: services.restate(actor=user, closing=shown, version=form.version, **values),
        _("Restate the closed figures"),
        _("Restate them"),
        words=_(
            "Old and new figures stand in the register of restatements. Reports that were issued stay as they are."
        ),
        done=_("The closed figures stand as the records now say."),
    )


@require_http_methods(["GET", "POST"])
def closing_exception(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_grant(user, shown))
    form = ExceptionForm(sent(request), instance=shown, **scope(request, programme))
    return _act(
        request,
        programme,
        shown,
        form,
        lambda values: services.grant_exception(actor=user, closing=shown, **values),
        _("Let typed values be corrected"),
        _("Grant the exception"),
        words=_(
            "Until that day, values of this closed period may be corrected. Each correction is restated."
        ),
        done=_("The exception stands."),
    )


@require_POST
def closings_approve(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """Close many that were handed in, each by the checks of one; what is refused is named."""
    user, programme = readable(request, programme_slug)
    chosen = [text for text in request.POST.getlist("closing") if text.isdecimal()][:MOST_AT_ONCE]
    rows = Closing.objects.visible_to(user).filter(period__programme=programme, pk__in=chosen).for_list()
    done = services.approve_closings(actor=user, closings=[(row, None) for row in rows])
    for one in done:
        if one.problem:
            messages.error(request, f"{one.closing}: {one.problem}")
    count = sum(not one.problem for one in done)
    said = ngettext("%(n)d period was closed.", "%(n)d periods were closed.", count) % {"n": count}
    (messages.success if count else messages.info)(request, said)
    return redirect("closings", programme.slug)


@require_safe
def restatements(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    page = page_of(request, restatements_of(programme), 50)
    context = frame(user, programme, "restatements") | {"page": page, "rows": told_once(page)}
    return render(request, "monitoring/results/restatements.html", context)


@require_safe
def closings_waiting_fragment(request: HttpRequest) -> HttpResponse:
    """Periods and evaluations that wait for the reader: in all their programmes, or in ?programme=."""
    asked = (actor(request), today(), request.GET.get("programme", ""))
    context = {"waiting": waiting_for(*asked), "evaluations": evaluations_waiting_for(*asked)}
    part = "_waiting" if request.htmx else "waiting"  # type: ignore[attr-defined]
    return render(request, f"monitoring/results/{part}.html", context)
