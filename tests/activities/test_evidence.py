"""Files that prove an activity: kept, opened and taken off by those who may."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from activities import services
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.attachments import visible_attachment
from twinning.core.models import Attachment


def sheet() -> SimpleUploadedFile:
    return SimpleUploadedFile("attendance.csv", b"name\nMeena\n")


def test_a_file_is_added_and_taken_off(world: World, log: Log, sign_in: Any) -> None:
    activity, client = log("Training", "Jun 2009"), sign_in(world.cda)
    client.post(address("evidence_new", world, activity.pk), {"file": sheet(), "description": "Attendance"})
    kept = Attachment.objects.of(activity).get()
    assert b"attendance.csv" in client.get(address("activity", world, activity.pk)).content
    client.post(address("evidence_remove", world, activity.pk, kept.pk), {"version": 1})
    assert not Attachment.objects.of(activity).exists()


def test_a_file_that_is_not_what_its_name_says_is_refused_on_the_page(
    world: World, log: Log, sign_in: Any
) -> None:
    activity = log("Training", "Jun 2009")
    fake = SimpleUploadedFile("report.pdf", b"MZ not a paper")
    answer = sign_in(world.cda).post(address("evidence_new", world, activity.pk), {"file": fake})
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not Attachment.objects.exists()


def test_evidence_is_opened_where_people_are_read_of(world: World, log: Log) -> None:
    activity = log("Training", "Jun 2009")
    kept = services.add_evidence(actor=world.cda, activity=activity, upload=sheet())
    for reader in (world.manager, world.coordinator, world.cda):
        assert visible_attachment(reader, kept.pk) == kept
    for reader in (world.donor, world.evaluator, world.association, world.cda_other, world.neighbour):
        assert visible_attachment(reader, kept.pk) is None


def test_a_file_of_another_record_is_not_taken_off_through_this_one(
    world: World, log: Log, sign_in: Any
) -> None:
    activity, other = log("Training", "Jun 2009"), log("Fair", "Feb 2010")
    kept = services.add_evidence(actor=world.cda, activity=other, upload=sheet())
    url = address("evidence_remove", world, activity.pk, kept.pk)
    assert sign_in(world.cda).post(url, {"version": 1}).status_code == 404
