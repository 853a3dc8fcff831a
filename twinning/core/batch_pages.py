"""What the pages of every import do alike; each room says what it shows of a row, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from twinning.core.access import DomainError
from twinning.core.batches import STAGE_KINDS
from twinning.core.models import Batch, BatchRow, Job
from twinning.core.pages import Slugged, actor, url
from twinning.core.tabular import MEDIA_TYPES

_B = TypeVar("_B", bound=Batch)
_R = TypeVar("_R", bound=BatchRow)

ROWS = 50  # on one page
Action = BatchRow.Action


def frame(batch: Batch, name: str) -> dict[str, Any]:
    """What each page of an import is told; ``name``: of the address of the import."""
    stage = batch.stage
    address = url(name, batch.programme, batch.pk)
    return {
        "batch": batch,
        "batch_url": address,
        "stage": stage,
        "stage_word": stage.label,
        "stage_kind": STAGE_KINDS[stage],
    }


def list_frame(
    page: Page[_B],
    name: str,
    programme: Slugged,
    word: Callable[[_B], object] = lambda batch: batch.stage.label,
) -> dict[str, Any]:
    """What a list of imports is told; ``name``: of the address of one; ``word``: for where it stands."""
    lines = [
        (batch, url(name, programme, batch.pk), word(batch), STAGE_KINDS[batch.stage])
        for batch in page.object_list
    ]
    return {"page": page, "lines": lines, "rows_label": _("Rows")}


def working_frame(batch: Batch, name: str) -> dict[str, Any]:
    """What the page that waits for the worker is told; ``name``: of the address of ``progress``."""
    return {"job": batch.job, "progress_url": url(name, batch.programme, batch.pk)}


def narrowed(request: HttpRequest, rows: QuerySet[_R], **more: Q) -> tuple[QuerySet[_R], str]:
    """The rows that the address asks for (?show=), and which: those of an action, or of ``more``; "" means all."""
    asked = request.GET.get("show", "")
    known = {action.value: Q(action=action) for action in Action} | more
    return (rows.filter(known[asked]), asked) if asked in known else (rows, "")


def rows_frame(batch: Batch, page: Page[Any], shown: str, **words: Any) -> dict[str, Any]:
    """What the page of the rows is told; ``shown`` is that of ``narrowed``, ``words`` are for its ``more``.

    A tab: the name in the address, the word, how many; there are no empty ones but "all".
    """
    counts, labels = batch.counts, dict(Action.choices) | words
    tabs = [(name, label, counts.get(name, 0)) for name, label in labels.items()]
    return {
        "page": page,
        "shown": shown,
        "tabs": [("", _("all"), counts.get("rows", 0)), *(tab for tab in tabs if tab[2])],
        "plan_label": _("What will happen") if batch.stage == Batch.Status.READY else _("What was planned"),
        "to_do": counts.get("new", 0) + counts.get("changed", 0),
        "failed": batch.job if batch.job and batch.job.status == Job.Status.FAILED else None,
    }


def ids_sent(request: HttpRequest, name: str) -> list[int]:
    """The ids of rows of one page, as its form sent them."""
    sent = request.POST.getlist(name)[: 2 * ROWS]
    return [int(pk) for pk in sent if pk.isascii() and pk.isdigit() and len(pk) < 19]


def chosen_mode(request: HttpRequest) -> str:
    chosen = request.POST.get("mode", "")
    return chosen if chosen in Batch.Mode.values else Batch.Mode.ALL_OR_NOTHING


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """A refusal of what is done inside is said on the next page."""
    try:
        yield
    except DomainError as error:
        messages.error(request, str(error.message))


def undo(
    request: HttpRequest, batch: Batch, start: Callable[..., Job | None], kept: Callable[[int], str]
) -> None:
    """Undo an import and say so; ``kept`` has the words for how many rows were left as they are."""
    with refusals_told(request):
        if start(actor=actor(request), batch=batch) is not None:
            return
        batch.refresh_from_db()
        messages.success(request, _("The import is undone."))
        if count := batch.counts.get("kept", 0):
            messages.warning(request, kept(count))


def progress(request: HttpRequest, batch: Batch, name: str) -> HttpResponse:
    """How far the worker is, for the page that waits; ``name``: of this address."""
    if batch.job is None:
        raise Http404
    context = {"job": batch.job, "url": url(name, batch.programme, batch.pk)}
    return render(request, "components/progress.html", context)


def sheet_kind(request: HttpRequest) -> str:
    """As what the refused rows are asked for."""
    return "csv" if request.GET.get("kind") == "csv" else "xlsx"


def download(data: bytes, name: str, kind: str) -> HttpResponse:
    """A sheet to keep; ``name`` is without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers=headers)
