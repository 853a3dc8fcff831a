"""Reads about reports that are sent regularly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Membership, Programme
from clusters.models.membership import grants_of
from clusters.rules import ROLE_TABLE, Can, Reach, Role
from monitoring.models import Closing, Report, ReportingPeriod, ReportSchedule
from monitoring.queries.pages import clusters_of
from monitoring.queries.reports import state_word
from monitoring.rules.schedules import Every
from twinning.core.models import User
from twinning.core.reports import kinds

MOST_OFFERED = 500
_LATEST = 10
Word = tuple[str, str]


def closed_everywhere(schedule: ReportSchedule) -> list[ReportingPeriod]:
    """The periods whose last closing, of the clusters reported on and of the programme, came while it was watched."""
    scopes = [cluster.pk for cluster in clusters_of(schedule.programme)]
    closed = Q(closings__status=Closing.Status.CLOSED)
    closed &= Q(closings__cluster=None) | Q(closings__cluster__in=scopes)
    rows = ReportingPeriod.objects.filter(programme=schedule.programme_id).annotate(
        closed=Count("closings", filter=closed), closed_at=Max("closings__approved_at", filter=closed)
    )
    whole = rows.filter(closed=len(scopes) + 1, closed_at__gte=schedule.watched_since)
    return list(whole.order_by("first"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a report may be sent to. ``reads_drafts`` of the report's cluster, or of the whole programme."""

    user: User
    roles: str
    reads_drafts: bool

    @property
    def label(self) -> str:
        told = {"person": self.user, "roles": self.roles}
        if self.reads_drafts:
            return _("%(person)s, %(roles)s") % told
        return _("%(person)s, %(roles)s – once it is issued") % told


def offered_recipients(actor: User, programme: Programme, cluster: Cluster | None = None) -> list[Recipient]:
    """To whom somebody may have reports sent: who manages a programme knows its people, others only themselves."""
    knows = grants_of(actor).may(Can.MANAGE, programme.pk)
    users = None if knows else [actor.pk]
    return recipients_among(programme, cluster, users)


def recipients_among(
    programme: Programme, cluster: Cluster | None, users: Iterable[int] | None
) -> list[Recipient]:
    """The members of today, by name; of ``users`` where given. Who asked for a report reads its draft anyway."""
    # A partner system reads no letters.
    rows = Membership.objects.filter(programme=programme, user__is_active=True).exclude(role=Role.PARTNER)
    rows = rows.holding_on(timezone.localdate()).select_related("user").order_by("user__name", "user", "pk")
    if users is not None:
        rows = rows.filter(user__in=list(users))
    held: dict[int, list[Membership]] = {}
    for row in rows[:MOST_OFFERED]:
        held.setdefault(row.user_id, []).append(row)
    return [
        Recipient(
            of_user[0].user,
            ", ".join(dict.fromkeys(str(Role(row.role).label) for row in of_user)),
            any(_reads_drafts(row, cluster) for row in of_user),
        )
        for of_user in held.values()
    ]


def _reads_drafts(row: Membership, cluster: Cluster | None) -> bool:
    reach = ROLE_TABLE[Role(row.role)].get(Can.READ_DRAFTS)
    if reach is Reach.PROGRAMME and row.cluster_id is None:
        return True
    return reach is not None and cluster is not None and row.cluster_id == cluster.pk


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    schedule: ReportSchedule
    kind: str
    word: Word


def schedule_word(schedule: ReportSchedule) -> Word:
    """What a schedule is, in words, and the mark that goes with them."""
    if schedule.paused_at is None:
        return _("runs"), "good"
    return (_("stopped"), "bad") if schedule.paused_because else (_("paused"), "warn")


def schedule_lines(user: User, programme: Programme) -> list[ScheduleLine]:
    """All of a programme that the user sees; there are no more than services allow in one."""
    labels = {kind.slug: str(kind.label) for kind in kinds()}
    rows = ReportSchedule.objects.visible_to(user).filter(programme=programme).for_list()
    return [ScheduleLine(row, labels.get(row.kind, row.kind), schedule_word(row)) for row in rows]


def schedule_title(schedule: ReportSchedule) -> str:
    """What is made, and of what."""
    labels = {kind.slug: str(kind.label) for kind in kinds()}
    scope = schedule.cluster or schedule.programme
    return f"{labels.get(schedule.kind, schedule.kind)}: {scope}"


def when_text(schedule: ReportSchedule) -> str:
    """When it is made, as a sentence's end."""
    if schedule.every == Every.CLOSING:
        return schedule.get_every_display()
    told = {"every": schedule.get_every_display(), "days": schedule.days_after}
    return _("%(every)s, %(days)d days after its last day") % told


@dataclass(frozen=True, slots=True)
class ScheduleView:
    word: Word
    kind: str
    when: str
    recipients: list[Recipient]
    gone: list[User]  # chosen, and not of the programme any more: they get nothing
    latest: list[tuple[Report, Word]]


def schedule_view(user: User, schedule: ReportSchedule) -> ScheduleView:
    chosen = {person.pk: person for person in schedule.recipients.all()}
    there = recipients_among(schedule.programme, schedule.cluster, chosen)
    latest = Report.objects.visible_to(user).filter(schedule=schedule).for_list()[:_LATEST]
    labels = {kind.slug: str(kind.label) for kind in kinds()}
    present = {one.user.pk for one in there}
    return ScheduleView(
        schedule_word(schedule),
        labels.get(schedule.kind, schedule.kind),
        when_text(schedule),
        there,
        [person for pk, person in chosen.items() if pk not in present],
        [(report, state_word(report)) for report in latest],
    )
