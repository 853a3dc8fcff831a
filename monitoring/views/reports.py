"""The pages of reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters.models import Programme
from clusters.queries import programme_of
from monitoring import services
from monitoring.forms.reports import ReportFilter, ReportForm, WithdrawForm
from monitoring.models import REDRAFT, Report
from monitoring.permissions import (
    can_issue,
    can_read_history,
    can_report_somewhere,
    can_request,
    can_request_somewhere,
)
from monitoring.queries import in_state, state_of, state_word, work_on
from monitoring.queries.schedules import schedule_lines
from monitoring.queries.verification import was_restated
from monitoring.reports.files import imprint_of
from monitoring.views.base import kind_asked
from twinning.core.access import DomainError, require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import Attachment, Job, User
from twinning.core.pages import ActForm, actor, page_of, sent, sorted_by, url, visible_or_404
from twinning.core.queries import history_of
from twinning.core.report_codes import grouped
from twinning.core.reports import ReportKind, kind_of, kinds

_SECTION = Section("reports", gettext_lazy("Reports"))
_SORTS: dict[str, str | tuple[str, ...]] = {"title": "title", "as_of": "as_of", "asked": "created_at"}


@require_safe
def reports(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme = programme_of(request, programme_slug)
    user = actor(request)
    asked = ReportFilter(request.GET, programme=programme)
    rows = Report.objects.visible_to(user).filter(programme=programme).for_list()
    chosen = asked.chosen
    same = {name: chosen[name] for name in ("kind", "cluster") if chosen.get(name)}
    rows = in_state(rows, chosen.get("state", "")).filter(**same)
    page = page_of(request, sorted_by(request, rows, _SORTS, "-asked"))
    labels = {kind.slug: kind.label for kind in kinds()}
    lines = [(report, labels.get(report.kind, report.kind), state_word(report)) for report in page]
    context = {"page": page, "lines": lines, "filter": asked, "filtered": any(chosen.values())}
    context |= {"place": "reports", "may_request": bool(_kinds_for(user, programme))}
    context["may_set_up"] = can_report_somewhere(user, programme)
    context["schedules"] = schedule_lines(user, programme)
    return render(request, "monitoring/reports.html", context)


def _kinds_for(user: User, programme: Programme) -> list[ReportKind]:
    return [kind for kind in kinds() if can_request_somewhere(user, programme, kind.slug)]


@require_http_methods(["GET", "POST"])
def report_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme = programme_of(request, programme_slug)
    user = actor(request)
    offered = _kinds_for(user, programme)
    kind = kind_asked(request, offered)
    require(kind in offered)
    form = ReportForm(sent(request), reader=user, programme=programme, kind=kind, asked=request.GET)
    lead = _("A worker builds it as PDF, spreadsheet and page. You may go on meanwhile.")
    heading = _("Ask for a report: %(kind)s") % {"kind": kind.label}
    return save_or_show(
        request,
        form,
        lambda _values: services.request_report(
            actor=user, programme=programme, kind=kind.slug, **form.arguments()
        ),
        _SECTION.page(programme, heading, _("Build the report"), lead=lead, draft=False),
        done="",
        then=lambda report: url("report", programme, report.pk),
        template="monitoring/report_new.html",
        kind=kind,
        kinds=offered,
        may_set_up=can_report_somewhere(user, programme),
    )


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Report]:
    programme = programme_of(request, programme_slug)
    rows = Report.objects.filter(programme=programme).select_related(
        "cluster", "created_by", "job", "issued_by"
    )
    return actor(request), programme, visible_or_404(rows.defer("snapshot"), request, pk=pk)


@require_safe
def report(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    if request.htmx and shown.job is not None:  # type: ignore[attr-defined]
        return _progress(request, user, shown)
    state = state_of(shown)
    context: dict[str, Any] = {
        "report": shown,
        "kind": kind_of(shown.kind),
        "job": shown.job,
        "is_mine": shown.job is not None and shown.job.created_by_id == user.pk,
        "state": state,
        "word": state_word(shown),
        "work": work_on(shown),
        "files": Attachment.objects.of(shown),
        "may_retry": _may_retry(user, programme, shown, state),
        "may_issue": can_issue(user, programme) and (shown.job is None or shown.job.is_over),
        "changes": history_of(shown, 50, reader=user) if can_read_history(user, shown) else None,
        "restated": was_restated(shown),
        "code": grouped(shown.code),
        "place": "reports",
        "cluster": shown.cluster,
    }
    return render(request, "monitoring/report.html", context)


def _may_request(user: User, programme: Programme, shown: Report) -> bool:
    return can_request(user, programme, shown.cluster, shown.kind)


def _may_retry(user: User, programme: Programme, shown: Report, state: str) -> bool:
    """Whether ``services.retry_report`` would do the last work again; what is only to be issued is issued again."""
    if shown.job is None or not shown.job.is_over or not _may_request(user, programme, shown):
        return False
    left_over = shown.job.status != Job.Status.DONE and shown.job.params.get("what") == REDRAFT
    return state == "failed" or (left_over and can_issue(user, programme))


def _progress(request: HttpRequest, user: User, shown: Report) -> HttpResponse:
    """How far the work is; when it is over, the page is loaded anew and shows its files."""
    context = {
        "job": shown.job,
        "url": request.path,
        "is_mine": shown.job and shown.job.created_by_id == user.pk,
    }
    response = render(request, "monitoring/_progress.html", context)
    if shown.job is None or shown.job.is_over:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def report_read(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    _user, _programme, shown = _seen(request, programme_slug, pk)
    if shown.built_at is None:
        raise Http404
    body = SafeString(kind_of(shown.kind).html(shown.snapshot, imprint_of(shown)))
    context = {"report": shown, "body": body, "code": grouped(shown.code), "restated": was_restated(shown)}
    context |= {"place": "reports", "cluster": shown.cluster}
    return render(request, "monitoring/report_read.html", context)


@require_POST
def report_retry(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(_may_request(user, programme, shown))
    try:
        services.retry_report(actor=user, report=shown)
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("report", programme.slug, shown.pk)


def _page(programme: Programme, report: Report, heading: str, submit: str, **fields: Any) -> FormPage:
    record = (report.title, url("report", programme, report.pk))
    return _SECTION.page(programme, heading, submit, record, draft=False, **fields)


@require_http_methods(["GET", "POST"])
def report_issue(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_issue(user, programme))
    form = ActForm(sent(request), instance=shown)
    words = _(
        "Everybody in the programme will see it, donors included. From then on it does not change: newer records"
        " need a new report. It can be withdrawn, with a reason."
    )
    return save_or_show(
        request,
        form,
        lambda _values: services.issue_report(actor=user, report=shown, version=form.version),
        _page(
            programme,
            shown,
            _("Issue this report?"),
            _("Issue the report"),
            words=words,
            keep=_("Keep it as a draft"),
        ),
        done="",
    )


@require_http_methods(["GET", "POST"])
def report_withdraw(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_issue(user, programme))
    form = WithdrawForm(sent(request), instance=shown)
    page = _page(
        programme,
        shown,
        _("Withdraw this report?"),
        _("Withdraw the report"),
        words=_(
            "Donors and others will no longer see it here. It becomes a draft again and may be issued once more;"
            " copies that were downloaded stay where they are. Its history keeps both."
        ),
        keep=_("Leave it issued"),
        danger=True,
    )
    return save_or_show(
        request,
        form,
        lambda values: services.withdraw_report(actor=user, report=shown, version=form.version, **values),
        page,
        done=_("The report was withdrawn. It is a draft again."),
    )
