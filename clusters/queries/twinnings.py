"""Twinnings: where each stands, who works for it, and what the method misses in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localdate

from clusters.models import (
    Agreement,
    CDAEngagement,
    Cluster,
    ClusterFigure,
    Person,
    Twinning,
    TwinningStage,
)
from clusters.queries.agreements import AgreementLine, agreement_lines
from clusters.queries.words import Word, figure_text, span_text, twinning_word
from clusters.rules import AT_WORK, Span, Turn, holds_on, overlap, times_at_work
from twinning.core.models import User
from twinning.core.periods import bounds, from_edtf
from twinning.core.queries import edtf_text

_LIMIT = 100


@dataclass(frozen=True, slots=True)
class TwinningLine:
    twinning: Twinning
    word: Word
    step: str
    without_agent: bool


@dataclass(frozen=True, slots=True)
class Agent:
    """A post at work for a cluster; ``person`` is None where nobody is named to the reader."""

    engagement: CDAEngagement
    person: Person | None
    when: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Stage:
    word: Word
    since: str
    reason: str
    recorded: dt.datetime


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    label: str
    state: str  # done, current, to come


@dataclass(frozen=True, slots=True)
class FigureRow:
    """The preferred figures of both clusters on one measure; "" where one has none."""

    measure: str
    emerging: list[str]
    advanced: list[str]


@dataclass(frozen=True, slots=True)
class TwinningDetail:
    line: TwinningLine
    stages: list[Stage]
    steps: list[Step]
    figures: list[FigureRow]
    agents_emerging: list[Agent]
    agents_advanced: list[Agent]
    agreements: list[AgreementLine]


def twinning_lines(twinnings: Iterable[Twinning]) -> list[TwinningLine]:
    """Lines of rows that came ``with_agent_on`` a day, for which the gap of R2.1 is told."""
    return [
        TwinningLine(
            twinning=row,
            word=twinning_word(row.status),
            step=str(Twinning.Step(row.step).label) if row.step else "",
            without_agent=row.status in AT_WORK and not row.has_agent,  # type: ignore[attr-defined]
        )
        for row in twinnings
    ]


def without_agent_in(twinnings: QuerySet[Twinning], first: dt.date, last: dt.date) -> list[Twinning]:
    """Those at work at some time from ``first`` to ``last`` for which nobody worked on the advanced side then (R2.1).

    One that had ended by ``first`` needs nobody. Three queries; of today ``twinning_lines`` says the same in one, save
    where a turn is dated to a day to come.
    """
    rows = list(twinnings)
    turns: dict[int, list[Turn]] = {row.pk: [] for row in rows}
    for stage in TwinningStage.objects.filter(twinning__in=rows).order_by("id"):
        since = bounds(from_edtf(stage.since))
        turns[stage.twinning_id].append(Turn(stage.status, *since, recorded=localdate(stage.created_at)))
    posts: dict[int, list[Span]] = {}
    agents = CDAEngagement.objects.filter(
        cluster__in=[row.advanced_id for row in rows], side=CDAEngagement.Side.ADVANCED
    )
    for cluster, valid_from, valid_to in agents.values_list("cluster", "valid_from", "valid_to"):
        posts.setdefault(cluster, []).append(Span(valid_from, valid_to))
    asked = Span(first, last)

    def lacks_one(row: Twinning) -> bool:
        at_work = [work.span for work in times_at_work(turns[row.pk]) if work.is_in(asked)]
        there = [post for post in posts.get(row.advanced_id, ()) if overlap(post, asked)]
        return bool(at_work) and not any(overlap(span, post) for span in at_work for post in there)

    return [row for row in rows if lacks_one(row)]


def agents_of(clusters: Iterable[Cluster], day: dt.date, reader: User) -> list[Agent]:
    """The posts for these clusters, current ones first. A person is named only to who may read people."""
    rows = list(CDAEngagement.objects.visible_to(reader).filter(cluster__in=clusters).for_list()[:_LIMIT])
    people = [row.person_id for row in rows if row.person_id]
    seen = set(Person.objects.visible_to(reader).filter(pk__in=people).values_list("pk", flat=True))
    agents = [
        Agent(
            engagement=row,
            person=row.person if row.person_id in seen else None,
            when=span_text(row.valid_from, row.valid_to),
            is_current=holds_on(row.valid_from, row.valid_to, day),
        )
        for row in rows
    ]
    return sorted(agents, key=lambda agent: not agent.is_current)


def _figures(twinning: Twinning) -> list[FigureRow]:
    preferred = ClusterFigure.objects.filter(
        cluster__in=[twinning.emerging_id, twinning.advanced_id], preferred=True
    ).order_by("measure", "about", "-year", "id")
    texts: dict[str, dict[int, list[str]]] = {}
    for figure in preferred[:_LIMIT]:
        about = f" ({figure.about})" if figure.about else ""
        year = f", {figure.year}" if figure.year else ""
        of_measure = texts.setdefault(figure.measure, {})
        of_measure.setdefault(figure.cluster_id, []).append(f"{figure_text(figure)}{about}{year}")
    return [
        FigureRow(
            measure=str(capfirst(label)),
            emerging=texts[value].get(twinning.emerging_id, []),
            advanced=texts[value].get(twinning.advanced_id, []),
        )
        for value, label in ClusterFigure.Measure.choices
        if value in texts
    ]


def _steps(twinning: Twinning) -> list[Step]:
    now = twinning.step or 0
    return [
        Step(value, str(label), "done" if value < now else "current" if value == now else "to-come")
        for value, label in Twinning.Step.choices
    ]


def twinning_detail(twinning: Twinning, day: dt.date, reader: User, slug: str) -> TwinningDetail:
    """``twinning`` came ``for_list`` and ``with_agent_on(day)``."""
    agents = agents_of([twinning.emerging, twinning.advanced], day, reader)
    agreements = Agreement.objects.visible_to(reader).filter(twinning=twinning)[:_LIMIT]
    stages = TwinningStage.objects.filter(twinning=twinning).order_by("id")
    return TwinningDetail(
        line=twinning_lines([twinning])[0],
        stages=[
            Stage(twinning_word(row.status), edtf_text(row.since), row.reason, row.created_at)
            for row in stages
        ],
        steps=_steps(twinning),
        figures=_figures(twinning),
        agents_emerging=[a for a in agents if a.engagement.cluster_id == twinning.emerging_id],
        agents_advanced=[a for a in agents if a.engagement.cluster_id == twinning.advanced_id],
        agreements=agreement_lines(agreements, day, reader, slug),
    )
