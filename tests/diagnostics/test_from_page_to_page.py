"""A suggestion leads to its row in the study, and priorities of topics stand in words."""

from __future__ import annotations

import re

from django.utils import translation

from diagnostics import services
from diagnostics.models import Submission
from diagnostics.queries import topics_across
from tests.clusters.conftest import Page, visit
from tests.conftest import World
from tests.diagnostics.conftest import file_form, row

__all__ = ["visit"]


def test_a_suggestion_leads_to_its_row_in_the_study(world: World, ready: Submission, visit: Page) -> None:
    services.submit(actor=world.cda, submission=ready)
    cda = visit(world.cda)
    page = cda.get("cluster_candidates", "leather").content.decode()
    found = re.search(r'href="[^"#]*/diagnostics/\d+#(aobo-[^"]+)"', page)
    assert found is not None
    assert f'id="{found.group(1)}"' in cda.get("filed_form", ready.pk).content.decode()


def test_priorities_of_topics_are_told_in_the_words_of_the_reader(world: World) -> None:
    file_form(
        world.cda_advanced,
        "diagnostic-advanced",
        row("topics", "t1", topic="Finishing", topic_emerging="high", topic_advanced="refused"),
        approver=world.coordinator,
        programme=world.programme,
        cluster=world.santa_croce,
    )
    with translation.override("it"):
        (topic,) = topics_across(world.coordinator, world.twinning)
    assert (topic.emerging, topic.advanced, topic.said_by) == ("alta", "rifiutata", "Santa Croce")
