"""Clusters: their figures as claims, who is named to whom, and forms that lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clusters import services
from clusters.models import ClusterFigure
from tests.clusters.conftest import Visitor
from tests.conftest import World
from twinning.core.models import User

Visit = Callable[[User], Visitor]


def figure(world: World, **values: Any) -> ClusterFigure:
    base = {"measure": "units", "qualifier": "around", "value": 650, "unit": "units", "source": "Study"}
    return services.add_figure(actor=world.cda, cluster=world.leather, **{**base, **values})


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\xa0", " ").replace("&nbsp;", " ")


def test_a_figure_reads_as_its_source_made_it(world: World, visit: Visit) -> None:
    figure(world)
    figure(world, measure="turnover", qualifier="over", value=2_000_000_000, unit="EUR")
    figure(world, measure="growth", qualifier="range", value=None, low=15, high=20, unit="%")
    figure(world, measure="large-units", qualifier="exact", value=3, unit="")
    page = text(visit(world.donor).get("cluster", "leather"))
    for words in ("around 650 units", "over EUR 2,000,000,000", "between 15 and 20 %"):
        assert words in page


def test_claims_that_disagree_stand_beside_each_other_and_the_reason_of_the_choice_with_them(
    world: World, visit: Visit
) -> None:
    figure(world)
    other = figure(world, qualifier="over", source="Another chapter")
    agent = visit(world.cda)
    asked = agent.get("figure_prefer", "leather", other.pk)
    assert "Prefer “over 650 units”?" in text(asked)

    agent.post("figure_prefer", "leather", other.pk, reason="The chapter counts all places", version="1")

    group = agent.get("cluster", "leather").context["detail"].figures[0]
    assert (group.leading.source, group.leading.why) == ("Another chapter", "The chapter counts all places")
    assert [claim.source for claim in group.others] == ["Study"]


def test_a_figure_without_its_second_end_is_refused_and_what_was_typed_stays(
    world: World, visit: Visit
) -> None:
    answer = visit(world.cda).post(
        "figure_new", "leather", measure="growth", qualifier="range", low="15", source="Interview"
    )
    assert answer.status_code == 422
    assert "Give one figure, or both ends" in text(answer)
    assert 'value="Interview"' in text(answer)
    assert not ClusterFigure.objects.exists()


def engage_meena(world: World) -> None:
    person = services.create_person(actor=world.manager, programme=world.programme, name="Meena Raghavan")
    services.engage_agent(
        actor=world.cda,
        cluster=world.leather,
        post="Leather agent",
        person=person,
        function="cda",
        side="emerging",
    )


def test_firms_and_persons_are_not_named_to_a_donor_but_bodies_and_posts_are(
    world: World, visit: Visit
) -> None:
    engage_meena(world)
    seen_by_agent = text(visit(world.cda).get("cluster", "leather"))
    seen_by_donor = text(visit(world.donor).get("cluster", "leather"))
    for shown_to_both in ("Leather agent", "Leather Manufacturers Association"):
        assert shown_to_both in seen_by_agent
        assert shown_to_both in seen_by_donor
    for only_near in ("Pakkar Tannery", "Meena Raghavan"):
        assert only_near in seen_by_agent
        assert only_near not in seen_by_donor


def test_an_evaluator_reads_the_history_without_the_names_of_persons(world: World, visit: Visit) -> None:
    engage_meena(world)
    page = text(visit(world.evaluator).get("cluster", "leather"))
    assert "History" in page
    assert "(not shown to you)" in page
    assert "Meena Raghavan" not in page
    assert "<h2>History</h2>" not in text(visit(world.donor).get("cluster", "leather"))


def test_an_agent_finds_the_way_to_edit_only_on_the_own_cluster(world: World, visit: Visit) -> None:
    own, other = visit(world.cda), visit(world.cda_other)
    assert own.address("cluster_edit", "leather") in text(own.get("cluster", "leather"))
    assert own.address("cluster_edit", "leather") not in text(other.get("cluster", "leather"))
    assert other.post("cluster_edit", "leather", name="Mine").status_code == 403


def test_a_cluster_is_edited_and_its_typology_kept_in_words(world: World, visit: Visit) -> None:
    agent = visit(world.cda)
    sent = agent.form("cluster_edit", "leather") | {
        "composition": ["geographical", "sectoral"],
        "advantage": ["historic-know-how"],
        "country": "in",
    }
    assert agent.post("cluster_edit", "leather", **sent).status_code == 302
    page = text(agent.get("cluster", "leather"))
    assert "geographical, sectoral" in page
    assert "historic know-how-based" in page
    world.leather.refresh_from_db()
    assert world.leather.country == "IN"


def test_a_cluster_has_a_position_or_none_and_not_half_of_one(world: World, visit: Visit) -> None:
    agent = visit(world.cda)
    sent = agent.form("cluster_edit", "leather") | {"latitude": "12.9277", "longitude": ""}
    refused = agent.post("cluster_edit", "leather", **sent)
    assert refused.context["form"].errors["longitude"] == ["A position needs its latitude and its longitude."]
    for wrong in ("91", "north", "12.12345678"):
        refused = agent.post("cluster_edit", "leather", **sent | {"latitude": wrong, "longitude": "79.333"})
        assert "latitude" in refused.context["form"].errors
        assert "Ensure this value" not in str(refused.context["form"].errors)
    assert agent.post("cluster_edit", "leather", **sent | {"longitude": "79,336°"}).status_code == 302
    assert "12.93° N, 79.34° E" in text(agent.get("cluster", "leather"))


def test_south_and_west_are_below_zero_and_said_in_words(world: World, visit: Visit) -> None:
    services.update_cluster(
        actor=world.cda, cluster=world.leather, version=None, latitude="-29.7", longitude="-51.125"
    )
    assert "29.70° S, 51.12° W" in text(visit(world.cda).get("cluster", "leather"))


def test_a_second_saver_of_a_cluster_sees_both_versions_and_loses_nothing(world: World, visit: Visit) -> None:
    agent = visit(world.cda)
    opened = agent.form("cluster_edit", "leather")
    services.update_cluster(actor=world.manager, cluster=world.leather, version=1, sector="Theirs")

    answer = agent.post("cluster_edit", "leather", **{**opened, "sector": "Mine"})

    assert answer.status_code == 409
    form = answer.context["form"]
    assert form.conflict == [("Sector", "Theirs", "Mine")]
    assert form.conflict_change.actor == world.manager
    assert 'name="version" value="2"' in text(answer)
    world.leather.refresh_from_db()
    assert world.leather.sector == "Theirs"


def test_a_form_without_its_version_does_not_pass_for_one_that_saw_the_newest(
    world: World, visit: Visit
) -> None:
    agent = visit(world.cda)
    sent = agent.form("cluster_edit", "leather")
    del sent["version"]
    assert agent.post("cluster_edit", "leather", **{**sent, "sector": "Mine"}).status_code == 409


def test_product_groups_stand_as_a_tree_and_offer_only_parents_of_their_cluster(
    world: World, visit: Visit
) -> None:
    elsewhere = services.add_product_group(actor=world.cda_other, cluster=world.footwear, name="Shoes")
    agent = visit(world.cda)
    agent.post("product_group_new", "leather", name="Hides")
    hides = world.leather.product_groups.get()
    agent.post("product_group_new", "leather", name="Goat", parent=hides.pk)

    tree = agent.get("cluster", "leather").context["detail"].product_groups
    assert [(group.name, [child.name for child in group.children]) for group in tree] == [("Hides", ["Goat"])]
    refused = agent.post("product_group_new", "leather", name="Sheep", parent=elsewhere.pk)
    assert "parent" in refused.context["form"].errors


def test_an_agent_s_post_offers_nobody_of_another_programme(world: World, visit: Visit) -> None:
    services.create_person(actor=world.neighbour, programme=world.other_programme, name="From elsewhere")
    page = text(visit(world.manager).get("engagement_new", "leather"))
    assert "From elsewhere" not in page


def test_the_list_of_clusters_is_found_by_country_and_text(world: World, visit: Visit) -> None:
    donor = visit(world.donor)
    found = donor.get("clusters", country="it").context["lines"]
    assert [line.cluster.name for line in found] == ["Santa Croce"]
    nothing = donor.get("clusters", q="no such place")
    assert "No cluster matches" in text(nothing)


def test_an_unknown_word_in_the_address_neither_sorts_nor_breaks_a_list(world: World, visit: Visit) -> None:
    answer = visit(world.donor).get("clusters", sort="programme__memberships", page="x", country="%00")
    assert answer.status_code == 200


@pytest.mark.parametrize("slug", ["Chennai Leather", "chennai_leather", "-chennai", "ledér", "a\n"])
def test_a_short_name_is_refused_in_our_own_words_on_the_page_and_by_the_service(
    world: World, visit: Visit, slug: str
) -> None:
    words = ["Use small letters, digits and hyphens."]
    answer = visit(world.manager).post("cluster_new", name="Chennai leather 2", slug=slug, country="IN")
    if slug.strip() == slug:
        assert answer.context["form"].errors["slug"] == words
    with pytest.raises(ValidationError) as refused:
        services.create_cluster(
            actor=world.manager, programme=world.programme, slug=slug, name="Chennai", country="IN"
        )
    assert refused.value.message_dict["slug"] == words
