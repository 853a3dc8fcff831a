"""The pages of the import of values and targets: a sheet to fill in, upload, dry run, apply, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from clusters.models import Programme
from clusters.queries import programme_of
from monitoring import tasks
from monitoring.forms.value_imports import ValueImportForm, ValueSheetForm, holds_for
from monitoring.importers.value_corrections import value_corrections
from monitoring.importers.value_template import value_template
from monitoring.models import ReportingPeriod, ValueBatch, ValueRow
from monitoring.permissions import can_measure_somewhere
from monitoring.queries.entering import places_entered
from monitoring.views.base import frame, readable
from twinning.core.access import DomainError, require
from twinning.core.attachments import read_upload
from twinning.core.batches import STAGE_KINDS
from twinning.core.models import User
from twinning.core.pages import actor, attempt, page_of, url, visible_or_404
from twinning.core.tabular import MEDIA_TYPES

Stage, Action = ValueBatch.Status, ValueRow.Action
_ROWS = 50
_KINDS = {Action.NEW: "good", Action.CHANGED: "warn", Action.UNCHANGED: "none", Action.REFUSED: "bad"}


def _programme(request: HttpRequest, slug: str) -> tuple[User, Programme]:
    user, programme = readable(request, slug)
    require(can_measure_somewhere(user, programme))
    return user, programme


def _batch(request: HttpRequest, slug: str, pk: int) -> ValueBatch:
    rows = ValueBatch.objects.filter(programme=programme_of(request, slug)).for_list()
    return visible_or_404(rows, request, pk=pk)


def _page(request: HttpRequest, batch: ValueBatch, template: str, **more: Any) -> HttpResponse:
    stage = batch.stage
    context = frame(actor(request), batch.programme, "imports") | {
        "batch": batch,
        "stage": stage,
        "stage_kind": STAGE_KINDS[stage],
        **more,
    }
    return render(request, f"monitoring/values/{template}", context)


@require_safe
def value_batches(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _programme(request, programme_slug)
    page = page_of(request, ValueBatch.objects.visible_to(user).filter(programme=programme).for_list())
    lines = [(batch, batch.stage.label, STAGE_KINDS[batch.stage]) for batch in page.object_list]
    context = frame(user, programme, "imports") | {"page": page, "lines": lines}
    return render(request, "monitoring/values/list.html", context)


@require_http_methods(["GET", "POST"])
def value_import(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _programme(request, programme_slug)
    offered = holds_for(user, programme)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ValueImportForm(*sent, offered=offered)

    def save(values: dict[str, Any]) -> ValueBatch:
        file = values["file"]
        made: dict[str, Any] = {"filename": file.name or "", "data": read_upload(file)}
        return tasks.begin_values(actor=user, programme=programme, holds=values["holds"], **made)

    batch = attempt(form, save) if sent else None
    if batch is not None:
        return redirect(url("value_batch", programme, batch.pk))
    sheet = ValueSheetForm(offered=offered, programme=programme, reader=user)
    context = frame(user, programme, "imports") | {"form": form, "sheet": sheet}
    return render(request, "monitoring/values/new.html", context, status=422 if sent else 200)


@require_GET
def value_sheet(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """The sheet to fill in, with what is entered already."""
    user, programme = _programme(request, programme_slug)
    form = ValueSheetForm(request.GET, offered=holds_for(user, programme), programme=programme, reader=user)
    if not form.is_valid():
        raise Http404
    period: ReportingPeriod = form.cleaned_data["period"]
    holds: str = form.cleaned_data["holds"]
    places = places_entered(user, programme)
    response = HttpResponse(value_template(user, period, holds, places), content_type=MEDIA_TYPES["xlsx"])
    name = f"{programme.slug}-{holds}-{period.first}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def value_batch(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if batch.stage in (Stage.READING, Stage.APPLYING):
        return _page(request, batch, "working.html", job=batch.job)
    chosen, counts = request.GET.get("show", ""), batch.counts
    rows = ValueRow.objects.filter(batch=batch)
    if chosen in Action.values:
        rows = rows.filter(action=chosen)
    page = Paginator(rows, _ROWS).get_page(request.GET.get("page"))
    labels = dict(Action.choices)
    tabs: list[tuple[str, Any, int]] = [("", _("all"), counts.get("rows", 0))]
    tabs += [(name, labels[name], counts[name]) for name in Action.values if counts.get(name)]
    return _page(
        request,
        batch,
        "rows.html",
        page=page,
        lines=[(row, _KINDS[Action(row.action)]) for row in page.object_list],
        tabs=tabs,
        shown=chosen,
        to_do=counts.get("new", 0) + counts.get("changed", 0),
        failed=batch.job if batch.job and batch.job.status == "failed" else None,
    )


@require_POST
def value_apply(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    chosen = request.POST.get("mode", "")
    mode = chosen if chosen in ValueBatch.Mode.values else ValueBatch.Mode.ALL_OR_NOTHING
    try:
        if tasks.start_values(actor=actor(request), batch=batch, mode=mode) is None:
            messages.success(request, _("The rows are entered. This can be undone here."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(url("value_batch", batch.programme, batch.pk))


@require_POST
def value_again(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Try the file out once more, against the values as they stand now."""
    batch = _batch(request, programme_slug, pk)
    try:
        if tasks.start_values_again(actor=actor(request), batch=batch) is None:
            messages.success(request, _("The file was tried out again. Nothing has been entered yet."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect(url("value_batch", batch.programme, batch.pk))


@require_GET
def value_refused(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """The refused rows with their reasons, to be mended and imported again."""
    batch = _batch(request, programme_slug, pk)
    kind = "csv" if request.GET.get("kind") == "csv" else "xlsx"
    try:
        data = value_corrections(batch, kind)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(url("value_batch", batch.programme, batch.pk))
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="corrections-{batch.pk}.{kind}"'
    return response


@require_GET
def value_progress(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """How far the worker is, for the page that waits."""
    batch = _batch(request, programme_slug, pk)
    if batch.job is None:
        raise Http404
    address = url("value_progress", batch.programme, batch.pk)
    return render(request, "components/progress.html", {"job": batch.job, "url": address})


@require_http_methods(["GET", "POST"])
def value_undo(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if request.method == "GET" and batch.stage == Stage.APPLIED:
        return _page(request, batch, "undo.html")
    if request.method == "POST":
        try:
            if tasks.start_undo_values(actor=actor(request), batch=batch) is None:
                _say_undone(request, batch)
        except DomainError as error:
            messages.error(request, str(error.message))
    return redirect(url("value_batch", batch.programme, batch.pk))


def _say_undone(request: HttpRequest, batch: ValueBatch) -> None:
    batch.refresh_from_db()
    messages.success(request, _("The import is undone."))
    if kept := batch.counts.get("kept", 0):
        words = ngettext(
            "%(count)d row was left as it is; it says why.",
            "%(count)d rows were left as they are; they say why.",
            kept,
        )
        messages.warning(request, words % {"count": kept})
