"""What the pages of results do alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Programme
from clusters.queries import programme_where
from monitoring.permissions import (
    can_measure_somewhere,
    can_read_outcomes,
    can_read_results,
    can_shape_results,
)
from twinning.core.access import DomainError, require
from twinning.core.api.throttling import ClientThrottle
from twinning.core.form_pages import Section
from twinning.core.models import User
from twinning.core.pages import actor
from twinning.core.reports import ReportKind, kind_of

RESULTS = Section("results", gettext_lazy("Results"))


def readable(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    return programme_where(request, programme_slug, can_read_results)


def shapeable(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    user, programme = readable(request, programme_slug)
    require(can_shape_results(user, programme))
    return user, programme


def scope(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    return {"reader": actor(request), "programme": programme}


def frame(user: User, programme: Programme, tab: str) -> dict[str, Any]:
    """What every page of results shows around its own content."""
    return {
        "place": "results",
        "tab": tab,
        "may_shape": can_shape_results(user, programme),
        "may_measure": can_measure_somewhere(user, programme),
        "may_read_outcomes": can_read_outcomes(user, programme),
    }


def kind_asked(request: HttpRequest, offered: Sequence[ReportKind] = ()) -> ReportKind:
    """The kind of report that the address names, else the first ``offered``; 404 for one that does not exist."""
    usual = offered[0].slug if offered else "activity-status"
    try:
        return kind_of(request.GET.get("kind", usual))
    except DomainError as error:
        raise Http404 from error


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number in the address, None where it is not given; 404 for anything else."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 12:
        raise Http404
    return int(text)


def held_back(request: HttpRequest) -> HttpResponse | None:
    """The answer to an address that asks too often of what is open without signing in: the rate is that of the API."""
    throttle = ClientThrottle()
    if throttle.allow_address(request):
        return None
    words = _("Too many requests. Wait a minute, then try again.")
    headers = {"Retry-After": str(int(throttle.wait()) + 1)}
    return HttpResponse(f"{words}\n", status=429, content_type="text/plain", headers=headers)
