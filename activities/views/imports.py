"""The pages of an import: upload, columns, dry run with its questions, apply, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from activities import services, tasks
from activities.forms.imports import ColumnsForm, RowForm, SheetForm, UploadForm
from activities.importers.corrections import correction_file
from activities.importers.mapping import other_cluster_named
from activities.models import ImportBatch, ImportRow
from activities.permissions import can_import_somewhere
from clusters.models import Cluster, Programme
from clusters.queries import clusters_where, programme_of
from clusters.rules import Can
from twinning.core import batch_pages
from twinning.core.access import DomainError, require
from twinning.core.attachments import read_upload
from twinning.core.batch_pages import ROWS, ids_sent, refusals_told
from twinning.core.pages import actor, attempt, form_page, page_of, sent, url, visible_or_404

Stage = ImportBatch.Status


def _programme(request: HttpRequest, slug: str) -> Programme:
    programme = programme_of(request, slug)
    require(can_import_somewhere(actor(request), programme))
    return programme


def _batch(request: HttpRequest, slug: str, pk: int) -> ImportBatch:
    programme = programme_of(request, slug)
    rows = ImportBatch.objects.filter(programme=programme).select_related("cluster", "programme", "job")
    return visible_or_404(rows, request, pk=pk)


def _url(name: str, batch: ImportBatch) -> str:
    return url(name, batch.programme, batch.pk)


def _page(
    request: HttpRequest, batch: ImportBatch, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = batch_pages.frame(batch, "import") | {"place": "imports", "cluster": batch.cluster} | more
    return render(request, f"activities/imports/{template}", context, status=status)


@require_safe
def imports(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme = _programme(request, programme_slug)
    rows = ImportBatch.objects.visible_to(actor(request)).filter(programme=programme).for_list()
    page = page_of(request, rows.select_related("job"))
    context = {"place": "imports"} | batch_pages.list_frame(page, "import", programme)
    return render(request, "activities/imports/list.html", context)


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme, user = _programme(request, programme_slug), actor(request)
    clusters = clusters_where(user, programme, Can.IMPORT)
    form = UploadForm(sent(request), request.FILES or None, clusters=clusters)
    if form.is_bound:

        def save(values: dict[str, Any]) -> ImportBatch:
            file = values["file"]
            return tasks.begin(
                actor=user,
                cluster=values["cluster"],
                filename=file.name or "",
                data=read_upload(file),
                status_date=values["status_date"],
            )

        batch = attempt(form, save)
        if batch is not None:
            return redirect(_url("import_columns", batch))
    elif chosen := request.GET.get("cluster"):
        form.initial["cluster"] = next((c.pk for c in clusters if c.slug == chosen), None)
    return form_page(request, "activities/imports/new.html", form, place="imports")


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    form = ColumnsForm(sent(request), batch=batch)
    if request.method == "POST" and form.is_valid():
        if _try_out(request, form, batch):
            return redirect(_url("import", batch))
    elif request.method == "GET" and batch.stage not in services.OPEN:
        return redirect(_url("import", batch))
    others = Cluster.objects.filter(programme=batch.programme)
    return _page(
        request,
        batch,
        "columns.html",
        422 if form.is_bound else 200,
        form=form,
        sheet_form=SheetForm(batch=batch),
        other=other_cluster_named(batch.mapping.get("titles", []), batch.cluster, list(others)),
    )


def _try_out(request: HttpRequest, form: ColumnsForm, batch: ImportBatch) -> bool:
    """Keep the columns and make the dry run, or leave in the form why it cannot be made."""
    user = actor(request)
    try:
        tasks.start_dry_run(actor=user, batch=tasks.choose(actor=user, batch=batch, columns=form.columns))
    except DomainError as error:
        form.add_error(None, str(error.message))
        return False
    return True


@require_POST
def sheet(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Look at another sheet of the file, or at the file in another encoding."""
    batch = _batch(request, programme_slug, pk)
    form = SheetForm(request.POST, batch=batch)
    if not form.is_valid():
        return _page(request, batch, "columns.html", 422, form=ColumnsForm(batch=batch), sheet_form=form)
    chosen = form.cleaned_data
    with refusals_told(request):
        tasks.look_again(
            actor=actor(request), batch=batch, sheet=chosen.get("sheet"), encoding=chosen.get("encoding")
        )
    return redirect(_url("import_columns", batch))


