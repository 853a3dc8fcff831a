"""What the services of selection promise of scores, and of the sheets on which they are entered."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from clusters import services
from clusters.models import SelectionCandidate, SelectionScore
from clusters.queries import compare
from clusters.services.selection_scores import MOST_ASSESSORS
from tests.clusters.selection.conftest import Round, refused_at
from tests.conftest import World
from twinning.core.access import DomainError, PermissionRefused, WrongState
from twinning.core.models import Change

D = Decimal


# Scores ---------------------------------------------------------------------------------------------------


def test_each_assessor_has_one_score_and_the_ranking_takes_their_mean(world: World, selection: Round) -> None:
    selection.score(selection.leather, "3", 4)
    selection.score(selection.leather, "3", 5)
    selection.score(selection.leather, "3", 3, actor=world.manager)
    selection.score(selection.leather, "3", 1, actor=world.manager, assessor_name=" Trade  office ")
    selection.score(selection.leather, "3", 2, actor=world.manager, assessor_name="trade office")
    assert sorted(SelectionScore.objects.values_list("value", flat=True)) == [D(2), D(3), D(5)]
    assert SelectionScore.objects.filter(assessor=None).get().assessor_name == "Trade office"
    (standing,) = [s for s in compare(selection.round).standings if s.parts]
    opinion = standing.parts["3"].opinion
    assert (opinion.mean, opinion.low, opinion.high, opinion.assessors) == (Fraction(10, 3), D(2), D(5), 3)


@pytest.mark.parametrize(
    ("value", "evidence", "at"),
    [(D(6), "Statistics", {"value"}), (D("0.5"), "Statistics", {"value"}), (D(3), " ", {"evidence"})],
)
def test_a_score_lies_within_the_scale_and_rests_on_something(
    selection: Round, value: Decimal, evidence: str, at: set[str]
) -> None:
    with pytest.raises(DomainError) as refused:
        selection.score(selection.leather, "3", float(value), evidence=evidence)
    assert refused_at(refused) == at
    assert not SelectionScore.objects.exists()


def test_the_message_names_the_ends_of_the_scale_that_there_are(world: World, selection: Round) -> None:
    parameter = selection.parameter("4")
    scales: list[tuple[dict[str, Any], int, str]] = [
        ({}, 7, "goes from 1 to 5"),
        ({"scale": "raw", "highest": D(1000)}, 1001, "ends at 1,000"),
        ({"highest": None, "lowest": D("0.5")}, 0, "begins at 0.5"),
    ]
    for ends, value, message in scales:
        parameter = services.update_parameter(actor=world.manager, parameter=parameter, version=None, **ends)
        with pytest.raises(DomainError, match=message):
            selection.score(selection.leather, "4", value)


def test_a_score_of_another_round_or_of_too_many_assessors_is_refused(world: World, selection: Round) -> None:
    other = Round(world, number=7)
    with pytest.raises(DomainError) as refused:
        services.score_candidate(
            actor=world.manager,
            candidate=selection.leather,
            parameter=other.parameter("3"),
            value=D(3),
            evidence="x",
        )
    assert refused_at(refused) == {"parameter"}
    for n in range(MOST_ASSESSORS):
        selection.score(selection.leather, "3", 3, actor=world.manager, assessor_name=f"Assessor {n}")
    with pytest.raises(DomainError, match="At most 10"):
        selection.score(selection.leather, "3", 3)


def test_nobody_changes_what_another_assessor_said(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    with pytest.raises(PermissionRefused, match="another assessor"):
        services.update_score(actor=world.manager, score=score, version=None, value=D(1))
    changed = services.update_score(actor=world.coordinator, score=score, version=1, value=D(2))
    assert changed.value == D(2)
    with pytest.raises(DomainError) as refused:
        services.update_score(actor=world.coordinator, score=changed, version=None, value=D(9))
    assert refused_at(refused) == {"value"}


def test_a_manager_takes_a_score_out_with_a_reason_that_history_keeps(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    with pytest.raises(DomainError) as refused:
        services.remove_score(actor=world.manager, score=score)
    assert refused_at(refused) == {"reason"}
    services.remove_score(actor=world.manager, score=score, reason="The assessor sells there")
    removed = Change.objects.get(action="removed")
    assert (removed.reason, removed.fields["value"]) == ("The assessor sells there", ["4", None])
    with pytest.raises(WrongState):
        services.remove_score(actor=world.manager, score=score, reason="again")


def test_scores_of_an_illustrative_round_are_illustrative(world: World) -> None:
    shown = Round(world, illustrative=True)
    assert shown.score(shown.leather, "3", 4).illustrative
    plain = Round(world)
    assert not plain.score(plain.leather, "3", 4).illustrative
    assert plain.score(plain.agra, "3", 4, illustrative=True).illustrative
    compared = compare(plain.round)
    assert compared.is_illustrative(plain.agra.pk)
    assert not compared.is_illustrative(plain.leather.pk)


# The sheet ------------------------------------------------------------------------------------------------


def entry(candidate: SelectionCandidate, value: float | None, evidence: str = "Study", **more: Any) -> Any:
    return services.Entry(candidate, None if value is None else D(str(value)), evidence, **more)


def test_a_sheet_is_saved_as_a_whole_or_not_at_all(world: World, selection: Round) -> None:
    sheet = {"actor": world.coordinator, "parameter": selection.parameter("3")}
    with pytest.raises(DomainError) as refused:
        services.fill_sheet(
            **sheet,
            entries=[
                entry(selection.leather, 4),
                entry(selection.footwear, 7),
                entry(selection.agra, 2, ""),
            ],
        )
    assert refused_at(refused) == {"entries/1/value", "entries/2/evidence"}
    assert not SelectionScore.objects.exists()
    with pytest.raises(DomainError, match="cannot stand") as refused:
        services.fill_sheet(**sheet, entries=[entry(selection.agra, None, "Seen, not judged")])
    assert refused_at(refused) == {"entries/0/value"}
    rows = [entry(selection.leather, 4), entry(selection.footwear, 1), entry(selection.agra, None, "")]
    assert services.fill_sheet(**sheet, entries=rows) == 2


def test_an_emptied_row_takes_the_score_back_and_an_untouched_one_is_left_alone(
    world: World, selection: Round
) -> None:
    selection.score(selection.leather, "3", 4, evidence="Study")
    selection.score(selection.agra, "3", 2, evidence="Study")
    changed = services.fill_sheet(
        actor=world.coordinator,
        parameter=selection.parameter("3"),
        entries=[entry(selection.leather, 4, version=1), entry(selection.agra, None, "Study", version=1)],
    )
    assert changed == 1
    assert SelectionScore.objects.get().candidate == selection.leather


def test_two_tabs_of_one_assessor_do_not_overwrite_each_other(world: World, selection: Round) -> None:
    score = selection.score(selection.leather, "3", 4)
    services.update_score(actor=world.coordinator, score=score, version=1, value=D(5))
    late = [entry(selection.leather, 2, version=1), entry(selection.agra, 3, version=8)]
    with pytest.raises(services.Overtaken) as overtaken:
        services.fill_sheet(actor=world.coordinator, parameter=selection.parameter("3"), entries=late)
    assert overtaken.value.current == {"entries/0": 2, "entries/1": None}
    assert "5 was saved here meanwhile" in str(overtaken.value.fields["entries/0/value"])
    assert SelectionScore.objects.get().value == D(5)
