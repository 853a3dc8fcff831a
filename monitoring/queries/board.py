"""Periods by cluster on one board, one closing as a page, and what waits for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from monitoring.models import (
    Closing,
    ClosingException,
    ClosingTouch,
    Indicator,
    ReportingPeriod,
)
from monitoring.queries.closings import (
    Due,
    changed_by_alone,
    differing,
    due_in,
    figure_of,
    frozen_figures,
    live_figures,
    told_once,
    with_touches,
)
from monitoring.queries.entering import places_among, unreported_among
from monitoring.queries.figures import Figure
from monitoring.queries.pages import clusters_of, may_see_amount
from twinning.core.models import User

MOST_AT_ONCE = 100
MOST_TOUCHES = 50
Word = tuple[str, str]


def word_of(closing: Closing | None, period: ReportingPeriod, today: dt.date) -> Word:
    """What a period is in a cluster, in words, with the mark that goes with them."""
    if closing is not None and closing.status == Closing.Status.CLOSED:
        if getattr(closing, "is_touched", False):
            return _("closed, records changed since"), "warn"
        return (_("closed, restated"), "good") if closing.revision > 1 else (_("closed"), "good")
    if closing is not None and closing.status == Closing.Status.SUBMITTED:
        return _("handed in"), "busy"
    if period.last >= today:
        return _("runs"), "plan"
    if closing is not None and closing.remark:
        return _("returned"), "warn"
    return (_("late"), "bad") if period.due_on < today else (_("due"), "warn")


@dataclass(frozen=True, slots=True)
class Square:
    cluster: Cluster | None
    closing: Closing | None
    word: Word
    may_hand_in: bool  # it is over, and the reader enters its values; perhaps nobody looked at it yet
    may_approve: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Periods by cluster; the last column is the programme. ``to_approve``: some wait for the reader."""

    clusters: tuple[Cluster, ...]
    rows: tuple[tuple[ReportingPeriod, tuple[Square, ...]], ...]

    @property
    def to_approve(self) -> bool:
        return any(square.may_approve for _period, squares in self.rows for square in squares)


def board_of(user: User, programme: Programme, periods: Sequence[ReportingPeriod], today: dt.date) -> Board:
    clusters = clusters_of(programme)
    rows = with_touches(Closing.objects.filter(period__in=periods))
    known = {(row.period_id, row.cluster_id): row for row in rows}
    may_enter = {cluster: _enters(user, programme, cluster) for cluster in (*clusters, None)}
    approves = grants_of(user).may(Can.APPROVE, programme.pk)
    found = []
    for period in periods:
        squares = []
        for cluster in (*clusters, None):
            closing = known.get((period.pk, cluster.pk if cluster else None))
            submitted = closing is not None and closing.status == Closing.Status.SUBMITTED
            squares.append(
                Square(
                    cluster,
                    closing,
                    word_of(closing, period, today),
                    may_hand_in=(closing is None or closing.status == Closing.Status.OPEN)
                    and period.last < today
                    and may_enter[cluster],
                    may_approve=bool(
                        submitted and closing and approves and closing.submitted_by_id != user.pk
                    ),
                )
            )
        found.append((period, tuple(squares)))
    return Board(tuple(clusters), tuple(found))


