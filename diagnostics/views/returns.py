"""The pages of the import of what was filled in KoboToolbox and ODK: upload, dry run, apply, undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from clusters.models import Programme
from clusters.queries import clusters_where, programme_of
from clusters.rules import Can
from diagnostics import services, tasks
from diagnostics.forms_questionnaires import ReturnsForm
from diagnostics.models import Questionnaire, QuestionnaireVersion, ReturnBatch, ReturnRow
from diagnostics.permissions import can_file_somewhere
from diagnostics.rules.forms import Form
from diagnostics.rules.labels import label_at, value_in_words
from diagnostics.views.base import room_of
from twinning.core import batch_pages
from twinning.core.access import require
from twinning.core.attachments import read_upload
from twinning.core.batch_pages import ROWS, ids_sent, refusals_told
from twinning.core.batches import ROW_KINDS
from twinning.core.models import User
from twinning.core.pages import actor, attempt, form_page, page_of, visible_or_404

Stage = ReturnBatch.Status
Action = ReturnRow.Action
_PLACE = "diagnostics"
_MOST_SHOWN = 30
_NOT_TRIED = gettext_lazy("not tried out yet")


def _programme(request: HttpRequest, slug: str) -> tuple[User, Programme]:
    user, programme = room_of(request, slug)
    require(can_file_somewhere(user, programme))
    return user, programme


def _batch(request: HttpRequest, slug: str, pk: int) -> ReturnBatch:
    programme = programme_of(request, slug)
    rows = ReturnBatch.objects.filter(programme=programme).for_list().select_related("programme", "read_as")
    return visible_or_404(rows, request, pk=pk)


def _url(name: str, batch: ReturnBatch) -> str:
    return reverse(name, args=[batch.programme.slug, batch.pk])


def _word(batch: ReturnBatch) -> str:
    return str(_NOT_TRIED if batch.stage == Stage.UPLOADED else batch.stage.label)


def _page(request: HttpRequest, batch: ReturnBatch, template: str, **more: Any) -> HttpResponse:
    own = {"place": _PLACE, "cluster": batch.cluster, "stage_word": _word(batch)}
    context = batch_pages.frame(batch, "return_batch") | own | more
    return render(request, f"diagnostics/returns/{template}", context)


@require_safe
def returns(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _programme(request, programme_slug)
    page = page_of(request, ReturnBatch.objects.visible_to(user).filter(programme=programme).for_list())
    context = batch_pages.list_frame(page, "return_batch", programme, _word)
    return render(
        request, "diagnostics/returns/list.html", context | {"place": _PLACE, "rows_label": _("Forms")}
    )


@require_http_methods(["GET", "POST"])
def return_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _programme(request, programme_slug)
    own = Q(programme=None) | Q(programme=programme)
    used = [QuestionnaireVersion.Status.PUBLISHED, QuestionnaireVersion.Status.RETIRED]
    offered = list(Questionnaire.objects.visible_to(user).filter(own, versions__status__in=used).distinct())
    clusters = clusters_where(user, programme, Can.FILE)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ReturnsForm(*sent, questionnaires=offered, clusters=clusters, initial=_chosen(request, offered))

    def save(values: dict[str, Any]) -> ReturnBatch:
        file = values["file"]
        return tasks.begin_returns(
            actor=user,
            programme=programme,
            questionnaire=values["questionnaire"],
            cluster=values["cluster"],
            filename=file.name or "",
            data=read_upload(file),
            read_as=form.read_as,
        )

    batch = attempt(form, save) if sent else None
    if batch is not None:
        return redirect(_url("return_batch", batch))
    return form_page(request, "diagnostics/returns/new.html", form, place=_PLACE)


def _chosen(request: HttpRequest, questionnaires: Sequence[Questionnaire]) -> dict[str, Any]:
    slug = request.GET.get("questionnaire")
    found = next((one.pk for one in questionnaires if one.slug == slug), None)
    return {"questionnaire": found} if found else {}


@dataclass(frozen=True, slots=True)
class _Line:
    """A form of the file as the page shows it."""

    row: ReturnRow
    kind: str
    problems: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]
    more: int  # changes that are not shown
    answers: int
    photos: int

    @property
    def open(self) -> bool:
        return self.row.action in (Action.NEW, Action.CHANGED)


def _line(row: ReturnRow, forms: dict[int, Form]) -> _Line:
    pk = row.submission.questionnaire_version_id if row.submission else row.version_id
    form = forms.get(pk or 0)
    answers = {**(row.submission.answers if row.submission else {}), **row.values}

    def label(path: str) -> str:
        return label_at(form, path, answers) if form else path

    def words(path: str, value: Any) -> str:
        return value_in_words(form, path, value) if form else str(value or "")

    shown = list(row.changes.items())[:_MOST_SHOWN]
    return _Line(
        row=row,
        kind=ROW_KINDS[Action(row.action)],
        problems=[(label(path), why) for path, why in row.problems],
        changes=[(label(path), words(path, before), words(path, after)) for path, (before, after) in shown],
        more=max(0, len(row.changes) - _MOST_SHOWN),
        answers=sum(path.count("/") != 1 for path in row.values),
        photos=sum(map(len, row.photos.values())),
    )


def _lines(rows: Sequence[ReturnRow]) -> list[_Line]:
    versions = {row.version_id for row in rows if row.version_id}
    versions |= {row.submission.questionnaire_version_id for row in rows if row.submission}
    read = QuestionnaireVersion.objects.filter(pk__in=versions)
    forms = {version.pk: version.form for version in read}
    return [_line(row, forms) for row in rows]


@require_safe
def return_batch(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if batch.stage in (Stage.READING, Stage.APPLYING):
        return _page(request, batch, "working.html", **batch_pages.working_frame(batch, "return_progress"))
    found = ReturnRow.objects.filter(batch=batch).select_related("submission").order_by("place", "id")
    rows, shown = batch_pages.narrowed(request, found)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return _page(
        request,
        batch,
        "forms.html",
        lines=_lines(list(page.object_list)),
        **batch_pages.rows_frame(batch, page, shown),
    )


@require_POST
def return_choices(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Keep which forms of a page are left out, and bring in the others if that was asked for."""
    batch, user = _batch(request, programme_slug, pk), actor(request)
    with refusals_told(request):
        shown, left = ids_sent(request, "row"), ids_sent(request, "leave")
        services.leave_out(actor=user, batch=batch, shown=shown, left=left)
        if request.POST.get("then") != "apply":
            messages.success(request, _("Your choice is kept. Nothing has been imported yet."))
            return redirect(f"{_url('return_batch', batch)}?{request.GET.urlencode()}")
        mode = batch_pages.chosen_mode(request)
        if tasks.start_returns(actor=user, batch=batch, mode=mode) is None:
            messages.success(
                request,
                _("The forms are drafts now: look through them and hand them in. This can be undone here."),
            )
    return redirect(_url("return_batch", batch))


@require_POST
def return_again(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Try the file out once more, against the forms as they stand now."""
    batch = _batch(request, programme_slug, pk)
    with refusals_told(request):
        tasks.start_dry_run_again(actor=actor(request), batch=batch)
    return redirect(_url("return_batch", batch))


@require_GET
def return_progress(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """How far the worker is, for the page that waits."""
    return batch_pages.progress(request, _batch(request, programme_slug, pk), "return_progress")


@require_http_methods(["GET", "POST"])
def return_undo(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    batch = _batch(request, programme_slug, pk)
    if request.method == "GET" and batch.stage == Stage.APPLIED:
        return _page(request, batch, "undo.html")
    if request.method == "POST":
        batch_pages.undo(request, batch, tasks.start_undo_returns, _kept)
    return redirect(_url("return_batch", batch))


def _kept(count: int) -> str:
    words = ngettext(
        "%(count)d form was left as it is, since somebody changed it after the import.",
        "%(count)d forms were left as they are, since somebody changed them after the import.",
        count,
    )
    return words % {"count": count}
