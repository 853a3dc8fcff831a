"""Everybody who holds a copy of a report may ask whether it is the one issued, and what was put right since."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.urls import reverse

from activities import services as log
from activities.models import Participation
from monitoring import services
from monitoring.models import Report, ReportingPeriod, Restatement
from monitoring.queries.verification import Match, match_of, verified
from monitoring.views import verification
from tests.monitoring.reporting import ask, files, work
from tests.monitoring.results import build_tables, event, head_count, tables
from tests.monitoring.test_closings import closed, quarter, trained
from tests.pdf import Paper
from twinning.core.report_codes import ALPHABET, address_of, grouped, new_code, read_code
from twinning.core.uploads import HashingHandler

__all__ = ["quarter"]
pytestmark = pytest.mark.contents(build=build_tables)


def results(world: Any, **values: Any) -> Report:
    return work(ask(world, **({"kind": "results"} | values)))


def issue(world: Any, report: Report) -> Report:
    services.issue_report(actor=world.manager, report=report, version=report.version)
    return work(Report.objects.get(pk=report.pk))


def withdraw(world: Any, report: Report) -> Report:
    services.withdraw_report(actor=world.manager, report=report, version=None, reason="Wrong month.")
    return work(Report.objects.get(pk=report.pk))


def page(client: Any, report: Report) -> str:
    answer = client.get(reverse("verify_report", args=[grouped(report.code)]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def compare(client: Any, report: Report, data: bytes) -> str:
    answer = client.post(
        reverse("verify_report", args=[grouped(report.code)]), {"file": SimpleUploadedFile("r.pdf", data)}
    )
    return str(answer.content.decode())


def content(report: Report, ending: str = ".pdf") -> bytes:
    with files(report)[ending].file.open("rb") as file:
        return bytes(file.read())


@pytest.fixture
def draft(world: Any) -> Report:
    tables(world)
    return results(world)


# Codes -----------------------------------------------------------------------------------------------------


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert read_code(f" {grouped(code).lower()} ") == code
    assert read_code("oil0-1234-abcd") == "01101234ABCD"
    for wrong in ("", "ABCD", "ABCD-EFGH-JKMU", grouped(code) + "A"):
        assert read_code(wrong) is None


def test_the_form_leads_to_the_page_of_a_report_and_says_what_is_wrong_with_a_code(
    client: Any, draft: Report
) -> None:
    where = reverse("verify")
    assert client.get(where).status_code == 200
    answer = client.get(where, {"code": grouped(draft.code).lower()})
    assert answer.headers["Location"] == reverse("verify_report", args=[grouped(draft.code)])
    assert "Look again" in client.get(where, {"code": "K7QM"}).content.decode()
    unknown = client.get(reverse("verify_report", args=["0000-0000-0000"]))
    assert unknown.status_code == 404
    assert "There is no report with this code" in unknown.content.decode()
    assert client.get(reverse("verify_report", args=["nonsense"])).status_code == 404


# What is told ----------------------------------------------------------------------------------------------


def test_of_a_draft_outsiders_learn_that_it_is_one_and_nothing_else(
    world: Any, client: Any, sign_in: Any, draft: Report
) -> None:
    html = page(client, draft)
    assert "It was never issued." in html
    for told in (draft.title, world.programme.title, draft.snapshot_sha256, ".pdf</th>"):
        assert told not in html
    inside = page(sign_in(world.manager), draft)
    assert draft.snapshot_sha256 in inside
    assert reverse("report", args=[world.programme.slug, draft.pk]) in inside


def test_an_issued_report_is_told_with_its_files_and_no_person(
    world: Any, client: Any, draft: Report
) -> None:
    issued = issue(world, draft)
    html = page(client, issued)
    for told in (issued.title, world.programme.title, issued.snapshot_sha256):
        assert told in html
    for file in files(issued).values():
        assert file.sha256 in html
    assert world.manager.name not in html
    assert "noindex" in client.get(reverse("verify_report", args=[grouped(issued.code)]))["X-Robots-Tag"]


def test_a_withdrawn_report_is_told_to_be_so_and_nothing_else(world: Any, client: Any, draft: Report) -> None:
    html = page(client, withdraw(world, issue(world, draft)))
    assert "taken back by its programme" in html
    assert world.programme.title not in html


# Files -----------------------------------------------------------------------------------------------------


def test_a_file_is_the_one_issued_or_a_draft_or_none_of_it(world: Any, client: Any, draft: Report) -> None:
    before = content(draft)
    assert "before it was issued" in compare(client, draft, before)
    issued = issue(world, draft)
    assert "This file is the one issued" in compare(client, issued, content(issued))
    assert "The file that was issued is another one." in compare(client, issued, before)
    assert "This file is not one of this report" in compare(client, issued, content(issued) + b" ")
    withdrawn = withdraw(world, issued)
    assert match_of(withdrawn, files(issued)[".json"].sha256) is Match.FORMER
    assert match_of(withdrawn, hashlib.sha256(before).hexdigest()) is Match.DRAFT


def test_a_file_issued_before_a_withdrawal_is_not_the_one_issued_after(world: Any, draft: Report) -> None:
    first = issue(world, draft)
    old = hashlib.sha256(content(first)).hexdigest()
    again = issue(world, withdraw(world, first))
    assert match_of(again, files(again)[".pdf"].sha256) is Match.ISSUED
    if files(again)[".pdf"].sha256 != old:  # the same day gives the same cover
        assert match_of(again, old) is Match.FORMER


def test_a_hash_may_be_pasted_and_nonsense_is_told_so(world: Any, client: Any, draft: Report) -> None:
    issued = issue(world, draft)
    where = reverse("verify_report", args=[grouped(issued.code)])
    pasted = client.post(where, {"sha256": f" {files(issued)['.xlsx'].sha256.upper()} "})
    assert "This file is the one issued" in pasted.content.decode()
    for sent in ({}, {"sha256": "abc"}):
        assert client.post(where, sent).status_code == 422


def test_what_is_sent_is_hashed_as_it_comes_and_bounded(monkeypatch: Any, client: Any, draft: Report) -> None:
    monkeypatch.setattr(verification, "MOST_BYTES", 1000)
    html = compare(client, draft, b"x" * 1001)
    assert "larger than any report" in html
    handler = HashingHandler(10)
    handler.new_file("file", "a.pdf", "application/pdf", None)
    handler.receive_data_chunk(b"abc", 0)
    made = handler.file_complete(3)
    assert (made.size, made.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert made.read() == b""
    handler.new_file("file", "b.pdf", "application/pdf", None)
    with pytest.raises(StopUpload):  # so many files do not make it more
        handler.receive_data_chunk(b"x" * 8, 0)


def test_a_form_from_elsewhere_is_refused(draft: Report) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    where = reverse("verify_report", args=[grouped(draft.code)])
    assert strict.post(where, {"sha256": "0" * 64}).status_code == 403


def test_an_address_that_asks_too_often_is_held_back(monkeypatch: Any, client: Any, draft: Report) -> None:
    from rest_framework.settings import api_settings

    rates = api_settings.DEFAULT_THROTTLE_RATES
    monkeypatch.setitem(rates, "client", "2/hour")
    answers = [client.get(reverse("verify")).status_code for _time in range(4)]
    assert 429 in answers


def test_an_address_that_asks_too_often_is_not_another_by_saying_so(monkeypatch: Any, client: Any) -> None:
    from rest_framework.settings import api_settings

    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "client", "2/hour")
    asker = {"REMOTE_ADDR": "192.0.2.78"}
    answers = [
        client.get(reverse("verify"), headers={"X-Forwarded-For": f"198.51.100.{n}"}, **asker).status_code
        for n in range(4)
    ]
    assert 429 in answers


# The cover -------------------------------------------------------------------------------------------------


def test_the_cover_says_code_and_address_with_a_qr_code_in_words(draft: Report) -> None:
    paper = Paper(content(draft))
    cover = " ".join(paper.text(element) for element in paper.elements("P"))
    assert grouped(draft.code) in cover
    assert address_of(draft.code) in cover
    alts = [str(element.get("/Alt", "")) for element in paper.elements("Figure")]
    assert f"QR code of {address_of(draft.code)}" in alts


def test_word_and_spreadsheet_say_it_too(draft: Report) -> None:
    import docx
    import openpyxl

    word = docx.Document(io.BytesIO(content(draft, ".docx")))
    said = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert address_of(draft.code) in said
    book = openpyxl.load_workbook(io.BytesIO(content(draft, ".xlsx")))
    assert grouped(draft.code) in [cell.value for cell in book.worksheets[0]["B"]]


# What was restated since -----------------------------------------------------------------------------------


def put_right(world: Any, closing: Any, count: int) -> None:
    row = Participation.objects.get()
    log.update_participation(actor=world.cda, participation=row, version=None, unspecified=count)
    services.restate(actor=world.manager, closing=closing, version=None, reason="Two were counted twice.")


def test_a_participation_corrected_after_a_closing_the_old_report_still_verifies_and_names_the_restatement(
    world: Any, client: Any, sign_in: Any, quarter: Any
) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    old = issue(world, results(world))
    assert "No figure in it was restated" in page(client, old)
    put_right(world, closing, 10)
    assert "This file is the one issued" in compare(client, old, content(old))
    html = page(client, old)
    row = next(found for found in re.findall(r"<tr>.*?</tr>", html, re.S) if "T9.8" in found)
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
    assert cells[:5] == ["2010 Q1", "Chennai leather", "12", "10", "Two were counted twice."]
    reading = sign_in(world.donor).get(reverse("report_read", args=[world.programme.slug, old.pk]))
    assert "Figures in it were restated since" in reading.content.decode()
    new = issue(world, results(world))
    assert "No figure in it was restated" in page(client, new)


def test_a_restated_count_of_few_is_told_to_members_and_covered_for_others(
    world: Any, client: Any, sign_in: Any, quarter: Any
) -> None:
    tables(world)
    trained(world, 4)
    closing = closed(world, quarter, world.leather)
    report = issue(world, results(world))
    put_right(world, closing, 2)
    told = verified(report, world.donor).about
    open_ = verified(report, None).about
    assert told is not None
    assert open_ is not None
    seen = next(row for row in told.restated if row.code == "T9.8, T10.8")
    assert seen.was is not None
    assert [seen.was.number, seen.now.number] == [4, 2]
    covered = next(row for row in open_.restated if row.code == "T9.8, T10.8")
    assert covered.was is not None
    assert covered.was.covered
    assert covered.now.covered
    assert covered.now.number is None
    assert "Counts of one or two firms or persons are not shown" in page(client, report)


def test_what_would_give_away_a_count_of_a_cluster_that_is_not_closed_is_covered(
    world: Any, quarter: Any
) -> None:
    tables(world)
    trained(world, 9)
    closing = closed(world, quarter, world.leather)
    report = issue(world, results(world))
    put_right(world, closing, 8)

    def told_to_anybody() -> list[bool]:
        about = verified(report, None).about
        assert about is not None
        return [row.now.covered for row in about.restated]

    assert told_to_anybody() == [False]
    # The whole is told, and less what is restated it would be the two of footwear.
    head_count(world, event(world, "Course", "Feb 2010", "training", clusters=[world.footwear]), 2)
    assert told_to_anybody() == [True]


@pytest.fixture
def ten_restated(world: Any) -> Report:
    """A report after which a figure of each of ten periods was restated, from 9 to 8 persons."""
    tables(world)
    closings = []
    for month in range(1, 11):
        first = dt.date(2010, month, 1)
        last = dt.date(2010, month + 1, 1) - dt.timedelta(1)
        period = services.add_period(
            actor=world.manager,
            programme=world.programme,
            title=f"{first:%B %Y}",
            first=first,
            last=last,
            due_on=last + dt.timedelta(9),
        )
        head_count(world, event(world, "Course", f"2010-{month:02}", "training"), 9)
        closings.append(closed(world, period, world.leather))
    report = issue(world, results(world))
    for row in Participation.objects.all():
        log.update_participation(actor=world.cda, participation=row, version=None, unspecified=8)
    for closing in closings:
        services.restate(actor=world.manager, closing=closing, version=None, reason="One was counted twice.")
    return report


def restated_to_anybody(report: Report) -> list[bool]:
    about = verified(report, None).about
    assert about is not None
    return [row.now.covered for row in about.restated]


def test_ten_restated_periods_cost_little_and_counts_of_few_open_ones_are_told(
    world: Any, client: Any, ten_restated: Report, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15):
        page(client, ten_restated)
    # What stands beside a count in an open place is looked at for three periods; of others nothing is given away.
    assert restated_to_anybody(ten_restated) == [False] * 3 + [True] * 7


def test_counts_of_ten_restated_periods_that_are_closed_everywhere_are_told(
    world: Any, client: Any, ten_restated: Report, django_assert_max_num_queries: Any
) -> None:
    for period in ReportingPeriod.objects.all():
        for cluster in (world.footwear, None):
            closed(world, period, cluster)
    with django_assert_max_num_queries(15):
        page(client, ten_restated)
    assert restated_to_anybody(ten_restated) == [False] * 10


def test_only_restatements_of_its_cluster_and_its_time_concern_a_report(world: Any, quarter: Any) -> None:
    tables(world)
    trained(world)
    closing = closed(world, quarter, world.leather)
    other = results(world, cluster=world.footwear)
    early = results(world, as_of=quarter.last.replace(month=2, day=1))
    own = results(world, cluster=world.leather)
    put_right(world, closing, 10)
    assert Restatement.objects.exists()
    shown = [verified(report, world.manager).about for report in (other, early, own)]
    assert [bool(about and about.restated) for about in shown] == [False, False, True]
