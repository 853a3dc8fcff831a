"""Filters of lists that ask for what there is not: said beside them, and never passed over in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clusters.conftest import Visitor
from tests.clusters.test_agreement_pages import agreement_of, text
from tests.conftest import World
from twinning.core.models import User

Visit = Callable[[User], Visitor]


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        ("agreements", {"cluster": "xyz"}, "“xyz” is not one of: Chennai footwear, Chennai leather"),
        ("agreements", {"kind": "pact"}, "“pact” is not one of: cooperation agreement"),
        ("agreements", {"on": "not a day"}, "Enter a valid date."),
        ("organisations", {"kind": "guild"}, "“guild” is not one of: principal firm"),
        ("people", {"cluster": "elsewhere"}, "“elsewhere” is not one of"),
        ("activities", {"cluster": "xyz"}, "“xyz” is not one of: Chennai"),
        ("activities", {"organisation": "12"}, "“12” is not among the choices"),
        ("timeline", {"status": "dun"}, "“dun” is not one of"),
        ("reports", {"state": "isued"}, "“isued” is not one of: issued"),
    ],
)
def test_a_value_that_is_no_choice_is_said_beside_the_filters(
    world: World, visit: Visit, page: str, query: dict[str, str], said: str
) -> None:
    shown = text(visit(world.manager).get(page, **query))
    assert "The list is not narrowed by this filter." in shown
    assert said in shown
    assert "Filters: 1 in use" not in shown
    assert "fits these filters" not in shown


def test_the_other_filters_of_the_same_address_hold(world: World, visit: Visit) -> None:
    for title in ("Of tanners", "Of others"):
        agreement_of(world, title)
    answer = visit(world.manager).get("agreements", q="tanners", kind="pact")
    assert [line.agreement.title for line in answer.context["lines"]] == ["Of tanners"]
    assert "Filters: 1 in use" in text(answer)


def test_a_value_is_shown_as_text_and_not_as_what_it_would_be_in_a_page(world: World, visit: Visit) -> None:
    shown = text(visit(world.manager).get("activities", cluster="<script>alert(1)</script>"))
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown


def test_what_is_not_used_is_not_kept_in_a_view(world: World, visit: Visit) -> None:
    context = visit(world.manager).get("activities", cluster="xyz", kind="LH").context
    assert (context["address"], context["plain_address"]) == ("kind=LH", "kind=LH")


@pytest.mark.parametrize("page", ["agreements", "organisations", "people", "activities", "reports"])
def test_a_filter_that_is_left_open_says_any(world: World, visit: Visit, page: str) -> None:
    shown = text(visit(world.manager).get(page))
    assert ">Any</option>" in shown
    assert ">None</option>" not in shown.split("filter-form", 1)[1].split("</form>", 1)[0]
    assert "---------" not in shown


@pytest.mark.parametrize("page", ["agreement_new", "person_new", "member_new", "meeting_new", "report_new"])
def test_no_choice_of_a_form_is_made_of_dashes(world: World, visit: Visit, page: str) -> None:
    assert "---------" not in text(visit(world.manager).get(page))
