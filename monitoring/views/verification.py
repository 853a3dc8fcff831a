"""Verifying a copy of a report by its code: open to everybody, without signing in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from monitoring.forms.verification import CodeForm, CopyForm
from monitoring.models import Report
from monitoring.queries.verification import match_of, report_of, verified
from monitoring.views.base import held_back
from twinning.core.pages import sent
from twinning.core.report_codes import grouped
from twinning.core.uploads import HashingHandler

# More than any report: it is hashed as it comes in and never lies in memory or on disk.
MOST_BYTES = 200 * 1024 * 1024


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The form for a code; a code that it can read leads to the page of the report."""
    if held := held_back(request):
        return held
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verify_report", grouped(form.cleaned_data["code"]))
    return render(request, "monitoring/public/verify.html", {"form": form})


@csrf_exempt  # only until the upload handler is set, which must be before the token is looked for
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_report(request: HttpRequest, code: str) -> HttpResponse:
    if held := held_back(request):
        return held
    handler = HashingHandler(MOST_BYTES)
    request.upload_handlers = [handler]
    response = _verify(request, code, handler)
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_protect
def _verify(request: HttpRequest, code: str, handler: HashingHandler) -> HttpResponse:
    found = report_of(code)
    if found is None:
        return _nothing(request, code)
    if request.method != "POST" and code != grouped(found.code):
        return redirect("verify_report", grouped(found.code))
    return _told(request, found, handler)


def _nothing(request: HttpRequest, code: str) -> HttpResponse:
    form = CodeForm({"code": code})
    if form.is_valid():
        form.add_error(
            "code", _("There is no report with this code. Compare it with the first page once more.")
        )
    return render(request, "monitoring/public/verify.html", {"form": form}, status=404)


def _told(request: HttpRequest, found: Report, handler: HashingHandler) -> HttpResponse:
    reader = request.user if request.user.is_authenticated else None
    data = sent(request)  # read first: whether the file is too large is known once it came in
    form = CopyForm(data, request.FILES if data is not None else None, too_large=handler.too_large)
    context = {"form": form, "shown": verified(found, reader), "match": None}
    status = 200
    if form.is_bound:
        if form.is_valid():
            context["match"] = match_of(found, form.cleaned_data["sha256"])
        else:
            status = 422
    return render(request, "monitoring/public/verify_report.html", context, status=status)
