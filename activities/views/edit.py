"""Logging with all fields, changing, dating, removing and putting back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import services
from activities.forms import ActivityForm, PartFormSet, PeriodForm, ReasonForm, parts_of
from activities.models import Activity
from activities.permissions import can_log_somewhere
from activities.queries import doubtful_of, log_row, reading_view, with_places
from activities.views.base import LOG, act_page, changeable, crumbs_of, log_of
from activities.views.log import tell_logged
from clusters.models import Organisation, Programme
from clusters.queries import MOST_OFFERED, are_looked_up, clusters_where
from clusters.rules import Can
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, actor, attempt, form_page, page_of, sent, today, url, with_link


def organisation_names(user: User, programme: Programme) -> list[str]:
    """Organisations to offer while a name is typed; none where they are looked up."""
    if are_looked_up(user, programme):
        return []
    rows = Organisation.objects.visible_to(user).filter(programme=programme)
    return list(rows.order_by("name").values_list("name", flat=True)[:MOST_OFFERED])


def _parts(request: HttpRequest, user: User, programme: Programme) -> Any:
    scope = {"user": user, "programme": programme}
    return PartFormSet(sent(request), prefix="parts", form_kwargs=scope)


def _named(request: HttpRequest, user: User, programme: Programme) -> list[str]:
    """The clusters that the address names, else the only one in which the person logs."""
    own = clusters_where(user, programme, Can.LOG)
    return request.GET.getlist("cluster_id") or [str(cluster.pk) for cluster in own if len(own) == 1]


@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = log_of(request, programme_slug)
    require(can_log_somewhere(user, programme))
    initial = {"clusters": _named(request, user, programme), "title": request.GET.get("title", "")}
    form = ActivityForm(sent(request), user=user, programme=programme, initial=initial)
    parts = _parts(request, user, programme)

    def save(values: dict[str, Any]) -> Activity:
        del values["released"]
        involved = parts_of(parts)
        return services.log_activity(actor=user, programme=programme, organisations=involved, **values)

    logged = attempt(form, save) if request.method == "POST" and parts.is_valid() else None
    if logged is not None:
        tell_logged(request, programme, logged)
        return redirect(url("activity", programme, logged.pk))
    return _entry(request, user, programme, form, parts, None)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, activity = changeable(request, programme_slug, pk)
    form = ActivityForm(sent(request), user=user, programme=programme, instance=activity)
    parts = _parts(request, user, programme)

    def save(values: dict[str, Any]) -> Activity:
        return services.update_activity(
            actor=user, activity=activity, version=form.version, organisations=parts_of(parts), **values
        )

    saved = attempt(form, save) if request.method == "POST" and parts.is_valid() else None
    if saved is not None:
        messages.success(request, _("The activity was saved."))
        return redirect(url("activity", programme, pk))
    return _entry(request, user, programme, form, parts, activity)


def _entry(
    request: HttpRequest,
    user: User,
    programme: Programme,
    form: ActivityForm,
    parts: Any,
    activity: Activity | None,
) -> HttpResponse:
    if request.method == "POST":
        form.is_valid()
    return form_page(
        request,
        "activities/entry.html",
        form,
        parts=parts,
        activity=activity,
        crumbs=crumbs_of(programme, activity),
        names=organisation_names(user, programme),
        record_url=url("activity", programme, activity.pk) if activity else "",
        place="activities",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activity_period(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Say how a period is to be read; with ?queue=1 the next doubtful one follows."""
    user, programme, activity = changeable(request, programme_slug, pk)
    view = reading_view(activity.reading)
    in_queue = request.GET.get("queue") == "1"
    form = PeriodForm(sent(request), instance=activity, view=view)

    def save(values: dict[str, Any]) -> Activity:
        return services.confirm_period(actor=user, activity=activity, version=form.version, **values)

    onward = _onward(user, programme, pk, in_queue)
    heading = _("How is this period to be read?")
    return save_or_show(
        request,
        form,
        save,
        act_page(programme, activity, heading, _("Save the reading"), cancel_url=onward),
        done=_("The reading is confirmed. The text stays as it was written."),
        template="activities/period.html",
        activity=activity,
        view=view,
        row=log_row(activity, today()),
        in_queue=in_queue,
    )


def _onward(user: User, programme: Programme, pk: int, in_queue: bool) -> str:
    """Where one goes from a period: to the next doubtful one, from the last one back to the list of them."""
    if not in_queue:
        return url("activity", programme, pk)
    doubtful = doubtful_of(user, programme)
    following = doubtful.filter(pk__gt=pk).first() or doubtful.exclude(pk=pk).first()
    if following is None:
        return url("doubtful_periods", programme)
    return f"{url('activity_period', programme, following.pk)}?queue=1"


@require_safe
def doubtful_periods(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """The queue of periods whose reading waits for a person."""
    user, programme = log_of(request, programme_slug)
    require(can_log_somewhere(user, programme))
    page = page_of(request, with_places(doubtful_of(user, programme)))
    lines = [(log_row(activity, today()), reading_view(activity.reading)) for activity in page.object_list]
    context = {"page": page, "lines": lines, "crumbs": crumbs_of(programme), "place": "activities"}
    return render(request, "activities/doubtful.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_remove(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, activity = changeable(request, programme_slug, pk)
    form = ReasonForm(sent(request), instance=activity)
    page = act_page(
        programme,
        activity,
        _("Take this activity out of the log?"),
        _("Remove activity"),
        lead=_("Its participants, files and history are kept with it. You can put it back at any time."),
        danger=True,
    )

    def save(values: dict[str, Any]) -> Activity:
        return services.remove_activity(actor=user, activity=activity, version=form.version, **values)

    def then(gone: Activity) -> str:
        back = url("activity_restore", programme, pk)
        words = _("“%(title)s” was removed.") % {"title": gone.title}
        messages.success(request, with_link(words, back, _("Put it back")))
        return url("activities", programme)

    return save_or_show(request, form, save, page, done="", then=then)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_restore(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """Put back what was removed, or part again what was made one with another."""
    user, programme = log_of(request, programme_slug)
    removed = Activity.objects.removed_for(actor(request)).filter(programme=programme)
    activity = get_object_or_404(removed, pk=pk)
    form = ActForm(sent(request), instance=activity)
    page = LOG.page(
        programme,
        _("Put this activity back into the log?"),
        _("Put it back"),
        lead=_("It returns to the lists of its clusters with all that belonged to it."),
        about=activity.title,
        draft=False,
    )

    def save(_values: dict[str, Any]) -> Activity:
        if activity.merged_into_id:
            return services.undo_merge(actor=user, other=activity)
        return services.restore_activity(actor=user, activity=activity)

    done = _("It is in the log again.")
    return save_or_show(
        request, form, save, page, done=done, then=lambda back: url("activity", programme, back.pk)
    )


@require_safe
def removed_activities(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = log_of(request, programme_slug)
    require(can_log_somewhere(user, programme))
    rows = Activity.objects.removed_for(user).filter(programme=programme).select_related("merged_into")
    page = page_of(request, rows.order_by("-removed_at", "-pk"))
    context = {"page": page, "crumbs": crumbs_of(programme), "place": "activities"}
    return render(request, "activities/removed.html", context)
