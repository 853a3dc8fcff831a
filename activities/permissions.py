"""Who may do what with the records of this room. Reading is ``visible_to`` of each model."""

from __future__ import annotations

from collections.abc import Iterable

from activities.models import Activity, ImportBatch
from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.models import User


def can_log_in(user: User, clusters: Iterable[Cluster]) -> bool:
    """Log an activity that belongs to these clusters: allowed in the programme, or in one of them.

    An agent may so log a joint event with the twinned cluster, whose list then shows it too.
    """
    grants = grants_of(user)
    return any(grants.may(Can.LOG, cluster.programme_id, cluster.pk) for cluster in clusters)


def can_log_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.LOG, programme.pk)


def can_change(user: User, activity: Activity) -> bool:
    grants = grants_of(user)
    if grants.may(Can.LOG, activity.programme_id):
        return True
    near = grants.in_clusters(Can.LOG)
    return bool(near) and any(link.cluster_id in near for link in activity.cluster_links.all())


def can_read_participants(user: User, activity: Activity) -> bool:
    clusters = [link.cluster_id for link in activity.cluster_links.all()]
    return grants_of(user).may(Can.READ_PEOPLE, activity.programme_id, *clusters)


def can_read_history(user: User, activity: Activity) -> bool:
    clusters = [link.cluster_id for link in activity.cluster_links.all()]
    return grants_of(user).may(Can.READ_HISTORY, activity.programme_id, *clusters)


def can_import_into(user: User, cluster: Cluster) -> bool:
    return grants_of(user).may(Can.IMPORT, cluster.programme_id, cluster.pk)


def can_import_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.IMPORT, programme.pk)


def can_work_on(user: User, batch: ImportBatch) -> bool:
    return can_import_into(user, batch.cluster)
