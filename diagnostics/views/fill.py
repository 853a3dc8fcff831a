"""The page on which a filed form is filled, with or without a script and a connection."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clusters.queries import programme_of
from diagnostics import services
from diagnostics.forms_fill.page import id_of
from diagnostics.forms_fill.sent import Sent, asked_for, choice_of, read_over
from diagnostics.forms_fill.standing import open_remark
from diagnostics.models import Submission
from diagnostics.permissions import can_change
from diagnostics.rules.answers import Change
from diagnostics.views.filling import fill_page
from twinning.core.access import DomainError, PermissionRefused, require
from twinning.core.attachments import read_upload
from twinning.core.models import User
from twinning.core.pages import actor, visible_or_404


def fillable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Submission]:
    """A form that the user may fill: 404 when it is not seen, 403 when it is only read."""
    programme = programme_of(request, programme_slug)
    rows = Submission.objects.filter(programme=programme).select_related(
        "programme", "cluster", "organisation", "questionnaire_version__questionnaire"
    )
    submission, user = visible_or_404(rows, request, pk=pk), actor(request)
    require(can_change(user, submission))
    return user, submission


@require_http_methods(["GET", "HEAD", "POST"])
def form_fill(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, submission = fillable(request, programme_slug, pk)
    if request.method != "POST":
        return fill_page(request, user, submission)
    return save_whole(request, user, submission)


def save_whole(request: HttpRequest, user: User, submission: Submission) -> HttpResponse:
    """Save what a browser without a script sent, and go where its button says; or show what must be mended."""
    sent = read_over(submission, request.POST, request.FILES)
    try:
        errors = _add_photos(user, submission, sent)
        changes = [*sent.changes, *asked_for(submission, sent, submission.answers)]
        saved = services.save_answers(actor=user, submission=submission, changes=changes, device=_("browser"))
        _settle(user, saved.submission, sent)
    except PermissionRefused:
        raise
    except DomainError as error:
        status = 409 if error.status == 409 else 422
        return fill_page(request, user, submission, sent=sent, problem=str(error.message), status=status)
    current = Submission.objects.select_related(
        "programme", "cluster", "organisation", "questionnaire_version__questionnaire"
    ).get(pk=submission.pk)
    if errors | saved.refused:
        return fill_page(request, user, current, sent=sent, errors=errors | saved.refused, status=422)
    _tell(request, saved.clashes)
    return redirect(_after(current, sent))


def _add_photos(user: User, submission: Submission, sent: Sent) -> dict[str, str]:
    """Keep the photos that were chosen, as part of their answers; {path: why} of what is no photo."""
    errors = {}
    for path, files in sent.files.items():
        known = sent.typed.get(path, submission.answers.get(path)) or []
        made = []
        for file in files:
            try:
                photo = services.add_photo(
                    actor=user, submission=submission, name=file.name or "", data=read_upload(file)
                )
                made.append(photo.pk)
            except services.FormNotOpen:
                raise
            except DomainError as error:
                errors[path] = str(error.message)
        if made:
            sent.changes = [change for change in sent.changes if change.path != path]
            sent.changes.append(Change(path, [*known, *made], sent.version))
    return errors


def _settle(user: User, submission: Submission, sent: Sent) -> None:
    """Do what the button asked for beside saving: choose between two answers, close a remark."""
    if sent.act == "_settle" and (choice := choice_of(submission, sent.value)):
        services.save_answers(actor=user, submission=submission, changes=[choice], settle=True)
    elif sent.act == "_seen" and sent.value.isdecimal() and len(sent.value) < 18:
        remark = open_remark(submission, int(sent.value))
        if remark is not None:
            services.close_remark(actor=user, remark=remark)


def _tell(request: HttpRequest, clashes: Iterable[str]) -> None:
    if count := len(list(clashes)):
        text = ngettext(
            "Saved. Somebody else answered one of the questions differently meanwhile: choose between both answers.",
            "Saved. Somebody else answered %(count)d questions differently meanwhile: choose between both answers.",
            count,
        )
        messages.warning(request, text % {"count": count})
    else:
        messages.success(request, _("Saved."))


def _after(submission: Submission, sent: Sent) -> str:
    """Where one goes on: to the row or the section that the button named."""
    address = reverse("form_fill", args=[submission.programme.slug, submission.pk])
    if sent.act == "_remove" and sent.value not in submission.answers:
        return f"{address}?{urlencode({'removed': sent.value})}#r-{sent.value.partition('/')[0]}"
    if sent.act in ("_add", "_restore", "_up", "_down", "_remove"):
        return f"{address}?{urlencode({'open': sent.value})}#{id_of(sent.value)}"
    if sent.act == "_settle":
        return f"{address}#{id_of(sent.value.rpartition(':')[0])}"
    if sent.act == "_next":
        return f"{address}#{sent.value}"
    return address
