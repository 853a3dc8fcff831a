"""The pages of a report: asking, watching, reading, issuing and withdrawing."""

from __future__ import annotations

from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from monitoring import services
from monitoring.models import Report
from monitoring.queries.reports import state_word
from monitoring.queries.verification import state_of_report
from tests.monitoring.reporting import ask, built, full_disk, issued, job_of, url, work
from twinning.core import jobs
from twinning.core.models import Job

__all__ = ["built", "issued"]


def test_asking_on_the_page(world, sign_in):
    client = sign_in(world.manager)
    address = reverse("report_new", args=["tanning"])
    assert b"The whole programme" in client.get(address).content
    sent = {"cluster": "leather", "as_of": "2011-07-31", "language": "it", "option_parsed": "on"}
    answer = client.post(address, sent)
    report = Report.objects.get()
    assert answer["Location"] == url("report", world, report)
    assert (report.cluster, report.language) == (world.leather, "it")
    assert report.options == {"status": False, "parsed": True, "timeline": False}
    assert report.title == "Stato delle attività, luglio 2011: Chennai leather, al 31 Luglio 2011"


def test_a_page_with_mistakes_shows_them_beside_the_field(world, sign_in):
    client = sign_in(world.cda)
    address = reverse("report_new", args=["tanning"])
    assert b"The whole programme" not in client.get(address).content
    answer = client.post(address, {"cluster": "footwear", "as_of": "2999-01-01", "language": "en"})
    assert answer.status_code == 422
    assert b"not one of the available choices" in answer.content
    answer = client.post(address, {"cluster": "leather", "as_of": "2999-01-01", "language": "en"})
    assert answer.status_code == 422
    assert b"choose today or an earlier day" in answer.content
    assert client.get(address, {"kind": "none"}).status_code == 404


