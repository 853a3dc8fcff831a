"""Two records of one event become one that several clusters list, and can be parted again."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation, Participation
from activities.permissions import can_change
from activities.services.activities import classify, held, log_activity, remove_cluster
from activities.services.apart import propose_again
from activities.services.places import list_in, take_off
from clusters.models import Cluster
from twinning.core import history, periods
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import Attachment, Change, User
from twinning.core.periods import Context, Reading

_PLACE = ("cluster_id", "number", "number_source", "printed_title", "printed_period")


@transaction.atomic
def merge_joint(*, actor: User, keep: Activity, other: Activity, version: int | None) -> Activity:
    """Make ``other`` one with ``keep``, of which the caller saw ``version``; returns ``keep`` as it then
    stands.

    The other's places in clusters (with the words their sheets printed), its organisations, participants
    and files move to the kept one, unless it has them already; the other is taken out of the log.
    ``undo_merge`` parts them.
    """
    require(can_change(actor, keep) and can_change(actor, other))
    if keep.pk == other.pk or keep.programme_id != other.programme_id:
        raise DomainError(_("Choose another activity of the same programme."), code="not_another")
    # In the order of their ids, so that two who merge at once wait for each other instead of locking up.
    now = {one.pk: held(one) for one in sorted((keep, other), key=lambda one: one.pk)}
    other = now[other.pk]
    if now[keep.pk].removed_at or other.removed_at:
        raise WrongState(_("One of the two is not in the log any more."))
    reason = _("made one with “%(title)s”") % {"title": keep.title}
    keep = history.touch(keep, version=version)
    taken = {
        "clusters": _move_places(actor, keep, other, reason),
        "organisations": _move_organisations(actor, keep, other, reason),
        "participations": _move_participations(actor, keep, other, reason),
        "attachments": _move_files(actor, other, keep, list(Attachment.objects.of(other))),
    }
    propose_again(actor=actor, activity=keep, other=other, reason=reason)
    gone = {"removed_at": timezone.now(), "merged_into": keep, "merge_undo": taken}
    history.change(other, gone, actor=actor, version=None, reason=reason)
    return classify(keep)


def _move_places(actor: User, keep: Activity, other: Activity, reason: str) -> list[dict[str, Any]]:
    has = set(keep.cluster_links.values_list("cluster_id", flat=True))
    moved = []
    for link in ActivityCluster.objects.filter(activity=other).exclude(cluster__in=has):
        place = {name: getattr(link, name) for name in _PLACE}
        take_off(other, link, actor=actor, reason=reason)
        words = {
            "printed_title": link.printed_title or _unless_same(other.title, keep.title),
            "printed_period": link.printed_period or _unless_same(other.period_text, keep.period_text),
        }
        list_in(keep, actor=actor, reason=reason, **(place | words))
        moved.append(place)
    return moved


def _unless_same(words: str, kept: str) -> str:
    return "" if words == kept else words


def _move_organisations(actor: User, keep: Activity, other: Activity, reason: str) -> list[dict[str, Any]]:
    has = set(keep.organisation_links.values_list("organisation_id", "role"))
    moved = []
    for link in ActivityOrganisation.objects.filter(activity=other).select_related("organisation"):
        if (link.organisation_id, link.role) in has:
            continue
        part = {"organisation_id": link.organisation_id, "role": link.role}
        history.remove(link, actor=actor, reason=reason, parent=other)
        history.create(ActivityOrganisation(activity=keep, **part), actor=actor, reason=reason, parent=keep)
        moved.append(part)
    return moved


def _move_participations(actor: User, keep: Activity, other: Activity, reason: str) -> list[int]:
    """All rows but those of a person whom the kept list has in the same role, and would count twice."""
    has = set(keep.participations.filter(person__isnull=False).values_list("person_id", "role"))
    moved = []
    for row in Participation.objects.filter(activity=other):
        if (row.person_id, row.role) not in has:
            history.change(row, {"activity": keep}, actor=actor, version=None, reason=reason, parent=keep)
            moved.append(row.pk)
    return moved


def _move_files(actor: User, source: Activity, target: Activity, files: list[Attachment]) -> list[int]:
    pks = [file.pk for file in files]
    Attachment.objects.filter(pk__in=pks).update(object_id=target.pk)
    for file in files:
        Change.objects.create(
            actor=actor,
            action=Change.Action.CHANGED,
            content_type=ContentType.objects.get_for_model(Attachment),
            object_id=file.pk,
            object_text=file.name,
            parent_type=file.content_type,
            parent_id=target.pk,
            programme_id=target.programme_id,
            fields={"object_id": [source.pk, target.pk]},
        )
    return pks


@transaction.atomic
def undo_merge(*, actor: User, other: Activity) -> Activity:
    """Part an activity from the one it was made one with: what moved and still stands there moves back."""
    other = held(other)
    keep = other.merged_into
    if keep is None or other.removed_at is None:
        raise WrongState(_("This activity was not made one with another."))
    require(can_change(actor, keep))
    reason, taken = _("parted again"), other.merge_undo
    for place in taken["clusters"]:
        for link in ActivityCluster.objects.filter(activity=keep, cluster=place["cluster_id"]):
            take_off(keep, link, actor=actor, reason=reason)
            list_in(other, actor=actor, reason=reason, **place)
    for part in taken["organisations"]:
        for involved in ActivityOrganisation.objects.filter(activity=keep, **part):
            history.remove(involved, actor=actor, reason=reason, parent=keep)
            history.create(
                ActivityOrganisation(activity=other, **part), actor=actor, reason=reason, parent=other
            )
    for row in Participation.objects.filter(activity=keep, pk__in=taken["participations"]):
        history.change(row, {"activity": other}, actor=actor, version=None, reason=reason, parent=other)
    files = Attachment.objects.of(keep).filter(pk__in=taken["attachments"])
    _move_files(actor, keep, other, list(files))
    back: dict[str, Any] = {"removed_at": None, "merged_into": None, "merge_undo": {}}
    other = history.change(other, back, actor=actor, version=None, reason=reason)
    if not other.cluster_links.exists():
        raise WrongState(_("Its cluster was taken off meanwhile, so it cannot stand alone again."))
    if not keep.cluster_links.exists():
        raise WrongState(_("The other one would be left without a cluster."))
    classify(history.touch(keep, version=None))
    return classify(other)


@transaction.atomic
def split_joint(*, actor: User, activity: Activity, cluster: Cluster, version: int | None) -> Activity:
    """Give a cluster of a joint activity a record of its own; returns the new one.

    It takes the number and the words that the cluster's sheet printed. Participants, organisations and
    files stay with the joint one, since nobody can tell whose they are.
    """
    require(can_change(actor, activity))
    link = activity.cluster_links.filter(cluster=cluster).first()
    if link is None:
        raise WrongState(_("The activity is not in the list of this cluster any more."))
    activity = history.touch(activity, version=version)
    title = link.printed_title or activity.title
    remove_cluster(actor=actor, activity=activity, cluster=cluster)
    return log_activity(
        actor=actor,
        programme=activity.programme,
        clusters=[cluster],
        title=title,
        reading=_reading_for(activity, link.printed_period, title),
        numbers={cluster.pk: link.number},
        origin=activity.origin,
        kind=activity.kind,
        format=activity.format,
        side=activity.side,
        objective=activity.objective,
        venue=activity.venue,
        tags=activity.tags,
        reason=_("parted from “%(title)s”") % {"title": activity.title},
    )


def _reading_for(activity: Activity, printed: str, title: str) -> Reading:
    return periods.read(printed, Context(title=title)) if printed else activity.reading
