"""The evaluation report tells of the period that was evaluated, and is set so that it can be read."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from clusters import services as clusters
from monitoring.models import Evaluation
from monitoring.reports import EVALUATION
from monitoring.reports.evaluation.document import document_of
from monitoring.services import request_of
from tests.conftest import World
from tests.monitoring.evaluating import draft
from tests.monitoring.results import event
from tests.monitoring.test_evaluation_report import imprint, table_of, taken
from tests.monitoring.test_portfolio import aimed
from tests.pdf import Paper
from twinning.core.reports import kind_of


def lapsed(world: World) -> None:
    """The twinning was at work from June 2008 to September 2009, and nobody was its agent."""
    turned(world, ("study", "2007"), ("negotiating", "2008-06"), ("active", "2008-09"), ("lapsed", "2009-10"))


def turned(world: World, *turns: tuple[str, str]) -> None:
    for to, since in turns:
        world.twinning.refresh_from_db()
        clusters.move_twinning(
            actor=world.manager,
            twinning=world.twinning,
            to=to,
            version=None,
            since=since,
            reason="As agreed.",
        )


@pytest.mark.parametrize(
    ("first", "last", "is_told"),
    [
        (dt.date(2008, 1, 1), dt.date(2010, 12, 31), True),
        (dt.date(2010, 1, 1), dt.date(2010, 12, 31), False),
        (dt.date(2007, 1, 1), dt.date(2008, 5, 31), False),
        (None, None, False),
    ],
)
def test_a_twinning_needs_an_agent_while_it_is_at_work_in_the_evaluated_period(
    world: World, first: Any, last: Any, is_told: bool
) -> None:
    lapsed(world)
    draft(world, first=first, last=last)
    assert taken(world)["gaps"] == ([str(world.twinning)] if is_told else [])


@pytest.mark.parametrize(
    ("turns", "year", "is_told"),
    [
        ((("study", ""), ("negotiating", ""), ("active", "2010")), 2007, False),
        ((("study", ""), ("negotiating", ""), ("active", "2010")), 2010, True),
        ((("study", ""), ("negotiating", "2010"), ("abandoned", "2010")), 2010, True),
        ((("study", ""), ("negotiating", "2010"), ("abandoned", "2010")), 2011, False),
        ((("study", ""), ("negotiating", "")), 2010, False),
    ],
)
def test_of_turns_without_a_day_only_what_is_known_for_sure_is_told(
    world: World, turns: Any, year: int, is_told: bool
) -> None:
    turned(world, *turns)
    draft(world, first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))
    assert taken(world)["gaps"] == ([str(world.twinning)] if is_told else [])


def test_both_reports_say_alike_of_one_day_whether_an_agent_is_missing(world: World) -> None:
    lapsed(world)
    for day in (dt.date(2009, 1, 31), dt.date(2010, 1, 31)):
        asked = request_of(
            programme=world.programme, cluster=None, as_of=day, actor=world.manager, options={}
        )
        portfolio = kind_of("portfolio").take(asked)["gaps"]["without_agent"]
        world.evaluation = draft(world, title=str(day), first=day, last=day)
        assert taken(world, evaluation=world.evaluation.pk)["gaps"] == portfolio
        assert bool(portfolio) == (day.year == 2009)
        clusters.engage_agent(
            actor=world.manager,
            cluster=world.santa_croce,
            post=f"Agent of {day.year}",
            side="advanced",
            function="cda",
            valid_from=day,
            valid_to=day,
        )
        assert taken(world, evaluation=world.evaluation.pk)["gaps"] == []


def decided(world: World, number: int, held: str, text: str, supersedes: Any = None) -> Any:
    meeting = clusters.add_meeting(
        actor=world.manager, programme=world.programme, number=number, held=held, held_text="as agreed"
    )
    return clusters.record_decision(
        actor=world.manager, meeting=meeting, text=text, kind="other", supersedes=supersedes
    )


def test_decisions_are_told_up_to_the_last_day_of_the_evaluated_period(world: World) -> None:
    first = decided(world, 1, "2008-02", "Begin.")
    second = decided(world, 2, "2009", "Go on.", first)
    decided(world, 3, "2010-01-01", "End.", second)
    decided(world, 4, "", "On no stated day.")
    draft(world, last=dt.date(2009, 6, 30))
    told = [(row["text"], row["superseded_at"]) for row in taken(world)["decisions"]]
    assert told == [("Begin.", 2), ("Go on.", None), ("On no stated day.", None)]
    draft(world, last=dt.date(2010, 6, 30))
    assert [row["superseded_at"] for row in taken(world)["decisions"]] == [2, 3, None, None]


def posted(world: World, name: str, first: Any) -> None:
    clusters.engage_agent(
        actor=world.manager,
        cluster=world.leather,
        post=name,
        side="emerging",
        function="cda",
        valid_from=first,
    )


def test_posts_are_told_that_began_by_the_last_day_of_the_evaluated_period(world: World) -> None:
    posted(world, "There", dt.date(2008, 1, 1))
    posted(world, "On the last day", dt.date(2009, 6, 30))
    posted(world, "A day late", dt.date(2009, 7, 1))
    posted(world, "At some time", None)
    draft(world, last=dt.date(2009, 6, 30))
    told = {row["post"] for row in taken(world)["agents"]}
    assert told & {"There", "On the last day", "A day late", "At some time"} == {
        "There",
        "On the last day",
        "At some time",
    }


def test_a_picture_over_time_has_no_row_for_what_begins_after_its_end(world: World) -> None:
    """Snapshots of before have such posts, and a framework may be signed long before it holds."""
    posted(world, "There", dt.date(2008, 1, 1))
    draft(world, last=dt.date(2009, 6, 30))
    data = taken(world)
    there = next(row for row in data["agents"] if row["post"] == "There")
    data["agents"] += [
        there | {"post": "Within the year", "first": "2009-12-31"},
        there | {"post": "Beyond it", "first": "2010-01-01"},
    ]
    (picture,) = re.findall(
        r'<svg[^>]*class="timeline".*?</svg>', EVALUATION.html(data, imprint(data)), re.DOTALL
    )
    assert "There" in picture
    assert "Within the year" in picture
    assert "Beyond it" not in picture
    only = data | {"agents": [row for row in data["agents"] if row["post"] == "Beyond it"]}
    assert 'class="timeline"' not in EVALUATION.html(only, imprint(only))


def test_results_are_those_of_the_evaluated_period_and_say_so(world: World) -> None:
    aimed(world)
    for year in (2009, 2011):
        event(world, f"Fair of {year}", f"Feb {year}", "fair")
    draft(world, last=dt.date(2009, 12, 31))
    data = taken(world)
    rows = table_of(data, "Outputs of the twinning (Table 9)")
    assert next(row[1] for row in rows if str(row[0]).startswith("T9.6")) == 1
    assert "Up to 31 December 2009, the last day of the evaluated period." in EVALUATION.html(
        data, imprint(data)
    )


def test_background_and_scope_are_told_apart_and_what_is_not_stated_once(world: World) -> None:
    def section(**values: Any) -> list[str]:
        draft(world, **values)
        data = taken(world, evaluation=Evaluation.objects.latest("pk").pk)
        (found,) = [
            one for one in document_of(data, imprint(data), inked=True).sections if one.anchor == "background"
        ]
        return [str(getattr(block, "text", "")) for block in found.blocks]

    assert section() == ["Not stated."]
    assert section(scope="Three clusters.") == ["Not stated.", "Scope", "Three clusters."]


def test_no_word_in_the_head_of_a_column_is_divided_that_a_line_could_hold(world: World) -> None:
    """Names as in the demonstration, whose table has seven columns of numbers."""
    for name in ("Chennai automotive components", "Gurgaon automotive components", "Shantiniketan leather"):
        clusters.create_cluster(
            actor=world.manager,
            programme=world.programme,
            slug=name.lower().replace(" ", "-"),
            name=name,
            country="IN",
            is_principal=True,
        )
    aimed(world)
    draft(world)
    data = taken(world)
    printed = dict(Paper(EVALUATION.pdf(data, imprint(data))).tables_under_headings())
    heads = [" ".join(cell.lines) for cell in printed["Results to date"][0]]
    assert {"Chennai automotive components", "Shantiniketan leather", "Programme"} <= set(heads)
