"""A form that is filled: from two devices, with photos, over a change of its questionnaire."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from diagnostics import services
from diagnostics.models import AOBOItem, SampledFirm, Submission
from diagnostics.rules.answers import Change
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, definition, fill, row, version_of
from twinning.core.access import DomainError, PermissionRefused, WrongState
from twinning.core.models import Change as HistoryChange


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_device_that_asks_again_gets_the_same_form(world: World) -> None:
    key = uuid.uuid4()
    made = [
        services.start(
            actor=world.cda,
            programme=world.programme,
            version=version_of("diagnostic-emerging"),
            cluster=world.leather,
            key=key,
        )
        for _time in range(2)
    ]
    assert made[0] == made[1]


def test_who_files_elsewhere_files_nothing_here(world: World, study: Submission) -> None:
    with pytest.raises(PermissionRefused):
        fill(world.cda_other, study, {"vision": "x"})
    with pytest.raises(PermissionRefused):
        services.start(
            actor=world.donor,
            programme=world.programme,
            version=version_of("diagnostic-emerging"),
            cluster=world.leather,
        )


def test_answers_become_rows_that_keep_their_address(world: World, ready: Submission) -> None:
    item = AOBOItem.objects.get()
    assert (item.item, item.where, item.stakeholders) == (
        "Technology",
        "advanced",
        "Technicians from Solofra Cluster",
    )
    assert SampledFirm.objects.get().organisation == world.tannery
    fill(world.cda, ready, {"aobo/a1/aobo_item": "Skill"} | row("aobo", "a2", 1, **AOBO))
    assert AOBOItem.objects.get(row="a1").pk == item.pk
    fill(world.cda, ready, {"aobo/a1": None})
    assert list(AOBOItem.objects.values_list("row", flat=True)) == ["a2"]
    assert "aobo/a1/aobo_item" not in Submission.objects.get(pk=ready.pk).answers


def test_two_devices_merge_by_field_and_show_both_where_they_differ(world: World, study: Submission) -> None:
    seen = study.version
    services.save_answers(
        actor=world.cda,
        submission=study,
        changes=[Change("vision", "Export", seen), Change("history", "Old", seen)],
    )
    saved = services.save_answers(
        actor=world.coordinator,
        submission=study,
        changes=[Change("vision", "Home market", seen), Change("strategy", "Together", seen)],
        device="phone",
    )
    current = Submission.objects.get(pk=study.pk)
    assert current.answers == {"vision": "Export", "history": "Old", "strategy": "Together"}
    assert saved.clashes == ["vision"]
    assert [one["value"] for one in current.clashes["vision"]] == ["Home market"]
    services.save_answers(
        actor=world.cda,
        submission=study,
        changes=[Change("vision", "Home market", current.version)],
        settle=True,
    )
    current.refresh_from_db()
    assert current.answers["vision"] == "Home market"
    assert current.clashes == {}


def test_keeping_what_stands_settles_a_clash_too(world: World, study: Submission) -> None:
    seen = study.version
    for actor, words in ((world.cda, "Export"), (world.coordinator, "Home market")):
        services.save_answers(actor=actor, submission=study, changes=[Change("vision", words, seen)])
    current = Submission.objects.get(pk=study.pk)
    fill(world.cda, current, {"vision": "Export"}, settle=True)
    current.refresh_from_db()
    assert (current.answers["vision"], current.clashes) == ("Export", {})


def test_a_row_that_is_filled_and_removed_at_once_leaves_nothing(world: World, study: Submission) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM))
    fill(world.cda, study, {"firms/f1/firm_note": "Sheep", "firms/f1": None})
    assert Submission.objects.get(pk=study.pk).answers == {}


def test_a_row_with_two_answers_in_it_is_not_removed_before_somebody_chose(
    world: World, study: Submission
) -> None:
    fill(world.cda, study, row("firms", "f1", **FIRM))
    seen = Submission.objects.get(pk=study.pk).version
    for words in ("Sheep", "Cow"):
        change = Change("firms/f1/firm_note", words, seen)
        services.save_answers(actor=world.cda, submission=study, changes=[change])
    assert set(fill(world.cda, study, {"firms/f1": None}).refused) == {"firms/f1"}
    fill(world.cda, study, {"firms/f1/firm_note": "Cow"}, settle=True)
    assert fill(world.cda, study, {"firms/f1": None}).refused == {}
    assert Submission.objects.get(pk=study.pk).answers == {}


def test_what_cannot_be_kept_does_not_hinder_the_rest(world: World, study: Submission) -> None:
    saved = fill(
        world.cda,
        study,
        {"vision": "Export", "nobody": "x"} | row("firms", "f1", **FIRM, firm_employees="many"),
    )
    assert set(saved.refused) == {"nobody", "firms/f1/firm_employees"}
    assert Submission.objects.get(pk=study.pk).answers["firms/f1/firm"] == "Pakkar Tannery"


def test_history_says_which_answer_changed(world: World, study: Submission) -> None:
    fill(world.cda, study, {"vision": "Export"})
    fill(world.coordinator, study, {"vision": "Home market"})
    last = HistoryChange.objects.of(study).first()
    assert last is not None
    assert (last.fields, last.actor) == ({"vision": ["Export", "Home market"]}, world.coordinator)


def test_a_photo_sent_twice_is_kept_once(world: World, study: Submission) -> None:
    first, second = (
        services.add_photo(actor=world.cda, submission=study, name="a.jpg", data=picture())
        for _time in range(2)
    )
    assert first == second
    saved = fill(world.cda, study, {"map_photo": [first.pk]})
    assert saved.refused == {}


def test_a_photo_that_is_none_is_refused(world: World, study: Submission) -> None:
    for name, data in (("a.jpg", b"not a picture"), ("a.pdf", b"%PDF-1.7\n%%EOF"), ("a.exe", b"MZ")):
        with pytest.raises(DomainError):
            services.add_photo(actor=world.cda, submission=study, name=name, data=data)


def test_a_photo_of_another_form_is_not_taken(world: World, study: Submission) -> None:
    other = services.start(
        actor=world.cda_other,
        programme=world.programme,
        version=version_of("diagnostic-emerging"),
        cluster=world.footwear,
    )
    photo = services.add_photo(actor=world.cda_other, submission=other, name="a.jpg", data=picture())
    assert set(fill(world.cda, study, {"map_photo": [photo.pk]}).refused) == {"map_photo"}


def test_a_submitted_form_takes_nothing_in(world: World, ready: Submission) -> None:
    services.submit(actor=world.cda, submission=ready)
    with pytest.raises(services.FormNotOpen):
        fill(world.cda, ready, {"vision": "Too late"})


def test_an_open_draft_keeps_its_questionnaire_until_it_is_moved(
    world: World, own_questionnaire: Callable[..., Any]
) -> None:
    questionnaire = own_questionnaire({"name": "old", "type": "text", "label": "Old"})
    first = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    draft = services.start(actor=world.manager, programme=world.programme, version=first, title="Penang")
    fill(world.manager, draft, {"old": "kept", "country": "Malaysia"})
    second = services.save_draft(
        actor=world.manager,
        questionnaire=questionnaire,
        definition=definition({"name": "new", "type": "text", "label": "New"}),
    )
    services.publish(actor=world.manager, draft=second)
    assert fill(world.manager, draft, {"old": "still asked"}).refused == {}
    with pytest.raises(services.NotReady) as refused:
        services.submit(actor=world.manager, submission=draft)
    assert refused.value.code == "retired_version"
    moved = services.move_to_current(actor=world.manager, submission=draft)
    assert moved.answers["old"] == "still asked"
    assert set(fill(world.manager, moved, {"old": "x", "new": "y"}).refused) == {"old"}
    assert services.submit(actor=world.manager, submission=moved).status == "submitted"


def test_a_version_that_is_used_is_never_changed(world: World, own_questionnaire: Callable[..., Any]) -> None:
    questionnaire = own_questionnaire()
    published = services.publish(actor=world.manager, draft=questionnaire.versions.get())
    services.save_draft(
        actor=world.manager, questionnaire=questionnaire, definition=definition(title="Other words")
    )
    published.refresh_from_db()
    assert published.definition["title"] == "Our own"
    with pytest.raises(WrongState):
        services.publish(actor=world.manager, draft=published)


def test_an_unsound_questionnaire_says_everything_that_is_wrong(
    world: World, own_questionnaire: Callable[..., Any]
) -> None:
    with pytest.raises(services.UnsoundQuestionnaire) as refused:
        own_questionnaire({"name": "q", "type": "colour", "label": "x", "relevant": "${nobody} = 1"})
    assert len(refused.value.problems) == 2
    with pytest.raises(services.UnsoundQuestionnaire) as refused:
        own_questionnaire(kind="readiness")
    assert "wave" in str(refused.value)


def test_the_library_is_brought_once_and_again_only_when_it_changed(db: None) -> None:
    assert services.bring_library() == 0
