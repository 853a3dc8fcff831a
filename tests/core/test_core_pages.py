"""The pages of jobs, and the way in which files are given out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import World
from twinning.core.attachments import attach, attach_made, detach
from twinning.core.models import Attachment, Job


def job_of(world: World, **values: object) -> Job:
    return Job.objects.create(kind="test", title="Something long", created_by=world.manager, **values)


# Jobs -----------------------------------------------------------------------------------------------------


def test_a_page_of_a_running_job_reloads_itself_until_it_is_over(world, sign_in):
    job = job_of(world, status="running", progress=1, total=4, message="setting the pages")
    client = sign_in(world.manager)
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "setting the pages" in page
    part = client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<html" not in part
    Job.objects.update(status="done", result_url="/there")
    part = client.get(reverse("job", args=[job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert 'href="/there"' in part


def test_cancelling_goes_back_to_where_the_button_was(world, sign_in):
    client, job = sign_in(world.manager), job_of(world)
    address = reverse("job_cancel", args=[job.pk])
    answer = client.post(address, headers={"Referer": "http://testserver/p/tanning/reports/1"})
    assert answer["Location"] == "http://testserver/p/tanning/reports/1"
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    answer = client.post(address, headers={"Referer": "http://elsewhere.example/"}, follow=True)
    assert answer.redirect_chain == [(reverse("job", args=[job.pk]), 302)]
    assert b"already over" in answer.content


def test_the_list_of_jobs_is_ones_own_and_can_be_filtered(world, sign_in):
    mine, done = job_of(world), job_of(world, status="done")
    theirs = Job.objects.create(kind="test", title="Not yours", created_by=world.cda)
    client = sign_in(world.manager)

    def shown(**query: str) -> list[int]:
        return [job.pk for job in client.get(reverse("jobs"), query).context["page"]]

    assert shown() == [done.pk, mine.pk]
    assert shown(status="done") == [done.pk]
    assert theirs.pk not in shown()
    assert b"No job is in this state" in client.get(reverse("jobs"), {"status": "failed"}).content


def test_ten_jobs_cost_as_many_queries_as_twenty(world, sign_in):
    client, counts = sign_in(world.manager), []
    for _round in range(2):
        for _job in range(10):
            job_of(world)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("jobs"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


# Files ----------------------------------------------------------------------------------------------------


@pytest.fixture
def notes(world: World) -> Attachment:
    return attach(actor=world.manager, owner=world.leather, name="Notes à lire.txt", data=b"<b>Notes</b>")


def test_a_file_is_given_out_to_be_saved(world, sign_in, notes):
    answer = sign_in(world.cda).get(reverse("attachment", args=[notes.pk]))
    assert b"".join(answer.streaming_content) == b"<b>Notes</b>"
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Notes%20%C3%A0%20lire.txt"
    assert answer["Content-Length"] == "12"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["ETag"] == f'"{notes.sha256}"'


def test_a_browser_that_has_it_is_told_so(world, sign_in, notes):
    headers = {"If-None-Match": f'"{notes.sha256}"'}
    answer = sign_in(world.cda).get(reverse("attachment", args=[notes.pk]), headers=headers)
    assert answer.status_code == 304
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer.content == b""


def test_a_file_that_was_taken_off_or_lost_is_not_there(world, sign_in, notes, caplog):
    client = sign_in(world.manager)
    notes.file.storage.delete(notes.file.name)
    assert client.get(reverse("attachment", args=[notes.pk])).status_code == 404
    assert "has lost its file" in caplog.text
    detach(actor=world.manager, attachment=notes)
    assert client.get(reverse("attachment", args=[notes.pk])).status_code == 404


def test_what_a_killed_worker_stored_gives_way_to_the_next(world):
    def make(data: bytes) -> Attachment:
        return attach_made(
            actor=world.manager,
            owner=world.leather,
            name="report.pdf",
            data=data,
            media_type="application/pdf",
            key="report 1 job 1 pdf",
        )

    lost = make(b"half")
    Attachment.objects.filter(pk=lost.pk).delete()  # what a rollback leaves: bytes without a row
    kept = make(b"whole")
    assert kept.file.name == lost.file.name
    assert kept.file.read() == b"whole"
