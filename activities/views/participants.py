"""Who took part in an activity."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activities import services
from activities.forms import (
    HeadcountForm,
    KnownPersonForm,
    NewPersonForm,
    ParticipantForm,
    ParticipationForm,
    ReasonForm,
)
from activities.models import Activity, Participation
from activities.queries import attendance
from activities.views.base import act_page, activity_of, changeable, log_of
from activities.views.detail import frame
from activities.views.edit import organisation_names
from clusters.models import Person, Programme
from clusters.permissions import can_edit_somewhere, can_read_people
from twinning.core.access import require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.models import User
from twinning.core.pages import attempt, page_of, sent, url, visible_or_404

WAYS: dict[str, type[ParticipantForm]] = {
    "known": KnownPersonForm,
    "new": NewPersonForm,
    "count": HeadcountForm,
}
MOST_NAMES = 20


@require_http_methods(["GET", "HEAD", "POST"])
def participants(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, activity = activity_of(request, programme_slug, pk)
    context = frame(user, programme, activity, "participants")
    rows = Participation.objects.visible_to(user).filter(activity=activity)
    if not context["may_read_people"] and not rows.exists():
        raise Http404
    way = request.GET.get("as", "known")
    way = way if way in WAYS else "known"
    if request.method == "POST":
        require(context["may_change"])
    form = WAYS[way](sent(request), user=user, programme=programme) if context["may_change"] else None
    if form is not None and request.method == "POST":
        added = attempt(form, lambda values: _add(user, activity, way, values))
        if added is not None:
            messages.success(request, _("Added: %(who)s") % {"who": added})
            return redirect(f"{url('participants', programme, pk)}?as={way}#who_{_first(form)}")
    context |= _list(request, user, programme, rows) | {"form": form, "way": way}
    context["may_add_organisations"] = can_edit_somewhere(user, programme)
    status = 422 if request.method == "POST" else 200
    return render(request, "activities/participants.html", context, status=status)


def _list(request: HttpRequest, user: User, programme: Programme, rows: Any) -> dict[str, Any]:
    people = rows.select_related("person", "organisation").order_by("-pk")
    return {
        "page": page_of(request, people),
        "totals": attendance(rows),
        "names": organisation_names(user, programme),
    }


def _first(form: ParticipantForm) -> str:
    """The field in which the next participant begins."""
    return next(iter(form.fields))


def _add(user: User, activity: Activity, way: str, values: dict[str, Any]) -> Participation:
    add = services.add_new_participant if way == "new" else services.add_participation
    return add(actor=user, activity=activity, **values)


def _one(
    request: HttpRequest, programme_slug: str, pk: int, row_pk: int
) -> tuple[User, Programme, Participation]:
    user, programme, activity = changeable(request, programme_slug, pk)
    rows = Participation.objects.filter(activity=activity).select_related(
        "person", "organisation", "activity"
    )
    return user, programme, visible_or_404(rows, request, pk=row_pk)


def _page(programme: Programme, row: Participation, heading: str, submit: str, **words: Any) -> FormPage:
    back = url("participants", programme, row.activity_id)
    return act_page(programme, row.activity, heading, submit, cancel_url=back, **words)


@require_http_methods(["GET", "HEAD", "POST"])
def participant_edit(request: HttpRequest, programme_slug: str, pk: int, row_pk: int) -> HttpResponse:
    user, programme, row = _one(request, programme_slug, pk, row_pk)
    form = ParticipationForm(sent(request), instance=row, user=user, programme=programme)

    def save(values: dict[str, Any]) -> Participation:
        # The total of a headcount is what its parts make.
        return services.update_participation(
            actor=user, participation=row, version=form.version, total=None, **values
        )

    return save_or_show(
        request,
        form,
        save,
        _page(programme, row, _("Change: %(who)s") % {"who": row}, _("Save participant")),
        done=_("The participant was saved."),
        template="activities/participant.html",
        names=organisation_names(user, programme),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participant_remove(request: HttpRequest, programme_slug: str, pk: int, row_pk: int) -> HttpResponse:
    user, programme, row = _one(request, programme_slug, pk, row_pk)
    form = ReasonForm(sent(request), instance=row)
    page = _page(
        programme,
        row,
        _("Take %(who)s off the list?") % {"who": row},
        _("Remove participant"),
        lead=_("The history keeps what stood there. To undo it, add the participant again."),
        keep=_("Keep the participant"),
        danger=True,
    )

    def save(values: dict[str, Any]) -> bool:
        services.remove_participation(actor=user, participation=row, **values)
        return True

    return save_or_show(request, form, save, page, done=_("The participant was removed."))


@require_safe
def person_names(request: HttpRequest, programme_slug: str) -> HttpResponse:
    """Names that begin as typed, for the list beside the field."""
    user, programme = log_of(request, programme_slug)
    require(can_read_people(user, programme))
    typed = " ".join(request.GET.get("name", "").split())[:150]
    people = Person.objects.visible_to(user).filter(programme=programme)
    found = (
        people.filter(name__icontains=typed).select_related("organisation")
        if len(typed) > 1
        else people.none()
    )
    return render(request, "activities/_person_names.html", {"people": found[:MOST_NAMES]})
