"""Points, gaps and means of assessments. Pure: no database, no clock.

What was not answered is missing and not zero: it counts neither for a firm nor against it, and how much was answered
stands beside every score. Means over firms are hidden where fewer than three make them up (``core.small_cells``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from diagnostics.rules.answers import Answers, Asked
from diagnostics.rules.forms import CHOOSING, Choice, Form, Question, Type
from twinning.core import small_cells

MOST_GAPS = 10
TOP_SCORE = 5  # of an excellence gap analysis


# Points of one firm ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scored:
    """An answered question that counts: ``points`` of at most ``most``, and what was chosen."""

    question: Question
    chosen: tuple[Choice, ...]
    points: int
    most: int

    @property
    def share(self) -> Decimal:
        """In percent."""
        return Decimal(100 * self.points) / self.most


@dataclass(frozen=True, slots=True)
class PillarScore:
    """``points`` of ``most`` over the questions that were answered; ``answered`` of ``asked`` questions.

    A question answered with a choice that counts nothing ("does not apply") is in neither number.
    """

    pillar: str
    points: int
    most: int
    answered: int
    asked: int

    @property
    def share(self) -> Decimal | None:
        """In percent of what the answered questions could give; None where none was answered."""
        return Decimal(100 * self.points) / self.most if self.most else None


def most_points(question: Question, choices: Sequence[Choice]) -> int:
    """What a question can give: its best choice, or all good ones where several may be chosen; 0: it scores nothing."""
    points = [max(choice.points or 0, 0) for choice in choices]
    if question.type not in CHOOSING or not points:
        return 0
    return sum(points) if question.type is Type.SEVERAL else max(points)


def _chosen(choices: Sequence[Choice], value: object) -> tuple[Choice, ...]:
    names = value if isinstance(value, list) else [value]
    return tuple(choice for choice in choices if choice.name in names)


def _scorable(form: Form, answers: Answers, today: dt.date) -> Iterator[tuple[Question, Scored | None]]:
    """Every question that is asked now and counts for a pillar, with its score where it was answered.

    One that was answered with a choice without points is left out.
    """
    for path, question, _row in Asked(form, answers, today).places():
        choices = form.choices_of(question)
        most = most_points(question, choices)
        if not question.pillar or not most:
            continue
        chosen = _chosen(choices, answers.get(path))
        counting = [choice.points for choice in chosen if choice.points is not None]
        if counting:
            yield question, Scored(question, chosen, min(max(sum(counting), 0), most), most)
        elif not chosen:
            yield question, None


def scored(form: Form, answers: Answers, today: dt.date) -> list[Scored]:
    """The answered questions that count, in the order of the form."""
    return [score for _question, score in _scorable(form, answers, today) if score]


def pillars_of(form: Form) -> list[str]:
    """In the order in which their questions come: a database may not keep the order of the definition's pillars."""
    return list(dict.fromkeys(question.pillar for question in form.questions() if question.pillar))


def pillar_scores(form: Form, answers: Answers, today: dt.date) -> list[PillarScore]:
    """One for each pillar of which something is asked, in the order of ``pillars_of``."""
    found: dict[str, list[Scored | None]] = {pillar: [] for pillar in pillars_of(form)}
    for question, score in _scorable(form, answers, today):
        found[question.pillar].append(score)
    return [_sum(pillar, scores) for pillar, scores in found.items() if scores]


def _sum(pillar: str, scores: Sequence[Scored | None]) -> PillarScore:
    given = [score for score in scores if score]
    return PillarScore(
        pillar=pillar,
        points=sum(score.points for score in given),
        most=sum(score.most for score in given),
        answered=len(given),
        asked=len(scores),
    )


def total(scores: Iterable[PillarScore]) -> PillarScore:
    """All pillars together, each question with its own weight."""
    rows = list(scores)
    return PillarScore(
        pillar="",
        points=sum(row.points for row in rows),
        most=sum(row.most for row in rows),
        answered=sum(row.answered for row in rows),
        asked=sum(row.asked for row in rows),
    )


def gaps(form: Form, answers: Answers, today: dt.date, most: int = MOST_GAPS) -> list[Scored]:
    """The lowest answers, lowest first and then in the order of the form. A full answer is no gap."""
    below = [score for score in scored(form, answers, today) if score.points < score.most]
    return sorted(below, key=lambda score: score.share)[:most]


