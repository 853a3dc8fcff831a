"""One event in the lists of several clusters: joining, merging and parting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import services
from activities.forms import ClusterChoiceForm
from activities.models import Activity
from activities.queries import log_row
from activities.views.base import act_page, changeable
from clusters.models import Cluster, Programme
from twinning.core.form_pages import save_or_show
from twinning.core.models import User
from twinning.core.pages import ActForm, sent, today, url, with_link


@require_http_methods(["GET", "HEAD", "POST"])
def activity_join(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    """List the activity in one more cluster."""
    user, programme, activity = changeable(request, programme_slug, pk)
    listed = [link.cluster_id for link in activity.cluster_links.all()]
    others = list(Cluster.objects.filter(programme=programme).exclude(pk__in=listed))
    form = ClusterChoiceForm(sent(request), instance=activity, clusters=others)
    lead = _("It stays one activity, is listed in each of its clusters and counts once in the programme.")
    heading = _("List it in another cluster too")
    page = act_page(programme, activity, heading, _("Make it a joint event"), lead=lead)

    def save(values: dict[str, Any]) -> Any:
        return services.add_cluster(actor=user, activity=activity, cluster=values["cluster"])

    return save_or_show(request, form, save, page, done=_("It is a joint event now."))


@require_http_methods(["GET", "HEAD", "POST"])
def activity_split(request: HttpRequest, programme_slug: str, pk: int, cluster_slug: str) -> HttpResponse:
    """Give one cluster a record of its own again."""
    user, programme, activity = changeable(request, programme_slug, pk)
    links = {link.cluster.slug: link.cluster for link in activity.cluster_links.all()}
    if cluster_slug not in links or len(links) < 2:
        raise Http404
    cluster = links[cluster_slug]
    form = ActForm(sent(request), instance=activity)
    page = act_page(
        programme,
        activity,
        _("List it in %(cluster)s as an activity of its own?") % {"cluster": cluster.name},
        _("Part them"),
        lead=_("The new one takes the number and the words of that list. Participants and files stay here."),
        keep=_("Leave it joint"),
    )

    def save(_values: dict[str, Any]) -> Activity:
        return services.split_joint(actor=user, activity=activity, cluster=cluster, version=form.version)

    done = _("They are two activities now; this is the new one.")
    return save_or_show(request, form, save, page, done=done, then=_record(programme))


def _record(programme: Programme) -> Callable[[Activity], str]:
    return lambda activity: url("activity", programme, activity.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_merge(request: HttpRequest, programme_slug: str, pk: int, other_pk: int) -> HttpResponse:
    """Make two records of one event one; the address names the one that is kept first."""
    user, programme, keep, other = _pair(request, programme_slug, pk, other_pk)
    form = ActForm(sent(request), instance=keep)
    page = act_page(programme, keep, _("Are these one event?"), _("Make them one"), keep=_("Keep both"))

    def save(_values: dict[str, Any]) -> Activity:
        return services.merge_joint(actor=user, keep=keep, other=other, version=form.version)

    def then(kept: Activity) -> str:
        undo = url("activity_restore", programme, other_pk)
        messages.success(request, with_link(_("They are one activity now."), undo, _("Part them again")))
        return url("activity", programme, kept.pk)

    rows = [log_row(keep, today()), log_row(other, today())]
    return save_or_show(
        request, form, save, page, done="", then=then, template="activities/merge.html", rows=rows
    )


def _pair(
    request: HttpRequest, programme_slug: str, pk: int, other_pk: int
) -> tuple[User, Programme, Activity, Activity]:
    """Two activities that the reader may both change."""
    user, programme, one = changeable(request, programme_slug, pk)
    _user, _programme, other = changeable(request, programme_slug, other_pk)
    if one.pk == other.pk:
        raise Http404
    return user, programme, one, other


@require_POST
def activity_apart(request: HttpRequest, programme_slug: str, pk: int, other_pk: int) -> HttpResponse:
    """Say that what is proposed as one event are two; the page of the first offers to take it back."""
    user, programme, activity, other = _pair(request, programme_slug, pk, other_pk)
    services.tell_apart(actor=user, activity=activity, other=other)
    here = url("activity", programme, pk)
    words = _("“%(title)s” is another event and is not proposed again.") % {"title": other.title}
    messages.success(request, with_link(words, f"{here}#told-apart", _("Take it back below")))
    return redirect(here)


@require_POST
def activity_apart_undo(request: HttpRequest, programme_slug: str, pk: int, other_pk: int) -> HttpResponse:
    user, programme, activity, other = _pair(request, programme_slug, pk, other_pk)
    services.propose_again(actor=user, activity=activity, other=other)
    messages.success(request, _("The two may be proposed as one event again."))
    return redirect(url("activity", programme, pk))
