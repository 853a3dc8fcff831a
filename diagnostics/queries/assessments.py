"""What one filed assessment comes to: findings, scores, gaps, claims; for a page that shows its results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from diagnostics.models import Submission
from diagnostics.queries.cases import AdoptionCase, Claim, PolicyCase, adoption_case, policy_case
from diagnostics.queries.cluster_assessments import ExcellenceMeans, excellence_means, modes_of
from diagnostics.queries.labels import Labels
from diagnostics.rules.adoption import PARTS, Dimension, Mark, SubDimension
from diagnostics.rules.answers import rows_of
from diagnostics.rules.reading import said
from diagnostics.rules.scoring import (
    Compared,
    Intervention,
    InterventionRow,
    PillarScore,
    Scored,
    compare,
    gaps,
    intervention_matrix,
    pillar_scores,
    total,
)
from twinning.core.models import User


class Reading:
    """The answers of one form in the reader's language."""

    def __init__(self, submission: Submission) -> None:
        self.form = submission.questionnaire_version.form
        self.answers: dict[str, Any] = submission.answers
        self.language = get_language() or ""

    def say(self, path: str, other: str = "") -> str:
        return said(self.form, self.answers, path, self.language, other)

    def raw(self, path: str) -> Any:
        return self.answers.get(path)

    def rows(self, repeat: str) -> Iterator[str]:
        """The head of the paths of each row: "findings/f1/"."""
        for row in rows_of(self.answers, repeat):
            yield f"{repeat}/{row}/"

    def facts(self, *names: str) -> list[tuple[str, str]]:
        """(label of the question, answer) of those that were answered."""
        pairs = [(self.form.question(name), self.say(name)) for name in names]
        return [(question.label.say(self.language), text) for question, text in pairs if question and text]


# Training needs -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundLine:
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ModuleLine:
    number: int | None
    title: str
    content: str
    mode: str
    level: str
    days: Decimal | None
    language: str


@dataclass(frozen=True, slots=True)
class NeedLine:
    """``modules``: those that teach it; ``unknown`` are numbers of modules that the assessment does not have."""

    need: str
    audience: str
    priority: str
    people: int | None
    modules: tuple[ModuleLine, ...]
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingResults:
    facts: list[tuple[str, str]]
    findings: list[tuple[str, list[FoundLine]]]  # by area
    needs: list[NeedLine]  # the most urgent first
    modules: list[ModuleLine]

    @property
    def unmet(self) -> int:
        """Needs for which no module was planned."""
        return sum(not need.modules for need in self.needs)


def training_results(submission: Submission) -> TrainingResults:
    """Findings by area, needs with the modules that teach them (three queries)."""
    reading, labels = Reading(submission), Labels([submission.questionnaire_version_id])
    found: dict[str, list[FoundLine]] = {}
    for row in submission.trainingfindings.all():
        found.setdefault(row.area, []).append(FoundLine(row.text, row.evidence))
    modules = [
        ModuleLine(
            module.number,
            module.title,
            module.content,
            labels.of("module_mode", module.mode),
            labels.of("module_level", module.level),
            module.days,
            module.language,
        )
        for module in submission.trainingmodules.all()
    ]
    by_number = {module.number: module for module in modules if module.number is not None}
    needs = list(submission.trainingneeds.all())
    order = labels.ordered("need_priority", dict.fromkeys(need.priority for need in needs))
    needs.sort(key=lambda need: order.index(need.priority))
    return TrainingResults(
        facts=reading.facts("tna_expert", "tna_from", "tna_to", "tna_firms", "tna_method"),
        findings=[
            (labels.of("finding_area", area), found[area]) for area in labels.ordered("finding_area", found)
        ],
        needs=[
            NeedLine(
                need.need,
                labels.of("need_for", need.audience),
                labels.of("need_priority", need.priority),
                need.people,
                tuple(by_number[number] for number in need.modules if number in by_number),
                tuple(number for number in need.modules if number not in by_number),
            )
            for need in needs
        ],
        modules=modules,
    )


# Excellence gaps ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GapLine:
    """``mean``: that of the cluster, None where fewer than three ``firms`` make it up."""

    area: str
    score: Decimal | None
    finding: str
    recommendation: str
    mean: Decimal | None
    firms: int


@dataclass(frozen=True, slots=True)
class ExcellenceResults:
    facts: list[tuple[str, str]]
    gaps: list[GapLine]
    interventions: list[InterventionRow]
    modes: list[tuple[str, str]]
    ratified_on: str

    @property
    def has_means(self) -> bool:
        return any(gap.mean is not None for gap in self.gaps)

    @property
    def has_findings(self) -> bool:
        return any(gap.finding for gap in self.gaps)


def excellence_results(submission: Submission) -> ExcellenceResults:
    """The firm by area, beside the mean of its cluster."""
    reading, labels = Reading(submission), Labels([submission.questionnaire_version_id])
    known = excellence_means(submission.cluster_id) if submission.cluster_id else ExcellenceMeans([])
    means = {mean.key: mean for mean in known.means}
    findings = {row: reading.say(f"{row}gap_finding") for row in reading.rows("gaps")}
    lines = []
    for gap in submission.gaps.all():
        mean = means.get(gap.area)
        lines.append(
            GapLine(
                labels.of("gap_area", gap.area),
                gap.score,
                findings.get(f"gaps/{gap.row}/", ""),
                gap.recommendation,
                mean.value if mean else None,
                mean.firms if mean else 0,
            )
        )
    rows = [
        Intervention(row.area, tuple(row.identified), tuple(row.ratified), row.qualifier)
        for row in submission.interventions.all()
    ]
    return ExcellenceResults(
        facts=reading.facts("assessor", "units_covered", "visit_note"),
        gaps=lines,
        interventions=intervention_matrix(rows),
        modes=modes_of(labels),
        ratified_on=reading.say("ratified_on"),
    )


