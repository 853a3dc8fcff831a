"""The forms that were filed: their list, one of them, beginning one, what it is about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from diagnostics import services
from diagnostics.forms import AboutForm, FiledFilter, NewForm
from diagnostics.models import Submission
from diagnostics.permissions import can_change, can_decide, can_file_somewhere, can_read_history, can_remark
from diagnostics.queries import filed_line, filed_sections, history_for, study_state
from diagnostics.queries.filed import editions_of, remarks_on_the_whole, status_word
from diagnostics.views.base import DIAGNOSTICS, act_page, changeable, form_of, room_of
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.pages import page_of, sent, sorted_by, url

_SORTS: dict[str, str | tuple[str, ...]] = {"title": "title", "status": "status", "changed": "updated_at"}


@require_safe
def diagnostics(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    asked = FiledFilter(request.GET, user=user, programme=programme)
    rows = asked.rows(Submission.objects.visible_to(user).filter(programme=programme).for_list())
    page = page_of(request, sorted_by(request, rows, _SORTS, "-changed"))
    context = {
        "place": "diagnostics",
        "filter": asked,
        "page": page,
        "lines": [filed_line(one) for one in page],
        "may_file": can_file_somewhere(user, programme),
        "filtered": bool(request.GET.keys() - {"page", "sort"}),
    }
    return render(request, "diagnostics/list.html", context)


@require_safe
def filed_form(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, submission = form_of(request, programme_slug, pk)
    context = {
        "place": "diagnostics",
        "cluster": submission.cluster,
        "submission": submission,
        "word": status_word(submission.status),
        "filed": filed_sections(user, submission, get_language() or ""),
        "state": study_state(submission),
        "remarks": remarks_on_the_whole(submission),
        "editions": editions_of(user, submission),
        "may_change": can_change(user, submission),
        "may_decide": can_decide(user, submission),
        "may_remark": can_remark(user, submission)
        and submission.status in ("submitted", "returned", "draft"),
        "changes": history_for(user, submission) if can_read_history(user, submission) else None,
    }
    return render(request, "diagnostics/filed.html", context)


@require_http_methods(["GET", "POST"])
def form_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    require(can_file_somewhere(user, programme))
    initial = {"cluster": request.GET.get("cluster"), "version": request.GET.get("version")}
    form = NewForm(sent(request), user=user, programme=programme, initial=initial)
    return save_or_show(
        request,
        form,
        lambda values: services.start(actor=user, programme=programme, **values),
        DIAGNOSTICS.page(programme, _("Begin a form"), _("Begin")),
        done="",
        then=lambda made: url("form_fill", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def form_about(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, submission = changeable(request, programme_slug, pk)
    form = AboutForm(sent(request), instance=submission, user=user, programme=programme)
    return save_or_show(
        request,
        form,
        lambda values: services.rename(actor=user, submission=submission, version=form.version, **values),
        act_page(programme, submission, _("What this form is about"), _("Save"), draft=True),
        done=_("It was saved."),
    )
