"""The page of a form that is filled, begun or not: what stands in it, and what its script is given."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from clusters.models import Cluster, Programme
from diagnostics.forms_fill.device import SCRIPTS_OF_FORM, embedded, packed, questions_of, urls_of
from diagnostics.forms_fill.offers import group_names, organisation_names
from diagnostics.forms_fill.page import MOST_OPENED, FillPage, id_of
from diagnostics.forms_fill.sent import Sent
from diagnostics.forms_fill.standing import Standing, standing_of
from diagnostics.forms_fill.words import words
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.rules.answers import place_of
from twinning.core.models import User

# A page with this header may be kept on the device of the user that it names, and of nobody else.
KEEPER = "Field-User"


@dataclass(frozen=True, slots=True)
class Filling:
    """Who fills what: ``device`` is what is particular to the form, for its script."""

    user: User
    programme: Programme
    cluster: Cluster | None
    version: QuestionnaireVersion
    page: FillPage
    device: dict[str, Any]


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
    page = _page_of_form(request, user, submission, sent, dict(errors or {}), keep_all=bool(problem))
    urls = urls_of(submission)
    device = {"key": str(submission.key), "pk": submission.pk, "title": submission.title, "urls": urls}
    removed = _removed(page, request.GET.get("removed", ""))
    context = {"submission": submission, "removed": removed, "removed_group": removed.partition("/")[0]}
    context |= {"problem": problem, "detail_url": urls.get("detail", "")}
    version = submission.questionnaire_version
    filling = Filling(user, submission.programme, submission.cluster, version, page, device)
    return render_fill(request, filling, context, status=status)


def address_in_form(submission: Submission, path: str) -> str:
    """Where the question, row or group at a path stands on the page that fills the form."""
    address = reverse("form_fill", args=[submission.programme.slug, submission.pk])
    place = place_of(submission.questionnaire_version.form, path)
    if place is None:
        return f"{address}#r-{path}"
    opened = f"?{urlencode({'open': path.rpartition('/')[0]})}" if place.repeat and place.question else ""
    return f"{address}{opened}#{id_of(path)}"


def _page_of_form(
    request: HttpRequest,
    user: User,
    submission: Submission,
    sent: Sent | None,
    wrong: dict[str, str],
    *,
    keep_all: bool,
) -> FillPage:
    opened = {*request.GET.getlist("open")[:MOST_OPENED], *(path.rpartition("/")[0] for path in wrong)}
    typed = sent.typed if sent else {}
    return page_of(
        user,
        submission.questionnaire_version,
        standing_of(submission),
        submission.cluster,
        typed={path: value for path, value in typed.items() if keep_all or path in wrong},
        errors=wrong,
        opened=frozenset(opened),
        listed_from=_listed_from(request),
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
    request: HttpRequest, filling: Filling, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    field_url = reverse("field", args=[filling.programme.slug])
    context |= {
        "place": "diagnostics",
        "cluster": filling.cluster,
        "version": filling.version,
        "page": filling.page,
        "data": embedded(_for_script(filling, field_url)),
        "scripts": SCRIPTS_OF_FORM,
        "is_open": filling.page.standing.is_open,
        "organisations": organisation_names(filling.user, filling.programme, filling.cluster),
        "field_url": field_url,
        "key": filling.device.get("key") or str(uuid.uuid4()),
    }
    response = render(request, "diagnostics/fill.html", context, status=status)
    if status == 200:
        response[KEEPER] = str(filling.user.pk)
    response["Cache-Control"] = "private, no-cache"
    return response


def _for_script(filling: Filling, field_url: str) -> dict[str, Any]:
    page = filling.page
    return {
        "user": filling.user.pk,
        "programme": filling.programme.slug,
        "language": page.language,
        "field": field_url,
        "worker": reverse("service_worker"),
        "login": reverse("account_login"),
        "files": reverse("attachment", args=[0]).removesuffix("0"),  # and the number of the file
        "groups": page.groups,
        "form": questions_of(page.form, page.language),
        "standing": page.standing.since(0, {}) | {"answers": packed(page.standing.answers)},
        "words": words(),
        **filling.device,
    }
