"""The steering committee: its meetings, and what it decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.programmes import DecisionForm, MeetingForm
from clusters.models import Cluster, Programme, SteeringMeeting
from clusters.permissions import can_manage, can_read_committee, can_read_history
from clusters.queries import meeting_lines, programme_where, selections_of
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section, save_or_show
from twinning.core.models import User
from twinning.core.pages import page_of, sent, url, visible_or_404
from twinning.core.queries import history_of

_SECTION = Section("committee", gettext_lazy("Committee"))


def _reading(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    return programme_where(request, programme_slug, can_read_committee)


@require_safe
def committee(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _reading(request, programme_slug)
    rows = SteeringMeeting.objects.visible_to(user).filter(programme=programme).order_by("-number")
    page = page_of(request, rows, 20)
    clusters = Cluster.objects.filter(programme=programme)[:100]
    found = selections_of(clusters, user)
    context = {
        "place": "committee",
        "page": page,
        "meetings": meeting_lines(page.object_list),
        "selections": [(cluster, found[cluster.pk]) for cluster in clusters if cluster.pk in found],
        "may_manage": can_manage(user, programme),
    }
    return render(request, "clusters/committee.html", context)


def _meeting(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, SteeringMeeting]:
    user, programme = _reading(request, programme_slug)
    rows = SteeringMeeting.objects.filter(programme=programme)
    return user, programme, visible_or_404(rows, request, pk=pk)


@require_safe
def meeting(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _meeting(request, programme_slug, pk)
    context = {
        "place": "committee",
        "meeting": meeting_lines([shown])[0],
        "may_manage": can_manage(user, programme),
        "changes": history_of(shown, 30, reader=user) if can_read_history(user, programme) else None,
    }
    return render(request, "clusters/meeting.html", context)


def _page(
    programme: Programme, heading: str, submit: str, meeting: SteeringMeeting | None = None
) -> FormPage:
    ancestors = [(str(meeting), url("meeting", programme, meeting.pk))] if meeting else []
    return _SECTION.page(programme, heading, submit, *ancestors)


@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = _reading(request, programme_slug)
    require(can_manage(user, programme))
    form = MeetingForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.add_meeting(actor=user, programme=programme, **values),
        _page(programme, _("Add a meeting"), _("Add meeting")),
        done=_("The meeting was added."),
        then=lambda made: url("meeting", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _meeting(request, programme_slug, pk)
    require(can_manage(user, programme))
    form = MeetingForm(sent(request), instance=shown, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_meeting(actor=user, meeting=shown, version=form.version, **values),
        _page(programme, _("Edit the meeting"), _("Save meeting"), shown),
        done=_("The meeting was saved."),
    )


@require_http_methods(["GET", "POST"])
def decision_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _meeting(request, programme_slug, pk)
    require(can_manage(user, programme))
    form = DecisionForm(sent(request), **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.record_decision(actor=user, meeting=shown, **values),
        _page(programme, _("Record a decision"), _("Record decision"), shown),
        done=_("The decision was recorded. A later one can supersede it; it is not edited."),
    )