def _enters(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    near = [cluster.pk] if cluster else []
    return grants_of(user).may(Can.LOG, programme.pk, *near)


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A figure of a closing: as it stands, and where records changed since, what they say now."""

    figure: Figure
    now: Figure | None
    is_walled: bool


@dataclass(frozen=True, slots=True)
class ClosingView:
    word: Word
    lines: tuple[ClosingLine, ...]
    touches: tuple[ClosingTouch, ...]
    exceptions: tuple[ClosingException, ...]
    restatements: tuple[Any, ...]
    may_submit: bool
    may_enter: bool  # values: while it is neither handed in nor closed
    unreported: str  # how many figures have no value, as a sentence
    may_decide: bool
    may_restate: bool
    own_changes: bool  # all that is to be restated is the reader's: somebody else does it
    may_grant: bool


def closing_view(user: User, closing: Closing, today: dt.date) -> ClosingView:
    programme = closing.period.programme
    grants = grants_of(user)
    open_touches = ClosingTouch.objects.filter(closing=closing, settled_at=None)
    touches = tuple(open_touches.select_related("change__actor").order_by("pk")[:MOST_TOUCHES])
    if closing.status == Closing.Status.CLOSED:
        now = {one.indicator.pk: one for _old, one in differing(closing)} if touches else {}
        stood = frozen_figures(closing)
        figures = [figure_of(stood[pk]) for pk in stood]
    else:
        now = {}
        indicators = Indicator.objects.filter(programme=programme).current().for_list()
        figures = live_figures(closing, list(indicators))
    own = bool(touches) and changed_by_alone(user, closing)
    closing.is_touched = bool(touches)  # type: ignore[attr-defined]
    approves = grants.may(Can.APPROVE, programme.pk)
    submitted = closing.status == Closing.Status.SUBMITTED
    is_open = closing.status == Closing.Status.OPEN
    enters = is_open and _enters(user, programme, closing.cluster)
    return ClosingView(
        word_of(closing, closing.period, today),
        tuple(
            ClosingLine(figure, now.get(figure.indicator.pk), not may_see_amount(user, figure))
            for figure in sorted(figures, key=lambda one: (one.indicator.order, one.indicator.pk))
        ),
        touches,
        tuple(
            ClosingException.objects.filter(closing=closing, until__gte=today).select_related("granted_by")
        ),
        tuple(
            told_once(
                closing.restatements.select_related("indicator", "before", "after", "actor").defer(
                    "before__evidence", "after__evidence"
                )[:100]
            )
        ),
        may_submit=enters and closing.period.last < today,
        may_enter=enters,
        unreported=unreported_among(figures).text if is_open else "",
        may_decide=submitted and approves and closing.submitted_by_id != user.pk,
        may_restate=approves and bool(touches) and not own,
        own_changes=approves and own,
        may_grant=closing.status == Closing.Status.CLOSED and grants.may(Can.MANAGE, programme.pk),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a user owes, and what waits for their approval."""

    owed: tuple[Due, ...]
    to_approve: tuple[Closing, ...]
    to_restate: tuple[Closing, ...]

    def __len__(self) -> int:
        return len(self.owed) + len(self.to_approve) + len(self.to_restate)

    @property
    def is_reminded_of(self) -> bool:
        """Whether a letter may be written about it: nobody is hurried with a restatement alone."""
        return bool(self.owed or self.to_approve)


_MOST_WAITING = 20
_MOST_PROGRAMMES = 200


def waiting_for(
    user: User, today: dt.date, programme_slug: str = "", *, statuses: Collection[str] = ()
) -> Waiting:
    """In one programme, or over all of the user's; what is closed or with somebody else waits for others.

    ``statuses``: only in programmes that are so.
    """
    grants = grants_of(user)
    rows = Programme.objects.filter(pk__in=grants.in_programmes(Can.READ_RESULTS)).order_by("pk")
    if programme_slug:
        rows = rows.filter(slug=programme_slug)
    if statuses:
        rows = rows.filter(status__in=statuses)
    programmes = list(rows[:_MOST_PROGRAMMES].values_list("pk", flat=True))
    owed = due_in(_entered_by(user, programmes), today)
    approving = grants.in_programmes(Can.APPROVE) & set(programmes)
    handed_in = Closing.objects.filter(
        period__programme__in=approving, status=Closing.Status.SUBMITTED
    ).exclude(submitted_by=user.pk)
    touched = ClosingTouch.objects.filter(settled_at=None, closing__period__programme__in=approving)
    to_restate = Closing.objects.filter(pk__in=touched.values("closing"))
    return Waiting(
        tuple(owed[:_MOST_WAITING]),
        tuple(handed_in.for_list()[:_MOST_WAITING]),
        tuple(to_restate.for_list()[:_MOST_WAITING]),
    )


REMINDED_OF = (Programme.Status.RUNNING, Programme.Status.FINALISING)


def waiting_to_remind(user: User, today: dt.date) -> Waiting:
    """What waits for somebody in programmes that still run; of what is over nobody is reminded."""
    return waiting_for(user, today, statuses=REMINDED_OF)


def _entered_by(user: User, programmes: Sequence[int]) -> dict[int, list[Cluster | None]]:
    """Of which clusters the user hands in periods, and of which programmes (None), by programme."""
    there: dict[int, list[Cluster]] = {programme: [] for programme in programmes}
    for cluster in Cluster.objects.filter(programme__in=programmes).order_by("name"):
        there[cluster.programme_id].append(cluster)
    entered = {programme: places_among(user, programme, clusters) for programme, clusters in there.items()}
    return {programme: places for programme, places in entered.items() if places}
