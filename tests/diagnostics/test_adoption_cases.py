"""The library of cases: who reads it, how it is narrowed, what a cell says."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diagnostics.models import Submission, UsedTechnology
from diagnostics.queries.assessments import adoption_results
from diagnostics.queries.cases import adoption_matrix, library, narrowed, policy_cases
from diagnostics.rules.adoption import Mark, SubDimension, mark_of
from diagnostics.rules.kinds import Kind
from tests.conftest import World
from tests.diagnostics.conftest import file_form, row


def case(
    world: World, firm: str, *claims: dict[str, str], technologies: Any = ("iiot",), **about: Any
) -> Submission:
    answers: dict[str, Any] = {
        "country": about.pop("country", "India"),
        "technologies": list(technologies),
        "technologies_other": about.pop("other", None),
    }
    for place, claim in enumerate(claims):
        answers |= row("impacts", f"i{place}", place, **({"impact_inferred": "no"} | claim))
    options = {"title": firm, "approver": world.manager, "programme": world.programme} | about
    return file_form(world.coordinator, "technology-adoption", answers, **options)


def policy(world: World, title: str, **answers: Any) -> Submission:
    said = {"country": "India", "area": "demand", "issue": "awareness", "instrument": "A centre"} | answers
    return file_form(
        world.coordinator,
        "policy-case",
        said,
        title=title,
        approver=world.manager,
        programme=world.programme,
    )


def get(client: Any, name: str, world: World, *args: Any, **query: str) -> Any:
    return client.get(reverse(name, args=[world.programme.slug, *args]), query)


@pytest.mark.parametrize(
    ("claims", "mark"),
    [
        ([], Mark.NONE),
        ([("better", False)], Mark.CLAIMED),
        ([("", True)], Mark.INFERRED),
        ([("", True), ("worse", False)], Mark.CLAIMED),
        ([("none", False)], Mark.NONE),
        ([("none", False), ("better", True)], Mark.INFERRED),
    ],
)
def test_a_cell_is_claimed_when_one_source_says_so(claims: Any, mark: Mark) -> None:
    assert mark_of(claims) is mark


def test_the_ten_sub_dimensions_are_those_of_the_questionnaire(world: World) -> None:
    from tests.diagnostics.conftest import version_of

    form = version_of("technology-adoption").form
    assert [choice.name for choice in form.choices["sub_dimensions"]] == SubDimension.values


def test_marks_are_counted_by_column(world: World) -> None:
    case(world, "A", {"impact_area": "product"}, {"impact_area": "skills", "impact_inferred": "yes"})
    case(world, "B", {"impact_area": "product", "impact_inferred": "yes"})
    matrix = adoption_matrix(library(Kind.ADOPTION, world.programme, world.manager))
    counted = {column.area: (column.claimed, column.inferred) for column in matrix.columns()}
    assert counted[SubDimension.PRODUCT] == (1, 1)
    assert counted[SubDimension.SKILLS] == (0, 1)
    assert counted[SubDimension.EFFICIENCY] == (0, 0)


def test_technologies_beyond_the_list_are_kept_in_words(world: World) -> None:
    form = case(world, "A", technologies=("cloud", "other"), other="laser cutting, blockchain")
    assert [used.name for used in form.usedtechnologys.all()] == ["cloud", "laser cutting", "blockchain"]
    assert adoption_results(form).case.technologies == ("cloud computing", "laser cutting", "blockchain")


def test_claims_outside_the_ten_are_not_lost(world: World) -> None:
    form = case(world, "A", {"impact_area": "product"})
    form.impactclaims.update(area="noise")
    results = adoption_results(Submission.objects.get(pk=form.pk))
    assert [claim.area for claim in results.elsewhere] == ["noise"]


def test_approved_cases_of_no_firm_here_are_read_by_all_who_read_studies(world: World) -> None:
    case(world, "Known abroad")
    case(world, "Waiting", approver=None)
    case(world, "", organisation=world.tannery, cluster=world.leather)
    read = {
        name: {
            found.firm
            for found in adoption_matrix(library(Kind.ADOPTION, world.programme, getattr(world, name))).cases
        }
        for name in ("coordinator", "cda", "cda_other", "firm", "institute", "donor", "neighbour")
    }
    assert read == {
        "coordinator": {"Known abroad", "Pakkar Tannery"},
        "cda": {"Known abroad", "Pakkar Tannery"},
        "cda_other": {"Known abroad"},
        "firm": {"Known abroad", "Pakkar Tannery"},
        "institute": {"Known abroad"},
        "donor": set(),
        "neighbour": set(),
    }


def test_the_matrix_is_narrowed_by_country_and_technology(world: World, sign_in: Any) -> None:
    case(world, "A", country="India", technologies=("cloud", "iiot"))
    case(world, "B", country="China", technologies=("cloud",))
    rows = library(Kind.ADOPTION, world.programme, world.manager)
    assert [
        found.firm for found in adoption_matrix(narrowed(rows, technology="cloud", country="China")).cases
    ] == ["B"]
    page = get(sign_in(world.cda), "adoption_matrix", world, technology="iiot")
    assert [found.firm for found in page.context["matrix"].cases] == ["A"]
    offered = dict(page.context["filter"].fields["technology"].choices)
    assert offered == {
        "": "Any",
        "cloud": "cloud computing",
        "iiot": "industrial internet of things",
    }
    unknown = get(sign_in(world.cda), "adoption_matrix", world, country="Atlantis")
    assert len(unknown.context["matrix"].cases) == 2


def test_an_empty_library_says_what_comes(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    assert b"No case of technology adoption yet" in get(client, "adoption_matrix", world).content
    assert b"No policy case yet" in get(client, "policy_cases", world).content


def test_the_spreadsheet_is_that_of_the_page(world: World, sign_in: Any) -> None:
    case(world, "=A+1", {"impact_area": "product", "impact_evidence": "=cmd()"}, country="India")
    case(world, "B", country="China")
    answer = get(sign_in(world.cda), "adoption_matrix_xlsx", world, country="India")
    assert answer["Content-Disposition"].startswith('attachment; filename="adoption-matrix_tanning_')
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["About", "Matrix", "Claims", "Firms"]
    rows = list(book["Matrix"].iter_rows(min_row=3, values_only=True))
    assert rows[0][:5] == ("=A+1", "India", None, "claimed", None)
    assert [cell.data_type for cell in book["Matrix"]["A"][2:3]] == ["s"]
    assert [row[0] for row in rows[1:]] == ["Claimed", "Inferred"]


def test_policies_are_compared_by_area_and_issue(world: World, sign_in: Any) -> None:
    policy(
        world,
        "Centre",
        area="capabilities",
        issue="people",
        challenge=["personnel"],
        challenge_inferred="yes",
    )
    policy(world, "Voucher", issue="access")
    policy(world, "Own issue", issue="other", issue_other="Standards")
    found, more = policy_cases(library(Kind.POLICY, world.programme, world.manager))
    assert [(one.title, one.area, one.issue) for one in found] == [
        ("Voucher", "demand", "access and affordability"),
        ("Own issue", "demand", "Standards"),
        ("Centre", "capabilities", "human resources"),
    ]
    assert not more
    client = sign_in(world.institute)
    text = get(client, "policy_cases", world).content.decode()
    assert "<i>inferred</i>" in text
    page = get(client, "policy_cases", world, area="demand")
    assert [area for area, _cases in page.context["areas"]] == ["demand"]


def test_a_list_beyond_its_bound_says_so(world: World, sign_in: Any, monkeypatch: Any) -> None:
    for firm in "ABC":
        case(world, firm)
    monkeypatch.setattr("diagnostics.queries.cases.MOST_CASES", 2)
    page = get(sign_in(world.cda), "adoption_matrix", world)
    assert [found.firm for found in page.context["matrix"].cases] == ["A", "B"]
    assert b"narrow the list" in page.content


def test_ten_cases_cost_as_many_queries_as_twenty(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert get(client, name, world).status_code == 200
        return len(captured)

    def more(start: int) -> None:
        for number in range(start, start + 10):
            case(world, f"Firm {number}", {"impact_area": "product"}, technologies=("cloud", "iiot"))
            policy(world, f"Policy {number}")

    pages = ("adoption_matrix", "adoption_matrix_xlsx", "policy_cases")
    more(0)
    get(client, "policy_cases", world)
    ten = [queries(name) for name in pages]
    more(10)
    assert [queries(name) for name in pages] == ten
    assert max(ten) <= 15
    assert UsedTechnology.objects.count() == 40