@require_safe
def import_(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if batch.stage in (Stage.UPLOADED, Stage.FAILED) and not batch.counts:
        return redirect(_url("import_columns", batch))
    if batch.stage in (Stage.READING, Stage.APPLYING):
        return _page(request, batch, "working.html", **batch_pages.working_frame(batch, "import_progress"))
    return _rows_page(request, batch)


def _rows_page(
    request: HttpRequest, batch: ImportBatch, answered: dict[int, RowForm] | None = None
) -> HttpResponse:
    """The rows of the dry run, or of what became of it. ``answered``: forms that were sent with mistakes."""
    found = ImportRow.objects.filter(batch=batch).order_by("row", "id")
    rows, shown = batch_pages.narrowed(request, found, questions=Q(needs_answer=True))
    paginator = Paginator(rows, ROWS)
    # Known from the dry run, so that the last of 100,000 rows is reached without counting them each time.
    paginator.count = batch.counts.get(shown or "rows", 0)
    page = paginator.get_page(request.GET.get("page"))
    forms = answered or {row.pk: RowForm(row) for row in page.object_list}
    return _page(
        request,
        batch,
        "rows.html",
        422 if answered else 200,
        forms=list(forms.values()),
        wrong=_wrong(answered or {}),
        refused_url=_url("import_corrections", batch),
        **batch_pages.rows_frame(batch, page, shown, questions=_("with questions")),
    )


def _wrong(answered: dict[int, RowForm]) -> list[tuple[str, str]]:
    """What must be mended on the page: the field to go to, and the words."""
    lines = []
    for form in answered.values():
        for name, errors in form.errors.items():
            target = form[name].id_for_label or f"{form[name].auto_id}_0"
            lines += [
                (target, _("Row %(row)d: %(why)s") % {"row": form.row.row, "why": why}) for why in errors
            ]
    return lines


def _answers(request: HttpRequest, batch: ImportBatch) -> dict[int, RowForm]:
    """Keep the answers of one page; returns the forms if something in them must be mended, else none."""
    rows = ImportRow.objects.filter(batch=batch, pk__in=ids_sent(request, "row")).order_by("row", "id")
    forms = {row.pk: RowForm(row, request.POST) for row in rows}
    if sum(not form.is_valid() for form in forms.values()):
        return forms
    try:
        services.decide(
            actor=actor(request),
            batch=batch,
            decisions={pk: form.decision for pk, form in forms.items() if form.open},
        )
    except DomainError as error:
        if not error.fields:
            raise
        for key, wrong in error.fields.items():
            pk, _dash, name = key.partition("-")
            for message in wrong:
                forms[int(pk)].add_error(name, str(message))
        return forms
    return {}


@require_POST
def answers(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    try:
        wrong = _answers(request, batch)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_url("import", batch))
    if wrong:
        return _rows_page(request, batch, wrong)
    if request.POST.get("then") == "apply":
        return _apply(request, batch)
    messages.success(request, _("Your answers are kept. Nothing has been imported yet."))
    return redirect(f"{_url('import', batch)}?{request.GET.urlencode()}")


@require_POST
def apply(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    return _apply(request, _batch(request, programme_slug, pk))


def _apply(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    with refusals_told(request):
        mode = batch_pages.chosen_mode(request)
        if tasks.start_apply(actor=actor(request), batch=batch, mode=mode) is None:
            words = _("The sheet is imported. If that was a mistake, it can be undone here.")
            messages.success(request, words)
    return redirect(_url("import", batch))


@require_GET
def progress(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """How far the worker is, for the page that waits."""
    return batch_pages.progress(request, _batch(request, programme_slug, pk), "import_progress")


@require_GET
def corrections(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """The refused rows with their reasons, to be mended and imported again."""
    batch = _batch(request, programme_slug, pk)
    kind = batch_pages.sheet_kind(request)
    rows = ImportRow.objects.filter(batch=batch, action=ImportRow.Action.REFUSED).order_by("row", "id")
    if not rows.exists():
        raise Http404
    data = correction_file(batch, rows.iterator(chunk_size=1000), kind)
    return batch_pages.download(data, _("corrections-%(pk)d") % {"pk": batch.pk}, kind)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if request.method == "GET" and batch.stage == Stage.APPLIED:
        return _page(request, batch, "undo.html")
    if request.method == "POST":
        batch_pages.undo(request, batch, tasks.start_undo, _kept)
    return redirect(_url("import", batch))


def _kept(count: int) -> str:
    words = ngettext(
        "%(count)d row was left as it is, since somebody changed it after the import.",
        "%(count)d rows were left as they are, since somebody changed them after the import.",
        count,
    )
    return words % {"count": count}
