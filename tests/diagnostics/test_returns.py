"""Filled forms that are brought in from the field: tried out, taken in, undone, and refused with a reason."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from diagnostics import services, tasks
from diagnostics.exporters.xlsform import xlsform
from diagnostics.models import Questionnaire, ReturnBatch, Submission
from diagnostics.services.returns import WAY
from tests.conftest import World
from tests.diagnostics.collected import Device, Filled
from tests.diagnostics.conftest import definition, fill, row
from tests.diagnostics.returned import (
    IDENT,
    PHOTOS,
    STUDY,
    begin,
    bring,
    device,
    filled,
    kept_photos,
    rows_in,
    told,
)
from tests.diagnostics.test_filling import picture
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.models import Job

__all__ = ["device", "filled"]
pytestmark = pytest.mark.django_db


def test_what_changed_is_shown_answer_by_answer_and_nothing_added_here_is_lost(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bring(world, device.central_zip(filled(ident=IDENT), version="1"))
    submission = Submission.objects.get()
    fill(world.cda, submission, {"vision": "Added here"})
    mended = (
        STUDY | {"firms/r1/firm_size": "medium"} | row("firms", "r3", 2, firm="A third", firm_groups=["Goat"])
    )
    batch = begin(world, device.central_zip(filled(mended, ident=IDENT, photos=PHOTOS), version="1"))
    (changed,) = rows_in(batch)
    assert changed.action == "changed"
    assert changed.changes["firms/r1/firm_size"] == ["small", "medium"]
    assert changed.changes["firms/r3"] == [None, 2]
    assert changed.changes["map_photo"] == [None, ["map.jpg"]]
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    submission.refresh_from_db()
    kept = {path: value for path, value in submission.answers.items() if path not in PHOTOS}
    assert kept == mended | {"vision": "Added here"}
    assert kept_photos(submission, "map_photo") == [picture("blue")]


def test_what_cannot_be_kept_is_refused_with_its_reason_and_the_good_ones_go_in(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bad = filled(STUDY | {"firms/r1/firm_size": "gigantic", "firms/r1/firm_employees": "many"})
    batch = begin(world, device.kobo_json(bad, filled()))
    assert told(batch) == ["refused", "new"]
    assert [path for path, _why in rows_in(batch)[0].problems] == [
        "firms/r1/firm_size",
        "firms/r1/firm_employees",
    ]
    assert "gigantic" in rows_in(batch)[0].problems[0][1]
    with pytest.raises(DomainError, match="1 form is refused"):
        tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    assert not Submission.objects.exists()
    tasks.start_returns(actor=world.cda, batch=batch, mode="good")
    batch.refresh_from_db()
    assert (batch.counts["created"], batch.counts["not_imported"], batch.status) == (1, 1, "applied")


def test_a_form_that_is_left_out_stays_out(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    batch = begin(world, device.kobo_json(filled(), filled()))
    first, second = rows_in(batch)
    services.leave_out(actor=world.cda, batch=batch, shown=[first.pk, second.pk], left=[first.pk])
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    assert Submission.objects.get().key == second.key


def test_an_import_is_undone_by_putting_aside_what_it_made(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bring(world, device.central_zip(filled(ident=IDENT), version="1"))
    mended = STUDY | {"vision": "Later"}
    other = filled(ident=str(uuid.uuid4()))
    batch = bring(world, device.central_zip(filled(mended, ident=IDENT), other, version="1"))
    tasks.start_undo_returns(actor=world.cda, batch=batch)
    batch.refresh_from_db()
    assert (batch.status, batch.counts["undone"], batch.counts["kept"]) == ("undone", 2, 0)
    first, second = Submission.objects.order_by("pk")
    assert (first.status, "vision" in first.answers) == ("draft", False)
    assert second.status == "withdrawn"
    # What was put aside is taken up again by the next import of the same file.
    tasks.start_dry_run_again(actor=world.cda, batch=batch)
    assert told(batch) == ["changed", "changed"]
    batch.refresh_from_db()
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    second.refresh_from_db()
    assert second.status == "draft"


def test_what_somebody_changed_since_is_not_undone(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    batch = bring(world, device.kobo_json(filled()))
    fill(world.cda, Submission.objects.get(), {"vision": "Mine"})
    tasks.start_undo_returns(actor=world.cda, batch=batch)
    batch.refresh_from_db()
    assert (batch.counts["undone"], batch.counts["kept"]) == (0, 1)
    assert Submission.objects.get().status == "draft"
    assert "somebody changed it" in rows_in(batch)[0].reason


def test_what_changed_after_the_dry_run_is_not_overwritten(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bring(world, device.kobo_json(filled(ident=IDENT)))
    mended = filled(STUDY | {"vision": "From the field"}, ident=IDENT)
    batch = begin(world, device.kobo_json(mended, filled()))
    fill(world.cda, Submission.objects.get(), {"vision": "Mine"})
    with pytest.raises(DomainError, match="changed after the dry run"):
        tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    assert Submission.objects.count() == 1
    tasks.start_returns(actor=world.cda, batch=batch, mode="good")
    assert Submission.objects.get(key=IDENT).answers["vision"] == "Mine"
    assert told(batch) == ["refused", "new"]


def test_a_form_that_was_handed_in_is_not_changed_from_outside(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bring(world, device.kobo_json(filled(ident=IDENT)))
    services.submit(actor=world.cda, submission=Submission.objects.get())
    batch = begin(world, device.kobo_json(filled(STUDY | {"vision": "Late"}, ident=IDENT)))
    assert told(batch) == ["refused"]
    assert "submitted by now" in rows_in(batch)[0].reason
    assert told(begin(world, device.kobo_json(filled(ident=IDENT)))) == ["unchanged"]


def test_versions_are_known_by_their_numbers(
    world: World, own_questionnaire: Callable[..., Questionnaire]
) -> None:
    questionnaire = own_questionnaire({"name": "q", "type": "text", "label": "Q"})
    first = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    device = Device(xlsform(first))
    draft = services.save_draft(actor=world.manager, questionnaire=questionnaire, definition=definition())
    services.publish(actor=world.manager, draft=draft)
    old = device.fill(first.form, {"country": "India", "q": "Asked once"})
    batch = begin(world, device.kobo_json(old), slug="own", cluster=None, actor=world.manager)
    (only,) = rows_in(batch)
    assert (only.action, only.version) == ("new", first)
    assert "Version 1 was retired" in only.notes[0]

    unmarked = json.loads(device.kobo_json(old))["results"][0]
    unmarked.pop("about-form/about-version")
    batch = begin(world, json.dumps([unmarked]).encode(), slug="own", cluster=None, actor=world.manager)
    assert told(batch) == ["refused"]
    assert "vKboOwnName" in rows_in(batch)[0].reason
    batch = begin(
        world, json.dumps([unmarked]).encode(), slug="own", cluster=None, actor=world.manager, read_as=first
    )
    assert (told(batch), rows_in(batch)[0].values["q"]) == (["new"], "Asked once")


def test_a_form_of_another_questionnaire_is_refused(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    batch = begin(world, device.kobo_json(filled()), slug="diagnostic-advanced")
    assert told(batch) == ["refused"]
    assert "another questionnaire: diagnostic-emerging" in rows_in(batch)[0].reason


def test_an_assessment_is_about_the_firm_that_it_names(world: World) -> None:
    raw = {
        "title": "Gap",
        "language": "en",
        "sections": [
            {
                "name": "all",
                "label": "All",
                "items": [
                    _repeat("gaps", "gap_area", "gap_score", "gap_recommendation"),
                    _repeat("interventions", "intervention", "intervention_modes", "intervention_ratified"),
                ],
            }
        ],
    }
    questionnaire = services.create_questionnaire(
        actor=world.manager,
        programme=world.programme,
        slug="gap",
        kind="excellence-gap",
        title="Gap",
        definition=raw,
    )
    version = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    device = Device(xlsform(version))
    known = device.fill(version.form, {}, about={"about-firm": "pakkar tannery"})
    typed = device.fill(version.form, {}, about={"about-firm": "Elsewhere Ltd"})
    batch = begin(world, device.kobo_json(known, typed, device.fill(version.form, {})), slug="gap")
    assert told(batch) == ["new", "new", "refused"]
    tasks.start_returns(actor=world.cda, batch=batch, mode="good")
    first, second = Submission.objects.order_by("pk")
    assert (first.organisation, second.organisation, second.title) == (world.tannery, None, "Elsewhere Ltd")


def _repeat(name: str, *questions: str) -> dict[str, Any]:
    items = [{"name": question, "type": "text", "label": question} for question in questions]
    return {"name": name, "type": "repeat", "label": name, "items": items}


def test_a_form_that_stands_twice_is_taken_once(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    batch = begin(world, device.kobo_json(filled(ident=IDENT), filled(ident=IDENT)))
    assert told(batch) == ["new", "refused"]


def test_a_form_of_this_id_elsewhere_is_not_touched_and_not_told_of(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    bring(world, device.kobo_json(filled(ident=IDENT)))
    batch = begin(world, device.kobo_json(filled(ident=IDENT)), actor=world.cda_other, cluster=world.footwear)
    assert told(batch) == ["refused"]
    assert rows_in(batch)[0].submission is None


def test_who_fills_no_forms_there_brings_none_in(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    for actor in (world.cda_other, world.donor):
        with pytest.raises(PermissionRefused):
            begin(world, device.kobo_json(filled()), actor=actor)
    batch = begin(world, device.kobo_json(filled()))
    assert not ReturnBatch.objects.visible_to(world.cda_other).exists()
    with pytest.raises(PermissionRefused):
        tasks.start_returns(actor=world.cda_other, batch=batch, mode="all")


def test_many_forms_are_work_for_a_worker(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    batch = begin(world, device.kobo_json(*[filled() for _n in range(25)]))
    assert (batch.status, batch.job.kind if batch.job else "") == ("reading", WAY.dry_run)
    _work()
    batch = ReturnBatch.objects.get(pk=batch.pk)
    assert (batch.stage, batch.counts["new"]) == ("ready", 25)
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    _work()
    assert Submission.objects.count() == 25
    batch = ReturnBatch.objects.get(pk=batch.pk)
    tasks.start_undo_returns(actor=world.cda, batch=batch)
    _work()
    assert set(Submission.objects.values_list("status", flat=True)) == {"withdrawn"}
    assert ReturnBatch.objects.get(pk=batch.pk).stage == "undone"


def _work() -> None:
    for job in Job.objects.filter(status="queued"):
        jobs.work(job.pk, heartbeat=False)
        job.refresh_from_db()
        assert job.status == "done", job.error
