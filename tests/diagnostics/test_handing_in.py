"""The page on which a form is handed in says all that hinders it, and leads to each answer."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse

from diagnostics import services
from diagnostics.models import Submission
from diagnostics.rules.answers import Change
from diagnostics.services.questionnaires import bring
from tests.clusters.conftest import Page, visit
from tests.conftest import World
from tests.diagnostics.conftest import fill, row, version_of

__all__ = ["visit"]


def page_of(visit: Page, user: object, study: Submission) -> str:
    return unescape(visit(user).get("form_submit", study.pk).content.decode())


def test_each_thing_to_be_mended_is_a_way_to_its_place_in_the_form(
    world: World, study: Submission, visit: Page
) -> None:
    fill(world.cda, study, row("aobo", "a1", aobo_where="advanced"))
    page = page_of(visit, world.cda, study)
    there = reverse("form_fill", args=[world.programme.slug, study.pk])
    assert f'href="{there}?open=aobo%2Fa1#f-aobo-a1-aobo_entry"' in page
    assert f'href="{there}#r-firms"' in page
    filled = visit(world.cda).get("form_fill", study.pk, open="aobo/a1").content.decode()
    for ident in ("f-aobo-a1-aobo_entry", "r-firms"):
        assert f'id="{ident}"' in filled


def test_two_answers_and_a_retired_version_are_said_before_it_is_sent(
    world: World, ready: Submission, visit: Page
) -> None:
    seen = Submission.objects.get(pk=ready.pk).version
    fill(world.cda, ready, {"vision": "A"})
    services.save_answers(actor=world.cda, submission=ready, changes=[Change("vision", "B", seen)])
    bring(
        "diagnostic-emerging",
        "diagnostic-emerging",
        "Study",
        {**ready.questionnaire_version.definition, "title": {"en": "Study"}},
    )
    page = page_of(visit, world.cda, ready)
    assert "Two answers were given" in page
    assert "was retired" in page


def test_what_the_method_misses_is_said_where_the_study_is_handed_in(
    world: World, ready: Submission, visit: Page
) -> None:
    assert "no baseline" in page_of(visit, world.cda, ready)


def test_a_closed_topic_is_not_named_to_who_may_not_read_it(world: World, visit: Page) -> None:
    study = services.start(
        actor=world.cda_advanced,
        programme=world.programme,
        version=version_of("diagnostic-advanced"),
        cluster=world.santa_croce,
    )
    fill(world.cda_advanced, study, row("topics", "t9", topic_closed="yes", topic_note="Secret dye"))
    page = page_of(visit, world.coordinator, study)
    # As a word of its own: tokens on the page are of any letters.
    assert not re.search(r"\bt9\b", page)
    assert "only those of its own side" in page
    assert re.search(r"\bt9\b", page_of(visit, world.cda_advanced, study))
