"""The register of agreements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.agreements import (
    AgreementForm,
    ClaimForm,
    DocumentForm,
    NewClaimForm,
    Parties,
    PartyForm,
    parties_in,
)
from clusters.forms.base import ReasonForm
from clusters.forms.filters import AgreementFilter
from clusters.models import Agreement, AgreementClaim, AgreementParty, Programme
from clusters.permissions import can_edit_programme, can_read_history
from clusters.queries import agreement_detail, agreement_lines, programme_of
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.attachments import read_upload
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import Attachment, User
from twinning.core.pages import (
    actor,
    attempt,
    form_page,
    page_of,
    sent,
    sorted_by,
    today,
    url,
    visible_or_404,
)
from twinning.core.queries import history_of, unquoted

_SECTION = Section("agreements", gettext_lazy("Agreements"))
_SORTS: dict[str, str | tuple[str, ...]] = {
    "title": "title",
    "kind": ("kind", "title"),
    "signed": "signed_first",
    "ends": "valid_to",
}


@require_safe
def agreements(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rows = Agreement.objects.visible_to(user).filter(programme=programme)
    filtered = AgreementFilter(request.GET, rows, programme=programme, reader=user)
    page = page_of(request, sorted_by(request, filtered.qs, _SORTS, "-signed"))
    context = {
        "place": "agreements",
        "filter": filtered,
        "day": filtered.day,
        "page": page,
        "lines": agreement_lines(page.object_list, filtered.day, user, programme.slug),
        "may_add": can_edit_programme(user, programme),
    }
    return render(request, "clusters/agreements.html", context)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Agreement]:
    programme = programme_of(request, programme_slug)
    rows = Agreement.objects.filter(programme=programme).select_related(
        "twinning__emerging", "twinning__advanced"
    )
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


def _editable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Agreement]:
    user, programme, found = _seen(request, programme_slug, pk)
    require(can_edit_programme(user, programme))
    return user, programme, found


def _page(programme: Programme, agreement: Agreement, heading: str, submit: str, **words: Any) -> FormPage:
    record = (agreement.title, url("agreement", programme, agreement.pk))
    return _SECTION.page(programme, heading, submit, record, **words)


@require_safe
def agreement(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    context = {
        "place": "agreements",
        "agreement": shown,
        "day": today(),
        "detail": agreement_detail(shown, today(), user, programme.slug),
        "may_edit": can_edit_programme(user, programme),
        "changes": history_of(shown, 50, reader=user) if can_read_history(user, programme) else None,
    }
    return render(request, "clusters/agreement.html", context)


@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_edit_programme(user, programme))
    form = AgreementForm(sent(request), **scope(request, programme))
    parties = Parties(sent(request), prefix="parties", form_kwargs=scope(request, programme))
    made = None
    if request.method == "POST" and parties.is_valid():
        made = attempt(
            form,
            lambda values: services.create_agreement(
                actor=user, programme=programme, parties=parties_in(parties), **values
            ),
        )
    if made is not None:
        messages.success(request, _("The agreement was added."))
        return redirect("agreement", programme_slug=programme.slug, pk=made.pk)
    return form_page(request, "clusters/agreement_new.html", form, parties=parties, place="agreements")


@require_http_methods(["GET", "POST"])
def agreement_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    form = AgreementForm(sent(request), instance=found, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_agreement(actor=user, agreement=found, version=form.version, **values),
        _page(programme, found, _("Edit the agreement"), _("Save agreement")),
        done=_("The agreement was saved."),
    )


@require_http_methods(["GET", "POST"])
def party_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    form = PartyForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.add_party(actor=user, agreement=found, **values),
        _page(programme, found, _("Add a party"), _("Add party")),
        done=_("The party was added."),
    )


@require_http_methods(["GET", "POST"])
def party_remove(request: HttpRequest, programme_slug: str, pk: int, party_pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    party = visible_or_404(AgreementParty.objects.filter(agreement=found), request, pk=party_pk)
    form = ReasonForm(sent(request), instance=party, **scope(request, programme))

    def save(values: dict[str, Any]) -> bool:
        services.remove_party(actor=user, party=party, **values)
        return True

    heading = _("Remove %(party)s from this agreement?") % {"party": party.organisation}
    lead = _("The history keeps that it stood here. To undo it, add the party again.")
    page = _page(programme, found, heading, _("Remove party"), lead=lead, danger=True)
    return save_or_show(request, form, save, page, done=_("The party was removed."))


@require_http_methods(["GET", "POST"])
def claim_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    form = NewClaimForm(sent(request), **scope(request, programme))
    lead = _("Where sources disagree, each is kept as a claim, and one is preferred.")
    return save_or_show(
        request,
        form,
        lambda values: services.add_claim(actor=user, agreement=found, **values),
        _page(programme, found, _("Add what a source says"), _("Add claim"), lead=lead),
        done=_("The claim was added."),
    )


def _claim(request: HttpRequest, agreement: Agreement, pk: int) -> AgreementClaim:
    return visible_or_404(AgreementClaim.objects.filter(agreement=agreement), request, pk=pk)


@require_http_methods(["GET", "POST"])
def claim_edit(request: HttpRequest, programme_slug: str, pk: int, claim_pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    claim = _claim(request, found, claim_pk)
    form = ClaimForm(sent(request), instance=claim, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_claim(actor=user, claim=claim, version=form.version, **values),
        _page(programme, found, _("Edit the claim"), _("Save claim")),
        done=_("The claim was saved."),
    )


@require_http_methods(["GET", "POST"])
def claim_prefer(request: HttpRequest, programme_slug: str, pk: int, claim_pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    claim = _claim(request, found, claim_pk)
    form = ReasonForm(sent(request), instance=claim, **scope(request, programme))
    heading = _("Prefer “%(claim)s”?") % {"claim": unquoted(claim.statement)}
    lead = _("%(source)s. The claims that disagree stay and are shown beside it.") % {"source": claim.source}
    return save_or_show(
        request,
        form,
        lambda values: services.prefer_claim(actor=user, claim=claim, **values),
        _page(programme, found, heading, _("Prefer this claim"), lead=lead),
        done=_("This claim is preferred now."),
    )


@require_http_methods(["GET", "POST"])
def document_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    form = DocumentForm(sent(request), request.FILES or None)

    def save(values: dict[str, Any]) -> Attachment:
        upload = values["file"]
        return services.attach_document(
            actor=user,
            agreement=found,
            name=upload.name,
            data=read_upload(upload),
            description=values["description"],
        )

    page = _page(programme, found, _("Attach a document"), _("Attach document"))
    return save_or_show(request, form, save, page, done=_("The document was attached."))


@require_http_methods(["GET", "POST"])
def document_remove(request: HttpRequest, programme_slug: str, pk: int, attachment_pk: int) -> HttpResponse:
    user, programme, found = _editable(request, programme_slug, pk)
    attachment = get_object_or_404(Attachment.objects.of(found), pk=attachment_pk)

    def save(_values: dict[str, Any]) -> bool:
        services.detach_document(actor=user, agreement=found, attachment=attachment)
        return True

    heading = _("Take “%(name)s” off this agreement?") % {"name": attachment.name}
    lead = _("The history keeps that it was here, and the file stays in the store as evidence.")
    page = _page(programme, found, heading, _("Take it off"), lead=lead, danger=True)
    done = _("The document was taken off the agreement.")
    return save_or_show(request, Form(sent(request)), save, page, done=done)
