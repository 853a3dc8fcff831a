"""Who may do what with reports. Reading is ``visible_to`` of the model."""

from __future__ import annotations

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import Report
from twinning.core.models import User


def can_request(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """Ask for a report on one cluster, or with None on the whole programme."""
    near = [cluster.pk] if cluster is not None else []
    return grants_of(user).may(Can.REPORT, programme.pk, *near)


def can_request_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.REPORT, programme.pk)


def can_issue(user: User, programme: Programme) -> bool:
    """Publish a report to all of the programme, donors included, or withdraw one."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_read_history(user: User, report: Report) -> bool:
    near = [report.cluster_id] if report.cluster_id else []
    return grants_of(user).may(Can.READ_HISTORY, report.programme_id, *near)


def can_publish(user: User, programme: Programme) -> bool:
    """Say how the programme is published to IATI, and what money is published with it."""
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_read_publication(user: User, programme: Programme) -> bool:
    """Read what is published, and what hinders it: with the papers of the steering committee."""
    return grants_of(user).may(Can.READ_COMMITTEE, programme.pk)