def test_the_page_shows_progress_and_then_the_files(world, sign_in):
    client = sign_in(world.manager)
    report = ask(world)
    page = client.get(url("report", world, report))
    assert b'http-equiv="refresh"' in page.content
    assert reverse("job_cancel", args=[report.job_id]).encode() in page.content
    part = client.get(url("report", world, report), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part
    assert b"<html" not in part.content
    work(report)
    part = client.get(url("report", world, report), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    page = client.get(url("report", world, report)).content.decode()
    assert "activity-status_tanning_2011-07-31.pdf" in page
    assert url("report_issue", world, report) in page


def test_a_failure_is_said_in_plain_words_with_a_way_on(world, sign_in, monkeypatch):
    monkeypatch.setattr("activities.reports.activity_status.MAX_ROWS", -1)
    report = work(ask(world))
    client = sign_in(world.manager)
    page = client.get(url("report", world, report)).content.decode()
    assert "Ask for one cluster at a time." in page
    assert "Try again" in page
    answer = client.post(url("report_retry", world, report))
    assert answer["Location"] == url("report", world, report)
    assert Report.objects.get().job_id != report.job_id


def test_reading_it_on_a_page(world, sign_in, built):
    page = sign_in(world.manager).get(url("report_read", world, built)).content.decode()
    assert "Chennai leather Activity Status July 2011" in page
    assert "css/report.css" in page
    assert sign_in(world.manager).get(url("report_read", world, ask(world))).status_code == 404


def test_issuing_and_withdrawing_on_pages(world, sign_in, built):
    client = sign_in(world.manager)
    assert b"Issue this report?" in client.get(url("report_issue", world, built)).content
    assert client.post(url("report_issue", world, built), {"version": built.version - 1}).status_code == 409
    assert client.post(url("report_issue", world, built), {"version": built.version}).status_code == 302
    report = work(Report.objects.get(pk=built.pk))
    answer = client.post(url("report_withdraw", world, report), {"version": report.version, "reason": ""})
    assert answer.status_code == 422
    sent = {"version": report.version, "reason": "Wrong month"}
    assert client.post(url("report_withdraw", world, report), sent).status_code == 302
    assert Report.objects.get(pk=built.pk).issued_at is None


def test_the_list_is_filtered_by_kind_cluster_and_state(world, sign_in, built):
    on_leather = ask(world, cluster=world.leather)
    client = sign_in(world.manager)

    def shown(**query: str) -> set[int]:
        page = client.get(reverse("reports", args=["tanning"]), query)
        return {report.pk for report, _kind, _state in page.context["lines"]}

    assert shown() == {built.pk, on_leather.pk}
    assert shown(state="draft") == {built.pk}
    assert shown(state="working") == {on_leather.pk}
    assert shown(cluster="leather") == {on_leather.pk}
    assert shown(kind="activity-status", state="issued") == set()
    assert shown(kind="nonsense") == {built.pk, on_leather.pk}


def test_ten_reports_cost_as_many_queries_as_twenty(world, sign_in):
    from django.db import connection

    client = sign_in(world.manager)
    counts = []
    for _round in range(2):
        for _report in range(10):
            ask(world, cluster=world.leather)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("reports", args=["tanning"]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_page_says_at_each_stage_what_the_report_is(world, sign_in, built):
    client = sign_in(world.manager)

    def page() -> str:
        return " ".join(client.get(url("report", world, built)).content.decode().split())

    def in_list() -> str:
        return str(client.get(reverse("reports", args=["tanning"])).context["lines"][0][2][0])

    assert "Being built" in client.get(url("report", world, ask(world))).content.decode()
    Report.objects.exclude(pk=built.pk).delete()
    assert (in_list(), "Being" in page()) == ("draft", False)

    client.post(url("report_issue", world, built), {"version": built.version})
    assert ("Being issued" in page(), in_list()) == (True, "being issued")
    report = work(Report.objects.get(pk=built.pk))
    assert ("being issued" in page().lower(), in_list()) == (False, "issued")

    client.post(url("report_withdraw", world, built), {"version": report.version, "reason": "Wrong month"})
    assert ("Being made a draft again" in page(), in_list()) == (True, "draft")
    work(Report.objects.get(pk=built.pk))
    assert "Being" not in page()


def test_pages_and_verification_know_alike_whether_a_report_is_being_issued(world, built):
    def told() -> tuple[str, str]:
        report = Report.objects.get(pk=built.pk)
        return state_word(report)[0], state_of_report(report).value

    assert told() == ("draft", "draft")
    job = job_of(services.issue_report(actor=world.manager, report=built, version=None))
    assert told() == ("being issued", "issuing")
    Report.objects.filter(pk=built.pk).update(issued_at=timezone.now())  # the work of the job ends after that
    assert told() == ("issued", "issued")
    Report.objects.filter(pk=built.pk).update(issued_at=None)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED)
    assert told() == ("draft", "draft")


def test_what_came_to_nothing_is_named_and_may_be_tried_again(world, sign_in, issued, monkeypatch):
    client = sign_in(world.manager)
    sent = {"version": issued.version, "reason": "Wrong month"}
    client.post(url("report_withdraw", world, issued), sent)
    monkeypatch.setattr("monitoring.tasks.make_files", full_disk)
    work(Report.objects.get(pk=issued.pk))
    page = client.get(url("report", world, issued)).content.decode()
    assert "its files still say that it is issued" in page
    assert "Try again" in page

    client.post(url("report_retry", world, issued))
    monkeypatch.undo()
    report = work(Report.objects.get(pk=issued.pk))
    client.post(url("report_issue", world, issued), {"version": report.version})
    jobs.cancel(actor=world.manager, job_id=job_of(Report.objects.get(pk=issued.pk)).pk)
    page = client.get(url("report", world, issued)).content.decode()
    assert "Issuing was cancelled: the report is still a draft" in page
    assert url("report_issue", world, report) in page
    assert "Try again" not in page
