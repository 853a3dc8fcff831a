"""Pages that belong to no room: one's own jobs, the files of records, and the mark of the site."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from twinning.core import jobs as life
from twinning.core.access import DomainError
from twinning.core.attachments import visible_attachment
from twinning.core.filters import FilterForm
from twinning.core.models import Job
from twinning.core.pages import actor, page_of, visible_or_404

log = logging.getLogger(__name__)


class JobFilter(FilterForm):
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Any")), *Job.Status.choices],
        required=False,
    )


@login_not_required
@cache_control(public=True, max_age=86400)
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the mark by themselves: beside a file, an answer of the API, the page of a fault."""
    return redirect(static("img/favicon.svg"))


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    asked = JobFilter(request.GET)
    rows = Job.objects.visible_to(actor(request)).for_list()
    if status := asked.chosen.get("status"):
        rows = rows.filter(status=status)
    page = page_of(request, rows.defer("params", "result"))
    context = {"page": page, "filter": asked, "filtered": bool(status), "place": "jobs"}
    return render(request, "core/jobs.html", context)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How one's own job fares; asked by htmx, only the part that changes."""
    shown = visible_or_404(Job.objects.all(), request, pk=pk)
    context: dict[str, Any] = {"job": shown, "url": request.path, "place": "jobs"}
    template = "core/_job_progress.html" if request.htmx else "core/job.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel, and go back to the page where the button was."""
    visible_or_404(Job.objects.all(), request, pk=pk)
    try:
        life.cancel(actor=actor(request), job_id=pk)
        messages.success(request, _("The work was cancelled. Nothing of it was kept."))
    except DomainError as error:
        messages.warning(request, str(error.message))
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return redirect(before)
    return redirect("job", pk=pk)


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a record, for those who see the record; kept by browsers, asked again each time.

    It is always saved, never shown in place: nothing that somebody uploaded runs under our own address.
    """
    found = visible_attachment(actor(request), pk)
    if found is None:
        raise Http404
    etag = quote_etag(found.sha256)
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = found.file.open("rb")
        except FileNotFoundError as error:
            log.error("attachment %s has lost its file %s", found.pk, found.file.name)
            raise Http404 from error
        response = FileResponse(
            content, as_attachment=True, filename=found.name, content_type=found.media_type
        )
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    if not isinstance(response, HttpResponseNotModified):
        response["X-Content-Type-Options"] = "nosniff"
    return response
