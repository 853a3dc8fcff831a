"""Points, gaps, means: what was not answered is missing and not zero, and single firms stay behind the wall."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics.rules import scoring
from diagnostics.rules.forms import Form, form_of
from diagnostics.rules.scoring import Intervention, distribution, intervention_matrix, means
from twinning.core.small_cells import FEWEST_FIRMS

TODAY = dt.date(2011, 7, 31)
patient = settings(deadline=None)  # a busy machine is no failure


def form_with(*questions: dict[str, Any], points: tuple[int | None, ...] = (0, 1, 2, 3)) -> Form:
    """Questions of the pillars "people" and "process", with one list of choices that count these points."""
    choices = [
        {"name": f"c{place}", "label": f"choice {place}"} | ({"points": n} if n is not None else {})
        for place, n in enumerate(points)
    ]
    section = {"name": "all", "label": "All", "items": list(questions)}
    pillars = {"people": "People", "process": "Process"}
    return form_of(
        {"title": "T", "language": "en", "sections": [section], "choices": {"c": choices}, "pillars": pillars}
    )


def question(name: str, pillar: str = "people", kind: str = "one", **extra: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": name.upper(), "choices": "c", "pillar": pillar, **extra}


def scores_of(form: Form, answers: dict[str, Any]) -> dict[str, scoring.PillarScore]:
    return {score.pillar: score for score in scoring.pillar_scores(form, answers, TODAY)}


def test_pillars_come_in_the_order_of_their_questions() -> None:
    form = form_with(question("a", "process"), question("b"))
    assert scoring.pillars_of(form) == ["process", "people"]
    assert [score.pillar for score in scoring.pillar_scores(form, {}, TODAY)] == ["process", "people"]


def test_points_count_over_the_answered_questions_only() -> None:
    form = form_with(question("a"), question("b"), question("c", "process"))
    scores = scores_of(form, {"a": "c2"})
    people = scores["people"]
    assert (people.points, people.most, people.answered, people.asked) == (2, 3, 1, 2)
    assert round(people.share or 0) == 67
    assert scores["process"].share is None


def test_a_choice_without_points_leaves_its_question_out() -> None:
    form = form_with(question("a"), question("b"), points=(0, 4, None))
    people = scores_of(form, {"a": "c1", "b": "c2"})["people"]
    assert (people.points, people.most, people.answered, people.asked) == (4, 4, 1, 1)


def test_a_question_that_is_not_asked_counts_for_nothing() -> None:
    form = form_with(question("a"), question("b", relevant="${a} = 'c3'"))
    assert scores_of(form, {"a": "c1", "b": "c3"})["people"].asked == 1
    assert scores_of(form, {"a": "c3", "b": "c3"})["people"].asked == 2


def test_several_choices_add_up() -> None:
    form = form_with(question("a", kind="several"))
    people = scores_of(form, {"a": ["c1", "c3"]})["people"]
    assert (people.points, people.most) == (4, 6)


def test_gaps_are_the_lowest_answers_and_a_full_one_is_none() -> None:
    form = form_with(question("a"), question("b"), question("c"), question("d"))
    found = scoring.gaps(form, {"a": "c3", "b": "c1", "c": "c0"}, TODAY)
    assert [gap.question.name for gap in found] == ["c", "b"]


def test_before_and_after_are_compared_by_pillar() -> None:
    form = form_with(question("a"), question("b", "process"))
    before = scoring.pillar_scores(form, {"a": "c1"}, TODAY)
    after = scoring.pillar_scores(form, {"a": "c3", "b": "c1"}, TODAY)
    people, process = scoring.compare(before, after)
    assert round(people.change or 0) == 67
    assert process.change is None


_answers = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["c0", "c1", "c2", "c3", "c4", "gone"])
)


@patient
@given(_answers, st.tuples(*[st.none() | st.integers(-5, 20)] * 5))
def test_shares_stay_between_nothing_and_everything(answers: Any, points: Any) -> None:
    form = form_with(question("a"), question("b"), question("c", "process"), question("d"), points=points)
    scores = scoring.pillar_scores(form, answers, TODAY)
    for score in [*scores, scoring.total(scores)]:
        assert 0 <= score.points <= score.most or score.most == 0
        assert 0 <= score.answered <= score.asked
        assert score.share is None or 0 <= score.share <= 100
    for gap in scoring.gaps(form, answers, TODAY):
        assert gap.question.name in answers
        assert gap.points < gap.most


@patient
@given(_answers)
def test_answering_one_more_never_lowers_the_points(answers: Any) -> None:
    form = form_with(question("a"), question("b"), question("c", "process"), question("d"))
    full = scoring.total(scoring.pillar_scores(form, answers, TODAY))
    for name in answers:
        rest = {key: value for key, value in answers.items() if key != name}
        assert scoring.total(scoring.pillar_scores(form, rest, TODAY)).points <= full.points


_scores = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["5s", "lean"]),
        st.none() | st.decimals(0, 5, places=1, allow_nan=False),
    ),
    max_size=20,
)


@patient
@given(_scores)
def test_means_lie_between_their_values_and_hide_few_firms(rows: Any) -> None:
    for mean in means(rows):
        own = {firm for firm, area, value in rows if area == mean.key and value is not None}
        values = [value for _firm, area, value in rows if area == mean.key and value is not None]
        assert mean.firms == len(own)
        assert (mean.value is None) == (len(own) < FEWEST_FIRMS)
        if mean.value is not None:
            slack = Decimal("1e-20")
            assert min(values) - slack <= mean.value <= max(values) + slack


def test_a_firm_counts_once_however_many_values_it_has() -> None:
    rows = [
        ("a", "5s", Decimal(5)),
        ("a", "5s", Decimal(1)),
        ("b", "5s", Decimal(0)),
        ("c", "5s", Decimal(3)),
    ]
    (mean,) = means(rows)
    assert (mean.value, mean.firms) == (Decimal(2), 3)


@patient
@given(st.lists(st.decimals(0, 100, places=1, allow_nan=False), max_size=15))
def test_no_band_tells_of_one_or_two_firms(shares: list[Decimal]) -> None:
    shown = distribution(shares)
    assert not [count for count in shown if count is not None and 0 < count < FEWEST_FIRMS]
    # Nor can a single hidden band be worked out from the total.
    assert shown.count(None) != 1


def test_interventions_identified_stand_beside_those_ratified() -> None:
    rows = [
        Intervention("HRD", ("handholding", "workshop")),
        Intervention("SPX", (), ("workshop",), "web"),
        Intervention("HRD", ("workshop",), ("workshop", "coaching")),
    ]
    hrd, spx = intervention_matrix(rows)
    assert list(hrd.identified.items()) == [("workshop", 2), ("handholding", 1)]
    assert hrd.ratified == {"workshop": 1, "coaching": 1}
    assert (spx.added, spx.dropped, spx.qualifiers) == (True, False, ("web",))
    assert [count for _mode, count in spx.cells] == [0, 0, 0, 1, 0, 0]
