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
from twinning.core import batch_pages
from twinning.core.access import require
from twinning.core.attachments import read_upload
from twinning.core.batch_pages import ROWS, refusals_told
from twinning.core.batches import ROW_KINDS
from twinning.core.models import User
from twinning.core.pages import actor, attempt, page_of, url, visible_or_404

Stage, Action = ValueBatch.Status, ValueRow.Action


def _programme(request: HttpRequest, slug: str) -> tuple[User, Programme]:
    user, programme = readable(request, slug)
    require(can_measure_somewhere(user, programme))
    return user, programme


def _batch(request: HttpRequest, slug: str, pk: int) -> ValueBatch:
    rows = ValueBatch.objects.filter(programme=programme_of(request, slug)).for_list()
    return visible_or_404(rows, request, pk=pk)


def _page(request: HttpRequest, batch: ValueBatch, template: str, **more: Any) -> HttpResponse:
    context = (
        frame(actor(request), batch.programme, "imports") | batch_pages.frame(batch, "value_batch") | more
    )
    return render(request, f"monitoring/values/{template}", context)


@require_safe
def value_batches(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _programme(request, programme_slug)
    page = page_of(request, ValueBatch.objects.visible_to(user).filter(programme=programme).for_list())
    context = frame(user, programme, "imports") | batch_pages.list_frame(page, "value_batch", programme)
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
    data = value_template(user, period, holds, places)
    return batch_pages.download(data, f"{programme.slug}-{holds}-{period.first}", "xlsx")


@require_safe
def value_batch(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if batch.stage in (Stage.READING, Stage.APPLYING):
        return _page(request, batch, "working.html", **batch_pages.working_frame(batch, "value_progress"))
    rows, shown = batch_pages.narrowed(request, ValueRow.objects.filter(batch=batch))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return _page(
        request,
        batch,
        "rows.html",
        lines=[(row, ROW_KINDS[Action(row.action)]) for row in page.object_list],
        refused_url=url("value_refused", batch.programme, batch.pk),
        **batch_pages.rows_frame(batch, page, shown),
    )


@require_POST
def value_apply(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    with refusals_told(request):
        mode = batch_pages.chosen_mode(request)
        if tasks.start_values(actor=actor(request), batch=batch, mode=mode) is None:
            messages.success(request, _("The rows are entered. This can be undone here."))
    return redirect(url("value_batch", batch.programme, batch.pk))


@require_POST
def value_again(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Try the file out once more, against the values as they stand now."""
    batch = _batch(request, programme_slug, pk)
    with refusals_told(request):
        if tasks.start_values_again(actor=actor(request), batch=batch) is None:
            messages.success(request, _("The file was tried out again. Nothing has been entered yet."))
    return redirect(url("value_batch", batch.programme, batch.pk))


@require_GET
def value_refused(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """The refused rows with their reasons, to be mended and imported again."""
    batch = _batch(request, programme_slug, pk)
    kind = batch_pages.sheet_kind(request)
    with refusals_told(request):
        data = value_corrections(batch, kind)
        if data is None:
            raise Http404
        return batch_pages.download(data, f"corrections-{batch.pk}", kind)
    return redirect(url("value_batch", batch.programme, batch.pk))


@require_GET
def value_progress(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """How far the worker is, for the page that waits."""
    return batch_pages.progress(request, _batch(request, programme_slug, pk), "value_progress")


@require_http_methods(["GET", "POST"])
def value_undo(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if request.method == "GET" and batch.stage == Stage.APPLIED:
        return _page(request, batch, "undo.html")
    if request.method == "POST":
        batch_pages.undo(request, batch, tasks.start_undo_values, _kept)
    return redirect(url("value_batch", batch.programme, batch.pk))


def _kept(count: int) -> str:
    words = ngettext(
        "%(count)d row was left as it is; it says why.",
        "%(count)d rows were left as they are; they say why.",
        count,
    )
    return words % {"count": count}
