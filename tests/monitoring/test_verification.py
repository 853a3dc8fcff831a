"""Everybody who holds a copy of a report may ask whether it is the one issued."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.core.files.uploadhandler import StopUpload
from django.urls import reverse

from monitoring import services
from monitoring.models import Report
from monitoring.queries.verification import Match, match_of
from monitoring.views import verification
from tests.conftest import World
from tests.monitoring.reporting import compare, content, files, issue, page, results, withdraw
from tests.monitoring.results import build_tables
from tests.pdf import Paper
from twinning.core.models import Job
from twinning.core.report_codes import ALPHABET, address_of, grouped, new_code, read_code
from twinning.core.uploads import HashingHandler


def build_draft() -> World:
    """The cast with a results report that was built and not issued."""
    world = build_tables()
    world.draft = results(world)
    return world


pytestmark = pytest.mark.contents(build=build_draft)


@pytest.fixture
def draft(world: Any) -> Report:
    report: Report = world.draft
    return report


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


def test_a_report_that_is_being_issued_is_called_so_and_a_draft_again_where_that_failed(
    world: Any, client: Any, draft: Report
) -> None:
    waiting = services.issue_report(actor=world.manager, report=draft, version=None)
    html = page(client, waiting)
    assert "being issued" in html
    assert "Look again in a minute." in html
    assert "It was never issued." not in html
    assert waiting.title not in html
    answer = client.get(f"/api/v1/verifications/{waiting.code}/").json()
    assert (answer["state"], answer["report"]) == ("issuing", None)
    assert "ask for the file that will be" in compare(client, waiting, content(waiting))
    assert waiting.job
    Job.objects.filter(pk=waiting.job.pk).update(status=Job.Status.FAILED)
    assert "It was never issued." in page(client, waiting)


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
