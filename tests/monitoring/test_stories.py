"""Impact stories: nothing is told without consent, and names only where the consent covers them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clusters.queries.changes import FeedQuerySet
from monitoring import services
from monitoring.models import ImpactStory
from monitoring.permissions import can_name
from tests.conftest import World
from tests.monitoring.evaluating import consent, story
from twinning.core.access import DomainError, PermissionRefused, WrongState
from twinning.core.attachments import visible_attachment
from twinning.core.models import Attachment, Change
from twinning.core.queries import history_of


def readers(world: World) -> set[str]:
    cast = [
        "manager", "coordinator", "evaluator", "cda", "cda_other", "donor", "partner", "association", "firm"
    ]  # fmt: skip
    return {who for who in cast if ImpactStory.objects.visible_to(getattr(world, who)).exists()}


def publish(world: World, told: ImpactStory) -> ImpactStory:
    return services.publish_story(actor=world.coordinator, story=told, version=None)


def test_without_consent_a_story_is_not_published(world: World) -> None:
    told = story(world)
    with pytest.raises(DomainError, match="only with the consent"):
        publish(world, told)
    assert publish(world, consent(world, told)).published_at is not None


def test_who_sees_a_story_before_consent_with_it_and_published(world: World) -> None:
    told = story(world)
    editors = {"manager", "coordinator", "cda", "partner"}
    assert readers(world) == editors
    consent(world, told)
    assert readers(world) == {*editors, "evaluator"}
    publish(world, told)
    assert readers(world) == {*editors, "evaluator", "cda_other", "donor"}


def test_withdrawing_consent_takes_it_off_at_once_and_history_says_so(world: World) -> None:
    told = publish(world, consent(world, story(world)))
    off = services.withdraw_consent(actor=world.cda, story=told, reason="He left the firm.")
    assert (off.published_at, off.has_consent) == (None, False)
    assert "evaluator" not in readers(world)
    line = history_of(off, reader=world.manager)[0]
    assert line.reason == "Consent withdrawn; the story is no longer published. He left the firm."
    assert "Published" in [label for label, _before, _after in line.fields]
    with pytest.raises(DomainError, match="only with the consent"):
        publish(world, off)


def test_consent_withdrawn_may_be_given_anew(world: World) -> None:
    told = consent(world, story(world))
    services.withdraw_consent(actor=world.cda, story=told)
    assert publish(world, consent(world, told)).has_consent
    with pytest.raises(WrongState):
        services.withdraw_consent(actor=world.cda, story=story(world, title="Another"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"consent_by": " "}, "consent_by"),
        ({"consent_on": dt.date(2999, 1, 1)}, "consent_on"),
        ({"consent_how": "perhaps"}, "consent_how"),
    ],
)
def test_consent_says_who_when_and_how(world: World, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        consent(world, story(world), **wrong)
    assert set(refused.value.fields) == {field}


def test_a_change_of_the_words_takes_the_consent_off(world: World) -> None:
    told = consent(world, story(world))
    same = services.update_story(actor=world.cda, story=told, version=None, source="Measured by CLRI, 2010")
    assert same.has_consent
    changed = services.update_story(actor=world.cda, story=told, version=None, quote="All went well.")
    assert not changed.has_consent
    assert "given anew" in history_of(changed, reader=world.manager)[0].reason


def test_a_published_story_does_not_change(world: World) -> None:
    told = publish(world, consent(world, story(world)))
    with pytest.raises(WrongState, match="Take it off first"):
        services.update_story(actor=world.cda, story=told, version=None, quote="Other words")
    off = services.unpublish_story(actor=world.coordinator, story=told, version=None, reason="A slip.")
    assert off.has_consent


def test_names_are_told_only_where_the_consent_covers_them(world: World) -> None:
    told = publish(world, consent(world, story(world), names_allowed=False))
    assert not can_name(world.evaluator, told)
    assert not can_name(world.donor, told)
    assert can_name(world.cda, told)
    assert told.attribution(named=False) == "somebody from Chennai leather, not named"
    assert told.attribution(named=True) == "Anbu Selvan, Production manager, Pakkar Tannery"


def test_words_that_tell_a_name_are_refused_where_names_are_not_covered(world: World) -> None:
    told = consent(world, story(world, quote="At Pakkar Tannery all is well."), names_allowed=False)
    with pytest.raises(DomainError, match="these words tell one: Pakkar Tannery"):
        publish(world, told)
    assert publish(world, consent(world, told)).published_at


def test_the_agent_of_another_cluster_writes_and_publishes_none_here(world: World) -> None:
    with pytest.raises(PermissionRefused):
        story(world, world.cda_other)
    told = consent(world, story(world))
    with pytest.raises(PermissionRefused):
        services.publish_story(actor=world.cda, story=told, version=None)
    with pytest.raises(PermissionRefused):
        services.withdraw_consent(actor=world.evaluator, story=told)


def test_figures_say_what_they_measure(world: World) -> None:
    with pytest.raises(ValidationError, match="Say what the figures measure"):
        story(world, before=5, after=4)


def test_the_paper_of_a_consent_is_opened_by_who_edits_the_story(world: World) -> None:
    told = consent(world, story(world), paper=("consent.txt", b"I agree."))
    publish(world, told)
    paper = Attachment.objects.of(told).get()
    allowed = {
        who
        for who in ("manager", "cda", "coordinator", "evaluator", "donor", "cda_other")
        if visible_attachment(getattr(world, who), paper.pk)
    }
    assert allowed == {"manager", "cda", "coordinator"}
    services.remove_paper(actor=world.cda, story=told, attachment=paper)
    assert not Attachment.objects.of(told).exists()


def test_the_feed_names_nobody_to_the_evaluator(world: World) -> None:
    publish(world, consent(world, story(world)))
    feed = FeedQuerySet(Change).filter(content_type__model="impactstory")
    counts = {
        who: feed.visible_to(getattr(world, who)).count()
        for who in ("manager", "coordinator", "cda", "evaluator", "donor", "cda_other")
    }
    assert counts == {"manager": 3, "coordinator": 3, "cda": 3, "evaluator": 0, "donor": 0, "cda_other": 0}
