"""A programme's public page: the decision to open it, and what everybody then sees without signing in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from monitoring import services
from monitoring.exporters.results import data_package, open_csv
from monitoring.forms.public import ClosePublicPageForm, PublicPageForm
from monitoring.models import PublicPage
from monitoring.permissions import can_open_to_all
from monitoring.pictures import map_legend, open_marks, page_map
from monitoring.queries.public import KEPT_SECONDS, OpenProgramme, open_programme, public_page_of
from monitoring.views.base import held_back, readable, scope
from twinning.core.access import require
from twinning.core.form_pages import Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import sent, url

_SECTION = Section("programme_portfolio", gettext_lazy("Portfolio"))
Answer = Callable[..., HttpResponse]


# The decision ------------------------------------------------------------------------------------------------


def _managed(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    user, programme = readable(request, programme_slug)
    require(can_open_to_all(user, programme))
    return user, programme


@require_http_methods(["GET", "POST"])
def public_page(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _managed(request, programme_slug)
    stands = public_page_of(programme)
    form = PublicPageForm(sent(request), instance=stands, **scope(request, programme))
    is_open = stands is not None and stands.is_open
    heading = _("The public page") if is_open else _("Open a public page?")
    words = _(
        "Everybody sees, without signing in: this introduction, the clusters, the results to date and the agreements"
        " between bodies. Nobody sees counts of fewer than three firms or persons, money of fewer than three firms,"
        " names of people or firms, or reports."
    )
    page = _SECTION.page(
        programme, heading, _("Save the page") if is_open else _("Open the page"), words=words
    )
    return save_or_show(
        request,
        form,
        lambda values: services.open_public_page(
            actor=user, programme=programme, version=form.version if stands else None, **values
        ),
        page,
        done=_("The public page is open."),
    )


@require_http_methods(["GET", "POST"])
def public_page_close(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _managed(request, programme_slug)
    stands = get_object_or_404(PublicPage.objects.open(), programme=programme)
    form = ClosePublicPageForm(sent(request), instance=stands, **scope(request, programme))
    page = _SECTION.page(
        programme,
        _("Close the public page?"),
        _("Close the page"),
        (_("The public page"), url("public_page", programme)),
        words=_("Its address answers that there is nothing. Its introduction stays, to be opened again."),
        keep=_("Leave it open"),
        cancel_url=url("programme_portfolio", programme),
        danger=True,
    )
    return save_or_show(
        request,
        form,
        lambda values: services.close_public_page(actor=user, page=stands, version=form.version, **values),
        page,
        done=_("The public page is closed."),
    )


# What everybody sees -----------------------------------------------------------------------------------------


def _open_to_all(view: Callable[[HttpRequest, OpenProgramme], HttpResponse]) -> Answer:
    """Held to the rate of the API by address, kept by caches for a while, asked again by its ETag."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, programme_slug: str) -> HttpResponse:
        if held := held_back(request):
            return held
        found = open_programme(programme_slug)
        if found is None:
            raise Http404
        etag = quote_etag(f"{found.slug}-{found.made_at.timestamp()}")
        response: Any = get_conditional_response(request, etag=etag) or view(request, found)
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        return response  # type: ignore[no-any-return]

    return answer


@_open_to_all
def open_page(request: HttpRequest, found: OpenProgramme) -> HttpResponse:
    context = {"open": found, "map": page_map(open_marks(found.clusters)), "legend": map_legend()}
    return render(request, "monitoring/public/page.html", context)


@_open_to_all
def open_results_csv(request: HttpRequest, found: OpenProgramme) -> HttpResponse:
    response = HttpResponse(open_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-results.csv"'
    return response


@_open_to_all
def open_results_json(request: HttpRequest, found: OpenProgramme) -> HttpResponse:
    """The data package of the figures: ``datapackage.json`` of Frictionless Data, with their schema."""
    address = f"{settings.SITE_URL}{reverse('open_programme', args=[found.slug])}"
    package = orjson.dumps(data_package(found, address), option=orjson.OPT_INDENT_2)
    return HttpResponse(package, content_type="application/json")
