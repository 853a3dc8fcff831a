"""What the pages of the activity log do alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, ActivityCluster
from activities.permissions import can_change
from clusters.models import Programme
from clusters.permissions import can_read_activities
from clusters.queries import programme_where
from twinning.core.access import require
from twinning.core.form_pages import Crumb, FormPage, Section
from twinning.core.models import User
from twinning.core.pages import url, visible_or_404

LOG = Section("activities", _("Activities"))


def log_of(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    """The reader and the programme; 404 for who reads no activities there."""
    return programme_where(request, programme_slug, can_read_activities)


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


def crumb_of(programme: Programme, activity: Activity) -> Crumb:
    return Truncator(activity.title).chars(60), url("activity", programme, activity.pk)


def crumbs_of(programme: Programme, activity: Activity | None = None) -> list[Crumb]:
    """The ancestors of a page about an activity."""
    return LOG.crumbs(programme, *([crumb_of(programme, activity)] if activity else []))


def act_page(programme: Programme, activity: Activity, heading: str, submit: str, **fields: Any) -> FormPage:
    """The page of an act on an activity, from which one goes back to it."""
    return LOG.page(programme, heading, submit, crumb_of(programme, activity), draft=False, **fields)
