"""The evaluation report: from the snapshot to PDF, Word file, workbook and page, in four languages."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from activities import services as log
from clusters import services as clusters
from clusters.models import Membership
from monitoring import services
from monitoring.models import Report
from monitoring.reports import EVALUATION, RESULTS
from monitoring.reports.evaluation.document import document_of
from monitoring.reports.results.document import document_of as results_document
from monitoring.services import request_of
from tests.conftest import World
from tests.monitoring.evaluating import draft, final, rate, recommendation
from tests.monitoring.results import event
from tests.monitoring.test_portfolio import aimed
from tests.pdf import Paper
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.documents import body_of
from twinning.core.models import Job
from twinning.core.reports import Imprint, canonical, digest

DAY = dt.date(2011, 7, 31)


@pytest.fixture
def world_evaluated(world: World) -> World:
    meeting = clusters.add_meeting(
        actor=world.manager, programme=world.programme, number=2, held="2007-02-26"
    )
    clusters.record_decision(actor=world.manager, meeting=meeting, text="Leather is confirmed.", kind="other")
    log.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Finishing on site",
        period_text="22/6/2010 to 10/7/2010",
        format="on-site",
    )
    evaluation = draft(world, background="Begun in 2006.")
    first = evaluation.criteria.all()[0]
    outcome = services.record_outcome(
        actor=world.manager,
        programme=world.programme,
        kind="practice-adopted",
        title="Pakkar adopts drum dosing",
        happened="2010",
        source="Visit",
    )
    services.add_evidence(
        actor=world.manager, assessment=first, kind="outcome", record_id=outcome.pk, text="Adopted."
    )
    services.update_comparison(
        actor=world.evaluator,
        row=evaluation.comparison.all()[2],
        version=None,
        planned="An agent on both sides",
        observed="None in Marche",
        judged="partly",
    )
    services.add_lesson(actor=world.evaluator, evaluation=evaluation, text="Begin with trust.")
    recommendation(world, evaluation, due=dt.date(2011, 1, 31), owner_role="manager")
    world.evaluation = final(world, evaluation)
    return world


def taken(world: World, actor: Any = None, **options: Any) -> dict[str, Any]:
    asked = request_of(
        programme=world.programme, cluster=None, as_of=DAY, actor=actor or world.manager, options=options
    )
    return EVALUATION.take(asked)


def imprint(data: dict[str, Any], language: str = "en") -> Imprint:
    made_at = dt.datetime(2011, 8, 1, tzinfo=dt.UTC)
    return Imprint("Manager", made_at, language, digest(data))


def test_the_page_says_what_the_evaluation_and_the_records_say(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    page = EVALUATION.html(data, imprint(data))
    for words in (
        "Begun in 2006.",
        "Leather is confirmed.",
        "An agent on both sides",
        "None in Marche",
        "19 days",
        "none logged",
        "open, overdue",
        "Begin with trust.",
        "1 question that nobody could assess",
        "Chennai leather – Santa Croce",
    ):
        assert words in page, words


def test_no_single_firm_is_named_by_its_records(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    assert b"Pakkar" not in canonical(data)
    assert "not named in reports" in EVALUATION.html(data, imprint(data))


def test_word_file_and_workbook_have_table_11_and_the_tracker(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    assert EVALUATION.docx is not None
    tables = docx.Document(io.BytesIO(EVALUATION.docx(data, imprint(data)))).tables
    cells = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert any(row[3:5] == ["An agent on both sides", "None in Marche"] for row in cells if len(row) == 6)
    book = openpyxl.load_workbook(io.BytesIO(EVALUATION.xlsx(data, imprint(data))))
    assert {"Table 11", "Ratings", "Recommendations", "Decisions"} <= set(book.sheetnames)
    assert book["Recommendations"]["F2"].value == "open, overdue"


def test_the_pdf_is_made_of_the_same_and_the_same_twice(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    pdf = EVALUATION.pdf(data, imprint(data))
    assert pdf[:5] == b"%PDF-"
    assert EVALUATION.pdf(data, imprint(data)) == pdf
    assert canonical(taken(world_evaluated)) == canonical(data)
    assert '"criterion","aspect","question","rating"' in EVALUATION.data(data).decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("it", ("Rapporto di valutazione", "Raccomandazioni", "Pertinenza", "19 giorni")),
        ("fr", ("Rapport d’évaluation", "Recommandations", "Pertinence", "19 jours")),
        ("es", ("Informe de evaluación", "Recomendaciones", "Pertinencia", "19 días")),
    ],
)
def test_it_speaks_the_language_asked_for(
    world_evaluated: World, language: str, words: tuple[str, ...]
) -> None:
    data = taken(world_evaluated)
    with translation.override(language):
        document = document_of(data, imprint(data, language), inked=False)
        page = f"{document.title} {body_of(document, imprint(data, language))}"
    for word in words:
        assert word in page, word


def test_a_draft_is_reported_to_who_reads_drafts_alone(world: World) -> None:
    mine = rate(world, draft(world))
    assert taken(world, world.evaluator, evaluation=mine.pk)["evaluation"]["status"] == "draft"
    for options in ({}, {"evaluation": mine.pk}):
        with pytest.raises(DomainError, match="no such evaluation"):
            taken(world, world.donor, **options)


def test_the_newest_final_one_is_reported_unless_another_is_chosen(world: World) -> None:
    done = final(world, draft(world, title="First"))
    newer = draft(world, title="Second")
    assert taken(world)["evaluation"]["number"] == done.pk
    assert taken(world, evaluation=newer.pk)["evaluation"]["title"] == "Second"


def test_it_is_asked_for_with_its_evaluation(world: World) -> None:
    done = final(world)
    report = services.request_report(
        actor=world.manager,
        programme=world.programme,
        kind="evaluation",
        as_of=DAY,
        options={"evaluation": done.pk},
    )
    assert report.title == "Evaluation: Mid-term evaluation 2009, as of 31 July 2011"
    assert report.options == {"evaluation": done.pk}
    with pytest.raises(DomainError):
        services.request_report(
            actor=world.manager,
            programme=world.programme,
            kind="evaluation",
            as_of=DAY,
            options={"evaluation": "x"},
        )


def test_evaluators_ask_for_the_report_of_their_evaluation_on_the_page_and_by_the_api(
    world: World, sign_in: Any
) -> None:
    mine = draft(world)
    browser = sign_in(world.evaluator)
    page = browser.get(reverse("evaluation", args=[world.programme.slug, mine.pk])).content.decode()
    address = reverse("report_new", args=[world.programme.slug])
    assert f"{address}?kind=evaluation&amp;evaluation={mine.pk}" in page
    sent = {"cluster": "", "as_of": DAY.isoformat(), "language": "en", "option_evaluation": mine.pk}
    assert browser.post(f"{address}?kind=evaluation", sent).status_code == 302
    body = {"programme": "tanning", "kind": "evaluation", "options": {"evaluation": mine.pk}}
    answer = browser.post("/api/v1/reports/", body, content_type="application/json")
    assert answer.status_code == 202
    asked = Report.objects.filter(created_by=world.evaluator)
    assert all(report.title.startswith(f"Evaluation: {mine.title}, as of ") for report in asked)
    assert asked.count() == 2


def test_they_ask_for_no_other_report_on_no_cluster_and_not_regularly(world: World) -> None:
    draft(world)
    actor, whole = world.evaluator, dict[str, Any](programme=world.programme, as_of=DAY)
    others: list[dict[str, Any]] = [{"kind": "results"}, {"kind": "evaluation", "cluster": world.leather}]
    for asked in others:
        with pytest.raises(PermissionRefused):
            services.request_report(actor=actor, **whole, **asked)
    with pytest.raises(PermissionRefused):
        services.schedule_report(
            actor=actor, programme=world.programme, kind="evaluation", every="month", recipients=[actor.pk]
        )
    with pytest.raises(PermissionRefused):
        services.request_report(actor=world.donor, kind="evaluation", **whole)


def test_rights_to_evaluate_that_ended_while_the_report_waited_are_noticed(world: World) -> None:
    draft(world)
    report = services.request_report(
        actor=world.evaluator, programme=world.programme, kind="evaluation", as_of=DAY
    )
    Membership.objects.filter(user=world.evaluator).update(valid_to=dt.date(2011, 1, 1))
    assert report.job is not None
    jobs.work(report.job.pk, heartbeat=False)
    assert Job.objects.get(pk=report.job.pk).status == Job.Status.FAILED


# Results, agents and frameworks ---------------------------------------------------------------------------------


def table_of(data: dict[str, Any], name: str) -> tuple[tuple[Any, ...], ...]:
    (found,) = [
        table for table in document_of(data, imprint(data), inked=True).tables() if table.name == name
    ]
    return found.rows


def test_its_results_are_those_of_the_results_report(world_evaluated: World) -> None:
    aimed(world_evaluated)
    event(world_evaluated, "Fair", "Feb 2010", "fair")
    data = taken(world_evaluated)
    own = RESULTS.take(
        request_of(programme=world_evaluated.programme, cluster=None, as_of=DAY, actor=None, options={})
    )
    name = "Outputs of the twinning (Table 9)"
    (there,) = [t for t in results_document(own, imprint(own), inked=True).tables() if t.name == name]
    assert table_of(data, name) == there.rows
    assert ("T9.6 Participation in fairs/exhibitions", 1, 0, 1, "4", "25\u00a0%") in there.rows
    assert 'class="targets"' in EVALUATION.html(data, imprint(data))


def test_agents_are_drawn_over_time_where_their_days_are_known(world_evaluated: World) -> None:
    for post, first in (("Leather agent", dt.date(2008, 1, 1)), ("Undated agent", None)):
        clusters.engage_agent(
            actor=world_evaluated.manager,
            cluster=world_evaluated.leather,
            post=post,
            side="emerging",
            function="cda",
            valid_from=first,
        )
    data = taken(world_evaluated)
    (picture,) = re.findall(
        r'<svg[^>]*class="timeline".*?</svg>', EVALUATION.html(data, imprint(data)), re.DOTALL
    )
    assert "Leather agent" in picture
    assert "Undated agent" not in picture
    assert {row[1] for row in table_of(data, "Agents")} >= {"Leather agent", "Undated agent"}


def framework(world: World, title: str, *parties: Any, **values: Any) -> Any:
    chosen = [
        {"organisation": one, "role": "signatory", "side": side}
        for one, side in zip(parties, ("emerging", "advanced"), strict=True)
    ]
    return clusters.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="ca",
        title=title,
        twinning=world.twinning,
        parties=chosen,
        **values,
    )


def test_frameworks_stand_with_who_signed_and_whether_they_hold(world_evaluated: World) -> None:
    world = world_evaluated
    framework(world, "First", world.tanners, world.conciatori, signed="2008", valid_to=dt.date(2009, 12, 31))
    framework(world, "Second", world.clri, world.conciatori, signed="2010-03-01")
    framework(world, "With a firm", world.tannery, world.conciatori, signed="2010")
    framework(world, "Yet to come", world.tanners, world.conciatori, signed="2012")
    data = taken(world)
    assert [(row[0], row[2], row[5]) for row in table_of(data, "Frameworks")] == [
        ("First", "association – association", "lapsed"),
        ("Second", "association – institution", "in force, end not stated"),
    ]
    html = EVALUATION.html(data, imprint(data))
    assert "Frameworks over time" in html
    assert "With a firm" not in html


def test_a_snapshot_of_before_is_printed_as_it_was(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    older = {name: value for name, value in data.items() if name not in ("results", "frameworks")}
    html = EVALUATION.html(older | {"format": 1}, imprint(data))
    assert "19 days" in html
    assert "Results to date" not in html
    assert EVALUATION.pdf(older, imprint(data))[:5] == b"%PDF-"


def test_table_11_reads_back_from_the_paper_cell_by_cell(world_evaluated: World) -> None:
    data = taken(world_evaluated)
    wanted = table_of(data, "Table 11")
    printed = dict(Paper(EVALUATION.pdf(data, imprint(data))).tables_under_headings())
    rows = printed["Standard against twinning (Table 11)"][1:]
    assert len(rows) == len(wanted)
    for row, texts in zip(rows, wanted, strict=True):
        assert all(
            cell.says("not stated" if text is None else str(text))
            for cell, text in zip(row, texts, strict=True)
        )
