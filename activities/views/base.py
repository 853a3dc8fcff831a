"""What the pages of the activity log do alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster
from activities.permissions import can_change
from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.queries import programme_of
from clusters.rules import Can
from twinning.core.access import require
from twinning.core.models import User
from twinning.core.pages import actor, attempt, form_page, visible_or_404

_T = TypeVar("_T")


@dataclass(frozen=True)
class FormPage:
    """The words around a form: its question, its button, and where one goes without saving."""

    heading: str
    submit: str
    cancel_url: str
    lead: str = ""
    keep: str = ""  # the words of the link that leaves things as they are
    danger: bool = False


def log_of(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    """The reader and the programme; 404 for who reads no activities there."""
    programme, user = programme_of(request, programme_slug), actor(request)
    if not grants_of(user).anywhere(Can.READ_ACTIVITIES, programme.pk):
        raise Http404
    return user, programme


def activity_of(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Activity]:
    """An activity that the reader may see, with its clusters."""
    user, programme = log_of(request, programme_slug)
    links = Prefetch("cluster_links", ActivityCluster.objects.select_related("cluster"))
    rows = Activity.objects.filter(programme=programme).prefetch_related(links)
    return user, programme, visible_or_404(rows, request, pk=pk)


def changeable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Activity]:
    """An activity that the reader may change: 404 when it is not seen, 403 when it is only read."""
    user, programme, activity = activity_of(request, programme_slug, pk)
    require(can_change(user, activity))
    return user, programme, activity


def url(name: str, programme: Programme, *args: Any) -> str:
    return reverse(name, args=[programme.slug, *args])


def with_link(words: str, address: str, label: str) -> SafeString:
    """A message that leads on: the words, then a link."""
    return format_html('{} <a href="{}">{}</a>', words, address, label)


def save_or_show(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[dict[str, Any]], _T],
    page: FormPage,
    *,
    done: str,
    then: Callable[[_T], str] | None = None,
    template: str = "activities/form.html",
    **context: Any,
) -> HttpResponse:
    """Save a sent form and go where ``then`` says, else where cancelling goes; or show what must be mended.

    ``save`` returns something that is not None.
    """
    saved = attempt(form, save) if request.method == "POST" else None
    if saved is not None:
        if done:
            messages.success(request, done)
        return redirect(then(saved) if then else page.cancel_url)
    return form_page(request, template, form, page=page, place="activities", **context)


def crumbs_of(programme: Programme, activity: Activity | None = None) -> list[tuple[str, Any]]:
    """The ancestors of a page about an activity."""
    ancestors: list[tuple[str, Any]] = [(url("activities", programme), _("Activities"))]
    if activity is not None:
        ancestors.append((url("activity", programme, activity.pk), activity.title))
    return ancestors