# Readiness ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PillarLine:
    """One pillar now, and in the assessment of the other wave where there is one."""

    label: str
    score: PillarScore
    compared: Compared | None


@dataclass(frozen=True, slots=True)
class ScoredLine:
    question: str
    pillar: str
    chosen: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class ActionLine:
    action: str
    pillar: str
    who: str
    due: dt.date | None
    cost: str


@dataclass(frozen=True, slots=True)
class ReadinessResults:
    """``other``: the latest approved assessment of the same firm of the other wave."""

    facts: list[tuple[str, str]]
    wave: str
    pillars: list[PillarLine]
    total: PillarScore
    gaps: list[ScoredLine]
    plan: list[ActionLine]
    other: Submission | None = None


def readiness_results(submission: Submission, user: User, today: dt.date) -> ReadinessResults:
    reading = Reading(submission)
    form, answers = reading.form, submission.answers
    scores = pillar_scores(form, answers, today)
    wave = str(answers.get("wave", ""))
    other = _other_wave(submission, user, wave)
    compared: dict[str, Compared] = {}
    if other is not None:
        theirs = pillar_scores(other.questionnaire_version.form, other.answers, today)
        pair = (theirs, scores) if wave == "post" else (scores, theirs)
        compared = {line.pillar: line for line in compare(*pair)}

    def name(pillar: str) -> str:
        return form.pillars[pillar].say(reading.language)

    return ReadinessResults(
        facts=reading.facts("wave", "assessor", "answered_by"),
        wave=wave,
        pillars=[PillarLine(name(score.pillar), score, compared.get(score.pillar)) for score in scores],
        total=total(scores),
        gaps=[_scored(one, name, reading.language) for one in gaps(form, answers, today)],
        plan=list(_plan(reading)),
        other=other,
    )


def _other_wave(submission: Submission, user: User, wave: str) -> Submission | None:
    """Firms are matched by the organisation; one that is only named in words is compared with nothing."""
    wanted = {"pre": "post", "post": "pre"}.get(wave)
    if wanted is None or submission.organisation_id is None:
        return None
    rows = Submission.objects.visible_to(user).in_force().select_related("questionnaire_version")
    same = rows.filter(
        programme=submission.programme_id,
        organisation=submission.organisation_id,
        kind=submission.kind,
        answers__wave=wanted,
    )
    return same.order_by(F("held_on").desc(nulls_last=True), "-id").first()


def _scored(one: Scored, name: Any, language: str) -> ScoredLine:
    return ScoredLine(
        question=one.question.label.say(language),
        pillar=name(one.question.pillar),
        chosen=", ".join(choice.label.say(language) for choice in one.chosen),
        points=one.points,
        most=one.most,
    )


def _plan(reading: Reading) -> Iterator[ActionLine]:
    for row in reading.rows("plan"):
        due = reading.say(f"{row}action_due")
        yield ActionLine(
            action=reading.say(f"{row}action"),
            pillar=reading.say(f"{row}action_pillar"),
            who=reading.say(f"{row}action_who"),
            due=dt.date.fromisoformat(due) if due else None,
            cost=reading.say(f"{row}action_cost"),
        )


# Cases ----------------------------------------------------------------------------------------------------

TOPICS = (
    ("why", _("Why")),
    ("what", _("What")),
    ("who", _("Who")),
    ("how", _("How")),
    ("which_impact", _("Which impact")),
    ("challenges", _("Challenges")),
    ("facilitators", _("Facilitators")),
)


@dataclass(frozen=True, slots=True)
class AdoptionResults:
    case: AdoptionCase
    facts: list[tuple[str, str]]
    dimensions: list[tuple[Dimension, list[tuple[SubDimension, Mark, tuple[Claim, ...]]]]]
    elsewhere: list[Claim]  # claims in areas that are none of the ten
    topics: list[tuple[str, str]]


def adoption_results(submission: Submission) -> AdoptionResults:
    reading = Reading(submission)
    case = adoption_case(submission, Labels([submission.questionnaire_version_id]))
    names = ("technologies_said", "application", "supplier", "adopted_when", "investment", "payback")
    return AdoptionResults(
        case=case,
        facts=reading.facts(*names, "case_source"),
        dimensions=[
            (dimension, [(part, case.mark(part), case.claims_in(part)) for part in parts])
            for dimension, parts in PARTS.items()
        ],
        elsewhere=[claim for claim in case.claims if claim.area not in SubDimension.values],
        topics=[(str(label), reading.say(name)) for name, label in TOPICS],
    )


@dataclass(frozen=True, slots=True)
class PolicyResults:
    case: PolicyCase
    facts: list[tuple[str, str]]


def policy_results(submission: Submission) -> PolicyResults:
    reading = Reading(submission)
    return PolicyResults(
        policy_case(submission, Labels([submission.questionnaire_version_id])),
        reading.facts("policy_owner", "lessons", "case_source"),
    )
