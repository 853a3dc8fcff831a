"""The page on which a filed form is filled, with or without a script and a connection."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clusters.models import Cluster, Programme
from clusters.queries import programme_of
from diagnostics import services
from diagnostics.forms_fill.device import SCRIPTS_OF_FORM, embedded, packed, questions_of, urls_of
from diagnostics.forms_fill.offers import group_names, organisation_names
from diagnostics.forms_fill.page import MOST_OPENED, FillPage, id_of
from diagnostics.forms_fill.sent import Sent, asked_for, choice_of, read_over
from diagnostics.forms_fill.standing import Standing, open_remark, standing_of
from diagnostics.forms_fill.words import words
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.permissions import can_change
from diagnostics.rules.answers import Change, place_of
from twinning.core.access import DomainError, PermissionRefused, require
from twinning.core.attachments import read_upload
from twinning.core.models import User
from twinning.core.pages import actor, visible_or_404

# A page with this header may be kept on the device of the user that it names, and of nobody else.
KEEPER = "Field-User"


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


# The page -------------------------------------------------------------------------------------------------


def fill_page(
    request: HttpRequest,
    user: User,
    submission: Submission,
    *,
    sent: Sent | None = None,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a form as it stands, with what was sent and could not be kept."""
    version = submission.questionnaire_version
    wrong = dict(errors or {})
    opened = {*request.GET.getlist("open")[:MOST_OPENED], *(path.rpartition("/")[0] for path in wrong)}
    page = page_of(
        user,
        version,
        standing_of(submission),
        submission.cluster,
        typed={
            path: value for path, value in (sent.typed if sent else {}).items() if problem or path in wrong
        },
        errors=wrong,
        opened=frozenset(opened),
        listed_from=_listed_from(request),
    )
    urls = urls_of(submission)
    device = {
        "key": str(submission.key),
        "pk": submission.pk,
        "title": submission.title,
        "urls": urls,
    }
    removed = _removed(page, request.GET.get("removed", ""))
    context = {
        "submission": submission,
        "removed": removed,
        "removed_group": removed.partition("/")[0],
        "problem": problem,
        "detail_url": urls.get("detail", ""),
    }
    return render_fill(
        request, user, submission.programme, submission.cluster, version, page, device, context, status=status
    )


def _listed_from(request: HttpRequest) -> dict[str, int]:
    """``?from=group:50``: with which row the list of a group begins."""
    found = (re.fullmatch(r"(\w{1,60}):([0-9]{1,4})", text) for text in request.GET.getlist("from")[:10])
    return {match[1]: int(match[2]) for match in found if match}


def _removed(page: FillPage, path: str) -> str:
    """The row that was just removed, to offer it back; "" where it stands again or never did."""
    place = place_of(page.form, path)
    is_row = place is not None and place.question is None
    return path if is_row and path not in page.standing.answers else ""


def page_of(
    user: User, version: QuestionnaireVersion, standing: Standing, cluster: Cluster | None, **more: Any
) -> FillPage:
    language = user.language or translation.get_language() or ""
    return FillPage(version.form, standing, group_names(cluster), language, timezone.localdate(), **more)


def render_fill(
    request: HttpRequest,
    user: User,
    programme: Programme,
    cluster: Cluster | None,
    version: QuestionnaireVersion,
    page: FillPage,
    device: dict[str, Any],
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of a form that is filled, begun or not. ``device``: what is particular to it, for its script."""
    field_url = reverse("field", args=[programme.slug])
    data = {
        "user": user.pk,
        "programme": programme.slug,
        "language": page.language,
        "field": field_url,
        "worker": reverse("service_worker"),
        "groups": page.groups,
        "form": questions_of(page.form, page.language),
        "standing": page.standing.since(0, {}) | {"answers": packed(page.standing.answers)},
        "words": words(),
        **device,
    }
    context |= {
        "place": "diagnostics",
        "cluster": cluster,
        "version": version,
        "page": page,
        "data": embedded(data),
        "scripts": SCRIPTS_OF_FORM,
        "is_open": page.standing.is_open,
        "organisations": organisation_names(user, programme, cluster),
        "field_url": field_url,
        "key": device.get("key") or str(uuid.uuid4()),
    }
    response = render(request, "diagnostics/fill.html", context, status=status)
    if status == 200:
        response[KEEPER] = str(user.pk)
    response["Cache-Control"] = "private, no-cache"
    return response
