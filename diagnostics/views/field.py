"""Forms without a connection: what is kept on the device, and blank forms to begin there."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Cluster, Programme
from clusters.queries import programme_of
from diagnostics.forms_fill.device import SCRIPTS_OF_LIST, embedded, urls_of
from diagnostics.forms_fill.offers import NO_CLUSTER, blanks_for, needs_of, open_forms
from diagnostics.forms_fill.requests import Create
from diagnostics.forms_fill.sent import read
from diagnostics.forms_fill.standing import blank_standing
from diagnostics.forms_fill.words import words
from diagnostics.models import QuestionnaireVersion
from diagnostics.permissions import can_file, can_file_somewhere
from diagnostics.views.devices import begin
from diagnostics.views.fill import save_whole
from diagnostics.views.filling import KEEPER, Filling, page_of, render_fill
from twinning.core.access import DomainError, PermissionRefused, require
from twinning.core.pages import actor, visible_or_404


@require_safe
def field(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """On this device: what is kept, what waits, what may be begun."""
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_file_somewhere(user, programme))
    forms = open_forms(user, programme)
    data = {
        "user": user.pk,
        "programme": programme.slug,
        "field": request.path,
        "words": words(),
        "worker": reverse("service_worker"),
    }
    context = {
        "place": "diagnostics",
        "forms": [(form, urls_of(form)["fill"]) for form in forms],
        "blanks": blanks_for(user, programme),
        "data": embedded(data),
        "scripts": SCRIPTS_OF_LIST,
    }
    response = render(request, "diagnostics/field.html", context)
    response[KEEPER] = str(user.pk)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def form_blank(request: HttpRequest, programme_slug: str, questionnaire: str, cluster: str) -> HttpResponse:
    """A form that is not begun yet. A script begins it on the device; without one it is begun when it is first sent."""
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_file_somewhere(user, programme))
    rows = QuestionnaireVersion.objects.current().select_related("questionnaire")
    version = visible_or_404(rows, request, questionnaire__slug=questionnaire)
    found = _cluster(request, programme, cluster)
    require(can_file(user, programme, found))
    own = version.questionnaire.programme_id
    if (own is not None and own != programme.pk) or (found is None and needs_of(version).of_cluster):
        raise Http404
    if request.method == "POST":
        return _begin_plainly(request, programme, version, found)
    return _blank_page(request, programme, version, found)


def _cluster(request: HttpRequest, programme: Programme, slug: str) -> Cluster | None:
    if slug == NO_CLUSTER:
        return None
    return visible_or_404(Cluster.objects.filter(programme=programme), request, slug=slug)


def _begin_plainly(
    request: HttpRequest, programme: Programme, version: QuestionnaireVersion, cluster: Cluster | None
) -> HttpResponse:
    """Begin the form, and save what was typed in it at once."""
    try:
        key = uuid.UUID(request.POST.get("_key", ""))
    except ValueError:
        key = uuid.uuid4()
    about = request.POST.get("_about", "").strip()[:200]
    wanted = Create(key, version.questionnaire.slug, version.number, "", about, "")
    try:
        submission = begin(actor(request), programme, version, cluster, wanted)
    except PermissionRefused:
        raise
    except DomainError as error:
        return _blank_page(request, programme, version, cluster, problem=str(error.message))
    return save_whole(request, actor(request), submission)


def _blank_page(
    request: HttpRequest,
    programme: Programme,
    version: QuestionnaireVersion,
    cluster: Cluster | None,
    *,
    problem: str = "",
) -> HttpResponse:
    user = actor(request)
    typed = read(version.form, {}, 0, request.POST, request.FILES).typed if problem else {}
    page = page_of(user, version, blank_standing(version), cluster, typed=typed)
    device = _device_of(programme, version, cluster)
    context = {"problem": problem, "of_firm": device["of_firm"]}
    context |= {"about": request.POST.get("_about", "") if problem else ""}
    filling = Filling(user, programme, cluster, version, page, device)
    return render_fill(request, filling, context, status=422 if problem else 200)


def _device_of(
    programme: Programme, version: QuestionnaireVersion, cluster: Cluster | None
) -> dict[str, Any]:
    names = [version.questionnaire.slug, cluster.slug if cluster else NO_CLUSTER]
    urls = {
        "blank": reverse("form_blank", args=[programme.slug, *names]),
        "create": reverse("form_create", args=[programme.slug]),
    }
    return {
        "urls": urls,
        "title": f"{version.questionnaire}: {cluster}" if cluster else str(version.questionnaire),
        "create": {"questionnaire": names[0], "number": version.number, "cluster": names[1]},
        "of_firm": needs_of(version).of_firm,
    }
