"""Addresses that everybody may read, where the programme says so: no page, no sign-in, no cookie."""

from __future__ import annotations

import itertools

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from monitoring.exporters.iati import iati_file as file_of
from monitoring.models import Publication
from monitoring.permissions import can_publish
from monitoring.queries.iati_checks import publishable
from monitoring.queries.iati_records import Edition, edition_of, updated_at


def _publication(request: HttpRequest, programme_slug: str) -> Publication:
    """The publication that is open to everybody, or to who manages the programme; else 404."""
    rows = Publication.objects.select_related("programme")
    found = get_object_or_404(rows, programme__slug=programme_slug)
    if not found.is_public and not (
        request.user.is_authenticated and can_publish(request.user, found.programme)
    ):
        raise Http404
    return found


def _edition(request: HttpRequest, programme_slug: str) -> Edition:
    known: Edition | None = getattr(request, "_edition", None)
    if known is None:
        known = edition_of(_publication(request, programme_slug), timezone.now().date())
        request._edition = known  # type: ignore[attr-defined]
    return known


def _tag(request: HttpRequest, programme_slug: str) -> str | None:
    return _edition(request, programme_slug).tag


def _changed(request: HttpRequest, programme_slug: str) -> object:
    edition = _edition(request, programme_slug)
    return edition.changed if edition.tag is not None else None


@login_not_required
@require_safe
@condition(etag_func=_tag, last_modified_func=_changed)  # type: ignore[arg-type]
def iati_file(request: HttpRequest, programme_slug: str) -> HttpResponseBase:
    """The activities against which no error stands; 404 where there is none, since the standard knows no empty file."""
    found = _publication(request, programme_slug)
    activities = publishable(found)
    first = next(activities, None)
    if first is None:
        raise Http404
    response = StreamingHttpResponse(
        file_of(itertools.chain([first], activities), updated_at(found)),
        content_type="application/xml; charset=utf-8",
    )
    response["Content-Disposition"] = f'inline; filename="{found.programme.slug}-iati.xml"'
    response["Cache-Control"] = "public, no-cache" if found.is_public else "private, no-cache"
    return response