@dataclass(frozen=True, slots=True)
class Compared:
    """One pillar before and after. ``change`` is in percentage points; None where either is missing."""

    pillar: str
    before: PillarScore | None
    after: PillarScore | None

    @property
    def change(self) -> Decimal | None:
        before = self.before.share if self.before else None
        after = self.after.share if self.after else None
        return after - before if before is not None and after is not None else None


def compare(before: Iterable[PillarScore], after: Iterable[PillarScore]) -> list[Compared]:
    """The pillars of two assessments of one firm side by side, those of the first first."""
    first = {score.pillar: score for score in before}
    second = {score.pillar: score for score in after}
    return [
        Compared(pillar, first.get(pillar), second.get(pillar)) for pillar in dict.fromkeys([*first, *second])
    ]


# Means over firms -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of one thing over firms, each counted once; ``value`` None where too few firms have one."""

    key: str
    value: Decimal | None
    firms: int


def means(values: Iterable[tuple[Hashable, str, Decimal | None]]) -> list[Mean]:
    """Means by key of (firm, key, value), in the order in which the keys come.

    Several values of a firm under one key count as their own mean. A missing value counts for nothing.
    """
    by_key: dict[str, dict[Hashable, list[Decimal]]] = {}
    for firm, key, value in values:
        known = by_key.setdefault(key, defaultdict(list))
        if value is not None:
            known[firm].append(value)
    return [_mean(key, firms) for key, firms in by_key.items()]


def _mean(key: str, by_firm: Mapping[Hashable, Sequence[Decimal]]) -> Mean:
    own = [sum(values, Decimal(0)) / len(values) for values in by_firm.values()]
    mean = sum(own, Decimal(0)) / len(own) if own else Decimal(0)
    return Mean(key, small_cells.shown(mean, len(own)), len(own))


BANDS = ((0, 25), (25, 50), (50, 75), (75, 100))  # percent; ours, since the method publishes no thresholds


def band_of(share: Decimal) -> int:
    """The index of the band that a share (0 to 100) falls into; a border belongs to the upper one."""
    return min(int(share // 25), len(BANDS) - 1)


def distribution(shares: Iterable[Decimal]) -> list[int | None]:
    """How many firms are in each band; None where that is one or two, and all None where fewer than three are.

    Where one band alone would be hidden, the smallest other one is hidden too: the total would tell it.
    """
    counts = [0] * len(BANDS)
    for share in shares:
        counts[band_of(share)] += 1
    if not small_cells.may_show(sum(counts)):
        return [None] * len(BANDS)
    hidden = [index for index, count in enumerate(counts) if count and not small_cells.may_show(count)]
    if len(hidden) == 1:
        others = [index for index, count in enumerate(counts) if count and index not in hidden]
        hidden.append(min(others, key=lambda index: counts[index]))
    return [None if index in hidden else count for index, count in enumerate(counts)]


# Interventions --------------------------------------------------------------------------------------------

MODES = ("workshop", "handholding", "review")


@dataclass(frozen=True, slots=True)
class Intervention:
    """One row of one analysis: in which ways it was identified, and in which of them ratified."""

    area: str
    identified: tuple[str, ...] = ()
    ratified: tuple[str, ...] = ()
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class InterventionRow:
    """One area over several analyses: {mode: how many identified, or ratified, it}, in the order of MODES."""

    area: str
    identified: dict[str, int]
    ratified: dict[str, int]
    qualifiers: tuple[str, ...] = ()

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(mode, how many) of the six cells: identified in each of MODES, then ratified in each."""
        return [(mode, counts.get(mode, 0)) for counts in (self.identified, self.ratified) for mode in MODES]

    @property
    def added(self) -> bool:
        """Ratified without having been identified."""
        return bool(self.ratified) and not self.identified

    @property
    def dropped(self) -> bool:
        return bool(self.identified) and not self.ratified


def intervention_matrix(rows: Iterable[Intervention]) -> list[InterventionRow]:
    """Areas with their modes, identified beside ratified, in the order in which the areas first come."""
    by_area: dict[str, list[Intervention]] = {}
    for row in rows:
        by_area.setdefault(row.area, []).append(row)
    return [
        InterventionRow(
            area=area,
            identified=_count(mode for row in found for mode in row.identified),
            ratified=_count(mode for row in found for mode in row.ratified),
            qualifiers=tuple(dict.fromkeys(row.qualifier for row in found if row.qualifier)),
        )
        for area, found in by_area.items()
    ]


def _count(modes: Iterable[str]) -> dict[str, int]:
    found = list(modes)
    order = [*MODES, *dict.fromkeys(mode for mode in found if mode not in MODES)]
    return {mode: found.count(mode) for mode in order if mode in found}
