"""One activity: its facts, its evidence, its history, and with whom it is perhaps one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import services
from activities.forms import EvidenceForm
from activities.models import Activity
from activities.permissions import can_change, can_read_history, can_read_participants
from activities.queries import (
    STATUS_KINDS,
    in_words,
    log_row,
    organisations_of,
    reasons_in_words,
    same_events,
    segments_of,
    told_apart,
)
from activities.views.base import act_page, activity_of, changeable, crumbs_of
from clusters.models import Programme
from twinning.core.form_pages import save_or_show
from twinning.core.models import Attachment, User
from twinning.core.pages import ActForm, attempt, sent, today, url
from twinning.core.queries import history_of


def frame(user: User, programme: Programme, activity: Activity, tab: str) -> dict[str, Any]:
    """What every page of one activity shows: its name, its tabs and what the reader may do."""
    places = list(activity.cluster_links.all())
    return {
        "place": "activities",
        "activity": activity,
        "row": log_row(activity, today()),
        "cluster": places[0].cluster if len(places) == 1 else None,
        "crumbs": crumbs_of(programme),
        "tab": tab,
        "may_change": can_change(user, activity),
        "may_read_people": can_read_participants(user, activity),
        "may_read_history": can_read_history(user, activity),
    }


@require_safe
def activity(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = activity_of(request, programme_slug, pk)
    return render(request, "activities/activity.html", detail_context(user, programme, shown))


def detail_context(user: User, programme: Programme, shown: Activity) -> dict[str, Any]:
    context = frame(user, programme, shown, "activity")
    reading = shown.reading if shown.period_reading else None
    return context | {
        "status_kinds": STATUS_KINDS,
        "reading": in_words(segments_of(shown)),
        "reasons": reasons_in_words(reading.reasons) if reading else [],
        "links": list(shown.cluster_links.all()),
        "organisations": organisations_of(user, shown),
        "files": list(Attachment.objects.of(shown)[:200]) if context["may_read_people"] else None,
        "evidence_form": EvidenceForm(auto_id="evidence_%s") if context["may_change"] else None,
        "proposals": same_events(user, shown, today()) if context["may_change"] else [],
        "told_apart": told_apart(user, shown, today()) if context["may_change"] else [],
    }


@require_safe
def activity_history(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = activity_of(request, programme_slug, pk)
    context = frame(user, programme, shown, "history")
    if not context["may_read_history"]:
        return render(request, "404.html", status=404)
    context["changes"] = history_of(shown, 100, reader=user)
    return render(request, "activities/history.html", context)


@require_http_methods(["POST"])
def evidence_new(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = changeable(request, programme_slug, pk)
    form = EvidenceForm(request.POST, request.FILES, auto_id="evidence_%s")

    def save(values: dict[str, Any]) -> Attachment:
        return services.add_evidence(
            actor=user, activity=shown, upload=values["file"], description=values["description"]
        )

    kept = attempt(form, save)
    if kept is not None:
        messages.success(request, _("“%(name)s” is kept with the activity.") % {"name": kept.name})
        return redirect(f"{url('activity', programme, pk)}#evidence")
    context = detail_context(user, programme, shown) | {"evidence_form": form, "form": form}
    return render(request, "activities/activity.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_remove(request: HttpRequest, programme_slug: str, pk: int, attachment_pk: int) -> HttpResponse:
    user, programme, shown = changeable(request, programme_slug, pk)
    attachment = get_object_or_404(Attachment.objects.of(shown), pk=attachment_pk)
    form = ActForm(sent(request), instance=shown)
    page = act_page(
        programme,
        shown,
        _("Take “%(name)s” off this activity?") % {"name": attachment.name},
        _("Remove file"),
        lead=_("It is not shown any more. What history says of it stays."),
        danger=True,
    )

    def save(_values: dict[str, Any]) -> bool:
        services.remove_evidence(actor=user, activity=shown, attachment=attachment)
        return True

    return save_or_show(request, form, save, page, done=_("The file was removed."))
