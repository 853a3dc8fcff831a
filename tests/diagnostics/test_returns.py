"""A questionnaire goes to the field as an XLSForm, is filled there, and its answers come back as they were given."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from diagnostics import services, tasks
from diagnostics.exporters.xlsform import Lists, xlsform
from diagnostics.importers.returns.answers import answers_of
from diagnostics.importers.returns.fields import Fields, Records
from diagnostics.importers.returns.files import open_returns
from diagnostics.models import (
    Questionnaire,
    ReturnBatch,
    ReturnRow,
    SampledFirm,
    Submission,
)
from diagnostics.rules.answers import clean, path_of, place_of
from diagnostics.rules.forms import form_of
from diagnostics.rules.soundness import problems_of
from diagnostics.services.returns import WAY
from tests.conftest import World
from tests.diagnostics.collected import Device, Filled, zipped
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, row, version_of
from tests.diagnostics.forms_made import definitions
from tests.diagnostics.test_filling import picture
from tests.diagnostics.test_xlsform import book
from tests.diagnostics.test_xlsform import version_of as made_version
from twinning.core import jobs
from twinning.core.access import DomainError, PermissionRefused
from twinning.core.models import Attachment, Job
from twinning.core.tabular import UnfitSheet

pytestmark = pytest.mark.django_db

STUDY: dict[str, Any] = {
    "executive_summary": "Two lines,\nthe second; with “signs” = & <all>",
    **row("firms", "r1", 0, **FIRM, firm_employees="120", firm_women="45", firm_exports="yes"),
    "firms/r1/firm_place": "13.082700 80.270700",
    **row("firms", "r2", 1, firm="A new tannery", firm_groups=["Sheep", "Goat"], firm_size="micro"),
    **row("value_chain", "r1", 0, stage="Raw hides", stage_share="12.50"),
    **row("aobo", "r1", 0, **AOBO),
}
PHOTOS = {
    "map_photo": [("map.jpg", picture("blue"))],
    "firms/r1/firm_photo": [("one.jpg", picture("red")), ("two.jpg", picture("green"))],
    "firms/r2/firm_photo": [("three.jpg", picture("black"))],
}


def kobo_zip(device: Device, *forms: Filled) -> bytes:
    """The JSON of KoboToolbox with its attachments in the folders in which it hands them out."""
    photos = {
        f"agent/attachments/form/{one.ident}/{name}": data
        for one in forms
        for name, data in one.photos.items()
    }
    return zipped({"data.json": device.kobo_json(*forms)}, photos)


def begin(world: World, data: bytes, slug: str = "diagnostic-emerging", **more: Any) -> ReturnBatch:
    batch = tasks.begin_returns(
        **{
            "actor": world.cda,
            "programme": world.programme,
            "questionnaire": Questionnaire.objects.get(slug=slug),
            "cluster": world.leather,
            "filename": "returns",
            "data": data,
            **more,
        }
    )
    return ReturnBatch.objects.get(pk=batch.pk)


def bring(world: World, data: bytes, **more: Any) -> ReturnBatch:
    batch = begin(world, data, **more)
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    return ReturnBatch.objects.get(pk=batch.pk)


def rows_in(batch: ReturnBatch) -> list[ReturnRow]:
    return list(ReturnRow.objects.filter(batch=batch))


def told(batch: ReturnBatch) -> list[str]:
    return [row.action for row in rows_in(batch)]


@pytest.fixture
def device(db: None) -> Device:
    return Device(xlsform(version_of("diagnostic-emerging")))


@pytest.fixture
def filled(device: Device) -> Callable[..., Filled]:
    def fill_in(answers: dict[str, Any] = STUDY, **more: Any) -> Filled:
        return device.fill(version_of("diagnostic-emerging").form, answers, **more)

    return fill_in


def kept_photos(submission: Submission, path: str) -> list[bytes]:
    return [Attachment.objects.get(pk=pk).file.read() for pk in submission.answers[path]]


@pytest.mark.parametrize(
    "write",
    [Device.central_zip, kobo_zip, Device.kobo_json, Device.kobo_xlsx],
    ids=lambda write: write.__name__,
)
def test_what_was_filled_in_the_field_comes_back_as_it_was_given(
    world: World, device: Device, filled: Callable[..., Filled], write: Callable[..., bytes]
) -> None:
    with_photos = write in (Device.central_zip, kobo_zip)
    one = filled(
        photos=PHOTOS if with_photos else {}, about={"about-date": "2011-07-15", "about-title": "Study A"}
    )
    data = write(device, one)
    if write is Device.central_zip:
        data = device.central_zip(one, form_id="diagnostic-emerging", version="1")
    batch = begin(world, data)
    assert told(batch) == ["new"]
    assert rows_in(batch)[0].problems == []
    assert Submission.objects.count() == 0
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    submission = Submission.objects.get()
    assert {path: value for path, value in submission.answers.items() if path not in PHOTOS} == STUDY
    assert (submission.title, str(submission.held_on), submission.key) == (
        "Study A",
        "2011-07-15",
        uuid.UUID(one.ident),
    )
    assert (submission.status, submission.origin, submission.cluster) == ("draft", "imported", world.leather)
    assert SampledFirm.objects.filter(organisation=world.tannery).exists()
    if with_photos:
        for path, photos in PHOTOS.items():
            assert kept_photos(submission, path) == [content for _name, content in photos]
    # A second time nothing is new.
    again = begin(world, data)
    assert told(again) == ["unchanged"]


def test_a_table_without_repeated_groups_comes_back_too(world: World) -> None:
    version = version_of("diagnostic-advanced")
    device = Device(xlsform(version))
    answers = {"profile": "Narrow; and deep", "willingness": "2", "conditions": "On conditions"}
    bring(world, device.kobo_csv(device.fill(version.form, answers)), slug="diagnostic-advanced")
    assert Submission.objects.get().answers == answers


def test_firms_and_product_groups_that_were_chosen_come_back_as_their_names(world: World) -> None:
    version = version_of("diagnostic-emerging")
    lists = Lists([(world.tannery.pk, world.tannery.name)], [])
    device = Device(xlsform(version, lists=lists))
    chosen: dict[str, Any] = {"firm": f"o{world.tannery.pk}", "firm_groups": ["OTHER"]}
    one = device.fill(version.form, row("firms", "r1", 0, **chosen) | row("firms", "r2", 1, firm="OTHER"))
    groups = next(node for node in one.tree.iter() if node.tag.endswith("}firm_groups-other"))
    groups.text = "Goat; Ostrich"
    typed = [node for node in one.tree.iter() if node.tag.endswith("}firm-other")]
    typed[1].text = "Not yet known"
    bring(world, device.kobo_json(one))
    answers = Submission.objects.get().answers
    assert (answers["firms/r1/firm"], answers["firms/r2/firm"]) == ("Pakkar Tannery", "Not yet known")
    assert answers["firms/r1/firm_groups"] == ["Goat", "Ostrich"]


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


IDENT = "11111111-2222-4333-8444-555555555555"


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


def test_a_form_without_an_id_is_known_by_what_it_says(world: World) -> None:
    data = b"profile,FormVersion\nNarrow,1\nNarrow,1\n"
    bring(world, data, slug="diagnostic-advanced")
    assert Submission.objects.count() == 2
    assert told(begin(world, data, slug="diagnostic-advanced")) == ["unchanged", "unchanged"]


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


def test_what_the_questionnaire_does_not_ask_is_named(world: World) -> None:
    data = b"profile,FormVersion,favourite_colour\nNarrow,1,red\n"
    batch = begin(world, data, slug="diagnostic-advanced")
    assert batch.counts["notes"] == ["Not in the questionnaire, and left out: favourite_colour"]


def test_a_photo_that_is_not_in_the_file_is_named_and_may_come_later(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    one = filled(photos=PHOTOS, ident=IDENT)
    batch = bring(world, device.kobo_json(one))
    assert sum("is not in the file" in note for note in rows_in(batch)[0].notes) == 4
    bring(world, kobo_zip(device, one))
    assert kept_photos(Submission.objects.get(), "map_photo") == [picture("blue")]
    assert told(begin(world, device.kobo_json(one))) == ["unchanged"]


def test_a_file_that_is_no_photo_is_refused_with_its_name(
    world: World, device: Device, filled: Callable[..., Filled]
) -> None:
    one = filled(photos={"map_photo": [("map.jpg", b"<svg/>"), ("paper.pdf", b"%PDF-1.7")]})
    batch = begin(world, device.central_zip(one, version="1"))
    assert [why.partition(":")[0] for _path, why in rows_in(batch)[0].problems] == ["map.jpg", "paper.pdf"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"{}", "no list of filled forms"),
        (b"[1]", "Number 1 of the list is no filled form"),
        (b"[]", "no filled form"),
        (b'[{"a": ', "line 1"),
        (b"[" * 100_000, "cannot be read"),
        (zipped({"a.txt": b"x"}), "A ZIP holds either"),
        (zipped({"a.csv": b"KEY\n1\n", "b.json": b"[]"}), "A ZIP holds either"),
        (zipped({"a.csv": b"KEY\n1\n", "b.csv": b"KEY\n1\n"}), "forms are in: a, b"),
        (zipped({"a.csv": b"KEY\nx\n", "a-firms.csv": b"firm,PARENT_KEY\nA,y\n"}), "belongs to no form"),
        (zipped({"a.csv": b"0" * 40_000_000}), "far larger"),
        (b"%PDF-1.7", "PDF"),
        (book(Form=[["profile", "_uuid"], ["=1+1", "x"]]), "Row 2: a cell holds the error"),
    ],
)
def test_a_file_that_holds_no_forms_is_refused_and_not_kept(world: World, data: bytes, words: str) -> None:
    with pytest.raises(UnfitSheet, match=words):
        begin(world, data)
    assert not ReturnBatch.objects.exists()


def test_more_forms_than_are_taken_at_a_time_are_refused(world: World) -> None:
    with pytest.raises(UnfitSheet, match="501 filled forms"):
        begin(world, json.dumps([{"_uuid": str(number)} for number in range(501)]).encode())


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


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["x", "“a”; b\nc", "=1+1", "yes", "007", "o7"]),
    "long-text": st.sampled_from(["x", "two\nlines, and more"]),
    "integer": st.integers(0, 10**9).map(str),
    "decimal": st.decimals(0, 1000, places=2).map(str),
    "date": st.dates().map(str),
    "one": st.sampled_from(["0", "yes", "No-1"]),
    "several": st.sets(st.sampled_from(["0", "yes", "No-1"]), min_size=1).map(lambda names: sorted(names)),
    "place": st.sampled_from(["13.08 80.27", "-1.5 0"]),
    "organisation": st.sampled_from(["A firm", "Pakkar & Sons"]),
    "product-group": st.lists(st.sampled_from(["Goat", "Sheep, wet blue"]), min_size=1, unique=True),
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), st.data())
def test_any_answers_to_any_questionnaire_are_read_as_they_were_given(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    assume(not problems_of(raw))
    form = form_of(raw)
    answers: dict[str, Any] = {}
    for question in form.questions():
        for row_id in ("r1", "r2") if question.repeat else ("",):
            if question.type in ANSWERS and data.draw(st.booleans()):
                place = place_of(form, path_of(question, row_id))
                assert place is not None
                if question.repeat:
                    answers |= {f"{question.repeat}/r1": 0} | (
                        {f"{question.repeat}/r2": 1} if row_id == "r2" else {}
                    )
                answers[path_of(question, row_id)] = clean(form, place, data.draw(ANSWERS[question.type]))
    device = Device(xlsform(made_version(raw)))
    one = device.fill(form, answers)
    for write in (device.kobo_json, device.kobo_xlsx, device.central_zip):
        (read,) = open_returns(write(one), "own").returns
        found = answers_of(read, Fields(form), form, Records({}, {}))
        assert (found.problems, found.unknown, read.says) == ([], [], "own:3")
        filled_rows = {path.rpartition("/")[0] for path in answers if path.count("/") == 2}
        wanted = {
            path: value for path, value in answers.items() if path.count("/") != 1 or path in filled_rows
        }
        assert found.values == wanted
