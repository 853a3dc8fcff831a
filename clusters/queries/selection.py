"""Selection rounds as they stand: the ranking with all it is made from, and how far it hangs on the weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q
from django.utils import formats
from django.utils.translation import gettext as _

from clusters.models import (
    Cluster,
    SelectionCandidate,
    SelectionOutcome,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.queries.words import Word
from clusters.rules.selection import (
    Concern,
    Criterion,
    Opinion,
    Outcome,
    Part,
    Scale,
    Standing,
    concerns,
    evaluate,
    opinion_of,
)
from clusters.rules.sensitivity import Sensitivity, sensitivity
from twinning.core.models import User

_ROUND_KINDS = {
    SelectionRound.Status.OPEN: "busy",
    SelectionRound.Status.DECIDED: "good",
    SelectionRound.Status.CLOSED: "off",
}
_OUTCOME_KINDS = {Outcome.SELECT: "good", Outcome.RESERVE: "plan", Outcome.NOT_SELECTED: "off"}


def round_word(status: str) -> Word:
    known = SelectionRound.Status(status)
    return Word(str(known.label), _ROUND_KINDS[known])


def outcome_word(outcome: str) -> Word:
    known = Outcome(outcome)
    return Word(str(known.label), _OUTCOME_KINDS[known])


def concern_words(found: Iterable[Concern]) -> list[str]:
    words = {
        Concern.REMOTE: _(
            "Exports to global brands (3) and links with global chains (6) are both near zero:"
            " hardly a place for a twinning."
        ),
        Concern.THIN: _("Less than half of the weight rests on values."),
        Concern.UNRANKED: _("Nothing that counts tells it from the others yet."),
    }
    return [words[concern] for concern in found]


@dataclass(frozen=True, slots=True)
class Compared:
    """A round with its ranking. ``standings`` are of the candidates that were not withdrawn, best first."""

    round: SelectionRound
    parameters: list[SelectionParameter]
    weight_set: SelectionWeights | None
    weights: dict[str, Decimal]
    candidates: dict[int, SelectionCandidate]
    scores: dict[tuple[int, int], list[SelectionScore]]  # by candidate and parameter
    standings: list[Standing]

    @property
    def ranks(self) -> dict[int, int | None]:
        return {standing.key: standing.rank for standing in self.standings}

    @property
    def withdrawn(self) -> list[SelectionCandidate]:
        return [candidate for candidate in self.candidates.values() if candidate.is_withdrawn]

    def is_illustrative(self, candidate: int) -> bool:
        """Whether something that counts for a candidate was put in only to show how a round works."""
        own = (score for (pk, _code), found in self.scores.items() if pk == candidate for score in found)
        return self.round.illustrative or any(score.illustrative for score in own)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the ranking does, so that nobody decides on another one than he saw."""
        told = [
            (s.key, s.rank, str(s.composite), str(s.completeness))
            for s in sorted(self.standings, key=lambda s: s.key)
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def sensitivity(self) -> Sensitivity:
        codes = [parameter.code for parameter in self.parameters]
        return sensitivity(codes, self.weights, self.standings)

    def concerns(self) -> dict[int, list[Concern]]:
        return concerns(_criteria(self.parameters), self.standings)


def _criteria(parameters: Iterable[SelectionParameter]) -> list[Criterion]:
    return [Criterion(p.code, p.scale, p.direction) for p in parameters]


def compare(selection_round: SelectionRound) -> Compared:
    """The ranking of a round as it stands, in four queries."""
    parameters = list(SelectionParameter.objects.filter(round=selection_round))
    weight_set = SelectionWeights.objects.filter(round=selection_round).order_by("-number").first()
    candidates = {row.pk: row for row in SelectionCandidate.objects.filter(round=selection_round).for_list()}
    scores: dict[tuple[int, int], list[SelectionScore]] = {}
    rows = SelectionScore.objects.filter(candidate__round=selection_round).select_related("assessor")
    for row in rows.order_by("id"):
        scores.setdefault((row.candidate_id, row.parameter_id), []).append(row)
    weights = weight_set.by_code if weight_set else {}
    opinions = {
        pk: {
            parameter.code: opinion_of([score.value for score in found])
            for parameter in parameters
            if (found := scores.get((pk, parameter.pk)))
        }
        for pk, candidate in candidates.items()
        if not candidate.is_withdrawn
    }
    standings = evaluate(_criteria(parameters), weights, opinions)
    return Compared(selection_round, parameters, weight_set, weights, candidates, scores, standings)


def standing_outcomes(selection_round: SelectionRound) -> list[SelectionOutcome]:
    """What was decided last, the selected ones first; none before the round is decided."""
    rows = SelectionOutcome.objects.filter(candidate__round=selection_round, sitting=selection_round.sittings)
    return list(rows.for_list())


# In the words of pages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RankLine:
    """One row of the ranking. ``held`` is in % of the draws; ``best`` and ``worst`` are ranks among them."""

    candidate: SelectionCandidate
    rank: int | None
    is_shared: bool
    composite: Decimal | None
    low: Decimal | None
    high: Decimal | None
    completeness: Decimal
    held: int | None
    best: int | None
    worst: int | None
    is_illustrative: bool
    concerns: list[Concern]
    outcome: SelectionOutcome | None
    word: Word | None  # of the outcome

    @property
    def has_spread(self) -> bool:
        return self.low != self.high

    @property
    def notes(self) -> list[str]:
        return concern_words(self.concerns)


def rank_lines(
    compared: Compared, found: Sensitivity, outcomes: Iterable[SelectionOutcome] = ()
) -> list[RankLine]:
    decided = {outcome.candidate_id: outcome for outcome in outcomes}
    said = compared.concerns()
    ranks = list(compared.ranks.values())
    lines = []
    for standing in compared.standings:
        hold = found.holds.get(standing.key)
        outcome = decided.get(standing.key)
        lines.append(
            RankLine(
                candidate=compared.candidates[standing.key],
                rank=standing.rank,
                is_shared=standing.rank is not None and ranks.count(standing.rank) > 1,
                composite=standing.composite,
                low=standing.low,
                high=standing.high,
                completeness=standing.completeness,
                held=100 * hold.kept // found.draws if hold else None,
                best=hold.best if hold else None,
                worst=hold.worst if hold else None,
                is_illustrative=compared.is_illustrative(standing.key),
                concerns=said.get(standing.key, []),
                outcome=outcome,
                word=outcome_word(outcome.outcome) if outcome else None,
            )
        )
    return lines


def figure(value: Decimal | Fraction, places: int = 2) -> str:
    """A mean or a value as the reader's language writes it, with no more decimals than it has."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = round(value, places).normalize()
    exponent = rounded.as_tuple().exponent
    shown = max(0, -exponent) if isinstance(exponent, int) else 0
    return formats.number_format(rounded, decimal_pos=shown, force_grouping=True)


def value_text(part: Part, parameter: SelectionParameter) -> str:
    """The mean with the unit of a raw figure."""
    unit = f"\u00a0{parameter.unit}" if parameter.scale == Scale.RAW and parameter.unit else ""
    return figure(part.opinion.mean) + unit


def spread_text(opinion: Opinion) -> str:
    """From the least to the greatest value of several assessors; "" where they agree or there is one."""
    if opinion.low == opinion.high:
        return ""
    return f"{figure(opinion.low, 4)}–{figure(opinion.high, 4)}"


@dataclass(frozen=True, slots=True)
class Cell:
    """The values of one candidate on one parameter; ``text`` is "" where there is none."""

    parameter: SelectionParameter
    text: str
    spread: str
    assessors: int
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ValueRow:
    candidate: SelectionCandidate
    rank: int | None
    cells: list[Cell]


def value_rows(compared: Compared) -> list[ValueRow]:
    """Each candidate with its value on each parameter, best first."""
    return [
        ValueRow(
            compared.candidates[standing.key],
            standing.rank,
            [_cell(standing, parameter) for parameter in compared.parameters],
        )
        for standing in compared.standings
    ]


def _cell(standing: Standing, parameter: SelectionParameter) -> Cell:
    part = standing.parts.get(parameter.code)
    if part is None:
        return Cell(parameter, "", "", 0, None)
    opinion = part.opinion
    return Cell(parameter, value_text(part, parameter), spread_text(opinion), opinion.assessors, part.points)


@dataclass(frozen=True, slots=True)
class Moved:
    """One weight moved and the others left: ``changes`` are (candidate, rank now, rank then)."""

    parameter: SelectionParameter
    weight: Decimal
    up: list[tuple[SelectionCandidate, int, int]]
    down: list[tuple[SelectionCandidate, int, int]]


def moved_alone(compared: Compared, found: Sensitivity) -> list[Moved]:
    ranks = compared.ranks

    def changes(code: str, percent: int) -> list[tuple[SelectionCandidate, int, int]]:
        changed = next(a.changed for a in found.alone if (a.code, a.percent) == (code, percent))
        return [
            (compared.candidates[key], now, changed[key])
            for key, now in ranks.items()
            if now is not None and key in changed
        ]

    moved = {alone.code for alone in found.alone}
    return [
        Moved(
            parameter,
            compared.weights[parameter.code],
            changes(parameter.code, found.swing),
            changes(parameter.code, -found.swing),
        )
        for parameter in compared.parameters
        if parameter.code in moved
    ]


@dataclass(frozen=True, slots=True)
class ScoreLine:
    score: SelectionScore
    assessor: str
    value: str
    is_own: bool


def assessor_text(score: SelectionScore, reader: User, *, named: bool) -> str:
    """Who gave a score; only that somebody did where the reader may not see names of people."""
    if named or score.assessor_id == reader.pk:
        return score.assessor_name or str(score.assessor)
    return _("an assessor, not named to you")


@dataclass(frozen=True, slots=True)
class ParameterPart:
    """A parameter on the page of a candidate: what it weighs, adds, and who says what."""

    parameter: SelectionParameter
    weight: Decimal
    cell: Cell
    scores: list[ScoreLine]


def parameter_parts(
    compared: Compared, candidate: SelectionCandidate, reader: User, *, named: bool
) -> list[ParameterPart]:
    standing = next((s for s in compared.standings if s.key == candidate.pk), None)
    parts = []
    for parameter in compared.parameters:
        scores = compared.scores.get((candidate.pk, parameter.pk), [])
        lines = [
            ScoreLine(
                score,
                assessor_text(score, reader, named=named),
                figure(score.value, 4),
                score.assessor_id == reader.pk,
            )
            for score in scores
        ]
        cell = _cell(standing, parameter) if standing else Cell(parameter, "", "", len(lines), None)
        parts.append(ParameterPart(parameter, compared.weights.get(parameter.code, Decimal(0)), cell, lines))
    return parts


@dataclass(frozen=True, slots=True)
class RoundLine:
    round: SelectionRound
    word: Word
    candidates: int
    selected: list[SelectionOutcome]


def round_lines(rounds: Iterable[SelectionRound]) -> list[RoundLine]:
    """Rounds with how many candidates they have and whom they selected; two queries for any number."""
    rows = list(rounds)
    standing = Q(status=SelectionCandidate.Status.CANDIDATE)
    counted = SelectionCandidate.objects.filter(standing, round__in=rows).order_by().values("round")
    counts = dict(counted.annotate(n=Count("pk")).values_list("round", "n"))
    selected: dict[int, list[SelectionOutcome]] = {}
    outcomes = SelectionOutcome.objects.filter(candidate__round__in=rows, outcome=Outcome.SELECT)
    latest = {row.pk: row.sittings for row in rows}
    for outcome in outcomes.for_list():
        if outcome.sitting == latest[outcome.candidate.round_id]:
            selected.setdefault(outcome.candidate.round_id, []).append(outcome)
    return [
        RoundLine(row, round_word(row.status), counts.get(row.pk, 0), selected.get(row.pk, []))
        for row in rows
    ]


def candidacies_of(user: User, cluster: Cluster) -> list[tuple[SelectionCandidate, Word | None]]:
    """The rounds in which a cluster stands or stood that the reader may see, newest first, each with what was
    decided on it last; two queries.
    """
    rows = SelectionCandidate.objects.visible_to(user).filter(cluster=cluster).select_related("round")
    found = list(rows.prefetch_related("outcomes").order_by("-round__number", "-pk"))
    last = {
        one.pk: max(one.outcomes.all(), key=lambda outcome: outcome.sitting, default=None) for one in found
    }
    return [(one, outcome_word(was.outcome) if (was := last[one.pk]) else None) for one in found]
