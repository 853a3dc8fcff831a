"""Codes, documents, budgets and transactions of what is published: lists, and one way to add, change, take out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from clusters.queries import programme_where
from monitoring import services
from monitoring.forms.publication import BudgetForm, CodeForm, DocumentForm, TransactionForm
from monitoring.models import Budget, PublicationCode, PublishedDocument, Transaction
from monitoring.permissions import can_publish, can_read_publication
from monitoring.queries.iati_checks import checked, problems_of
from monitoring.queries.iati_records import publication_of
from monitoring.views.publication import SECTION, managed
from twinning.core.form_pages import Crumb, FormPage, save_or_show
from twinning.core.pages import ActForm, actor, page_of, sent, sorted_by, url, visible_or_404
from twinning.core.queries import history_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Part:
    """A kind of record that is published: its form, its services, and the words of its pages."""

    model: type[Any]
    form: type[Any]
    add: Callable[..., Any]
    change: Callable[..., Any]
    named: str  # what the service that changes calls the record
    home: str  # the page on which it is listed
    new: StrOrPromise
    edit: StrOrPromise
    save: StrOrPromise
    remove: StrOrPromise
    saved: StrOrPromise
    removed: StrOrPromise
    listed: StrOrPromise = ""


PARTS = {
    "code": Part(
        PublicationCode,
        CodeForm,
        services.add_publication_code,
        services.update_publication_code,
        "classification",
        "publication",
        gettext_lazy("Add a sector, place, tag or marker"),
        gettext_lazy("Edit the code"),
        gettext_lazy("Save code"),
        gettext_lazy("Take this code out?"),
        gettext_lazy("The code was saved."),
        gettext_lazy("The code was taken out."),
    ),
    "document": Part(
        PublishedDocument,
        DocumentForm,
        services.publish_document,
        services.update_document,
        "document",
        "publication",
        gettext_lazy("Publish a document"),
        gettext_lazy("Edit the document"),
        gettext_lazy("Save document"),
        gettext_lazy("Publish this document no longer?"),
        gettext_lazy("The document was saved."),
        gettext_lazy("The document was taken out."),
    ),
    "budget": Part(
        Budget,
        BudgetForm,
        services.add_budget,
        services.update_budget,
        "budget",
        "budgets",
        gettext_lazy("Add a budget"),
        gettext_lazy("Edit the budget"),
        gettext_lazy("Save budget"),
        gettext_lazy("Remove this budget?"),
        gettext_lazy("The budget was saved."),
        gettext_lazy("The budget was removed."),
        gettext_lazy("Budgets"),
    ),
    "transaction": Part(
        Transaction,
        TransactionForm,
        services.add_transaction,
        services.update_transaction,
        "transaction",
        "transactions",
        gettext_lazy("Add a transaction"),
        gettext_lazy("Edit the transaction"),
        gettext_lazy("Save transaction"),
        gettext_lazy("Remove this transaction?"),
        gettext_lazy("The transaction was saved."),
        gettext_lazy("The transaction was removed."),
        gettext_lazy("Transactions"),
    ),
}
_SORTS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "budget": {"first": ("first", "last"), "value": ("currency", "value")},
    "transaction": {"date": "date", "value": ("currency", "value"), "type": "type"},
}


@require_safe
def part_list(request: HttpRequest, programme_slug: str, kind: str) -> HttpResponse:
    user, programme = programme_where(request, programme_slug, can_read_publication)
    part = PARTS[kind]
    rows = part.model.objects.visible_to(user).filter(programme=programme).for_list()
    default = "-first" if kind == "budget" else "-date"
    page = page_of(request, sorted_by(request, rows, _SORTS[kind], default))
    publication = publication_of(programme)
    problems = problems_of(publication, list(page)) if publication is not None else {}
    context = {
        "place": "publication",
        "page": page,
        "lines": [(row, problems.get(row.pk, [])) for row in page],
        "may_publish": can_publish(user, programme),
    }
    return render(request, f"monitoring/{part.home}.html", context)


def _page(
    programme: Programme, part: Part, heading: StrOrPromise, submit: StrOrPromise, **more: Any
) -> FormPage:
    crumbs: list[Crumb] = [(str(part.listed), url(part.home, programme))] if part.listed else []
    return SECTION.page(programme, str(heading), str(submit), *crumbs, **more)


def _tell_problems(request: HttpRequest, programme: Programme, record: Any) -> None:
    """Say at once what of the record hinders publishing; it is saved all the same."""
    publication = publication_of(programme)
    found = checked(publication).of(record._meta.model_name) if publication is not None else {}
    for problem in found.get(record.pk, []):
        messages.warning(request, problem.message)


@require_http_methods(["GET", "POST"])
def part_new(request: HttpRequest, programme_slug: str, kind: str) -> HttpResponse:
    programme, user, part = managed(request, programme_slug), actor(request), PARTS[kind]

    def save(values: dict[str, Any]) -> Any:
        record = part.add(actor=user, programme=programme, **values)
        _tell_problems(request, programme, record)
        return record

    form = part.form(sent(request), reader=user, programme=programme)
    return save_or_show(
        request, form, save, _page(programme, part, part.new, part.save), done=str(part.saved)
    )


@require_http_methods(["GET", "POST"])
def part_edit(request: HttpRequest, programme_slug: str, kind: str, pk: int) -> HttpResponse:
    programme, user, part = managed(request, programme_slug), actor(request), PARTS[kind]
    shown = visible_or_404(part.model.objects.filter(programme=programme), request, pk=pk)
    form = part.form(sent(request), instance=shown, reader=user, programme=programme)

    def save(values: dict[str, Any]) -> Any:
        record = part.change(actor=user, version=form.version, **{part.named: shown}, **values)
        _tell_problems(request, programme, record)
        return record

    return save_or_show(
        request,
        form,
        save,
        _page(programme, part, part.edit, part.save),
        done=str(part.saved),
        template="monitoring/publication_part.html",
        remove_url=url(f"{_address(kind)}_remove", programme, shown.pk),
        changes=history_of(shown, 20, reader=user),
    )


@require_http_methods(["GET", "POST"])
def part_remove(request: HttpRequest, programme_slug: str, kind: str, pk: int) -> HttpResponse:
    programme, user, part = managed(request, programme_slug), actor(request), PARTS[kind]
    shown = visible_or_404(part.model.objects.filter(programme=programme), request, pk=pk)
    form = ActForm(sent(request), instance=shown)

    def remove(_values: dict[str, Any]) -> bool:
        services.remove_publication_part(actor=user, part=shown, version=form.version)
        return True

    words = _("It is no longer published. What it said stays in the history of the programme.")
    page = _page(programme, part, part.remove, _("Take it out"), about=str(shown), words=words, danger=True)
    return save_or_show(request, form, remove, page, done=str(part.removed))


def _address(kind: str) -> str:
    return f"publication_{kind}" if kind in ("code", "document") else kind
