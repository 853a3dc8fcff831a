"""What the services of this room promise, whoever calls them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clusters import services
from clusters.models import (
    Agreement,
    AgreementClaim,
    CDAEngagement,
    ClusterFigure,
    Membership,
    Organisation,
    Twinning,
)
from clusters.rules import Force, Role
from tests.conftest import World, fresh
from twinning.core.access import DomainError, PermissionRefused, StaleVersion, WrongState
from twinning.core.models import Change

SIGNED = dt.date(2008, 6, 1)


def agreement_of(world: World, **values: Any) -> Agreement:
    parties = values.pop("parties", [{"organisation": world.tanners}, {"organisation": world.clri}])
    return services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        **{"kind": "mou", "title": "Memorandum", "parties": parties, **values},
    )


def around(world: World, units: int, source: str) -> ClusterFigure:
    return services.add_figure(
        actor=world.cda,
        cluster=world.leather,
        measure="units",
        qualifier="around",
        value=units,
        unit="units",
        year=2007,
        source=source,
    )


# Claims ---------------------------------------------------------------------------------------------------


def test_two_sources_disagree_on_a_figure_and_both_stay_with_one_preferred(world: World) -> None:
    study, press = around(world, 650, "Diagnostic study"), around(world, 700, "Press")
    assert study.preferred
    assert not press.preferred

    services.prefer_figure(actor=world.cda, figure=press, reason="Counted later")

    standing = dict(ClusterFigure.objects.values_list("source", "preferred"))
    assert standing == {"Diagnostic study": False, "Press": True}
    why = Change.objects.filter(object_id=press.pk, reason="Counted later").get()
    assert why.fields == {"preferred": [False, True]}


def test_a_figure_is_one_value_or_a_range_with_the_lower_end_first(world: World) -> None:
    with pytest.raises(ValidationError, match="lower one first"):
        services.add_figure(
            actor=world.cda,
            cluster=world.leather,
            measure="growth",
            qualifier="range",
            low=20,
            high=15,
            source="x",
        )


def test_sources_disagree_on_an_agreement_and_the_preferred_one_changes_without_loss(world: World) -> None:
    agreement = agreement_of(world)
    text = services.add_claim(
        actor=world.manager,
        agreement=agreement,
        preferred=True,
        about="signed",
        statement="October 2008",
        edtf="2008-10",
        source="Main text",
    )
    annex = services.add_claim(
        actor=world.manager,
        agreement=agreement,
        about="signed",
        statement="April 2009: Realization",
        edtf="2009-04",
        source="Annex, row 17",
    )

    services.prefer_claim(actor=world.manager, claim=annex, reason="The original was seen")

    assert list(AgreementClaim.objects.filter(preferred=True)) == [annex]
    assert AgreementClaim.objects.filter(pk=text.pk, preferred=False).exists()


# Agreements -----------------------------------------------------------------------------------------------


def test_the_register_in_the_database_says_the_same_as_the_rule(world: World) -> None:
    shapes: list[dict[str, Any]] = [
        {"signed": "2008-06"},
        {"signed": "2008-06", "valid_to": dt.date(2009, 5, 31)},
        {"signed": "2008-06", "valid_from": dt.date(2008, 7, 1), "ended_on": dt.date(2009, 1, 1)},
        {"signed": "2008-06", "valid_from": dt.date(2008, 6, 15), "valid_to": dt.date(2008, 6, 15)},
        {"valid_to": dt.date(2010, 1, 1)},
        {"attempted_only": True},
    ]
    made = [agreement_of(world, title=f"No {n}", **shape) for n, shape in enumerate(shapes)]
    watched = [
        "2008-05-31",
        "2008-06-01",
        "2008-06-15",
        "2008-06-16",
        "2008-07-01",
        "2008-12-31",
        "2009-01-01",
    ]
    for day in map(dt.date.fromisoformat, [*watched, "2009-05-31", "2009-06-01", "2030-01-01"]):
        by_rule = {a.pk for a in made if a.force_on(day) in (Force.IN_FORCE, Force.END_NOT_STATED)}
        assert set(Agreement.objects.in_force_on(day).values_list("pk", flat=True)) == by_rule, day


def test_a_letter_of_intent_is_between_firms(world: World) -> None:
    firms = [{"organisation": world.tannery}, {"organisation": world.shoemaker}]
    assert agreement_of(world, kind="loi", parties=firms).parties.count() == 2
    with pytest.raises(DomainError, match="between firms"):
        agreement_of(world, kind="loi", title="With an association")


def test_what_was_signed_keeps_two_signatories(world: World) -> None:
    agreement = agreement_of(world, signed="2008-06")
    with pytest.raises(DomainError, match="two signatories"):
        services.remove_party(actor=world.manager, party=agreement.parties.all()[0])
    assert agreement.parties.count() == 2


def test_an_agreement_does_not_end_before_it_begins(world: World) -> None:
    with pytest.raises(ValidationError, match="before the first"):
        agreement_of(world, valid_from=SIGNED, valid_to=SIGNED - dt.timedelta(days=1))
    assert not Agreement.objects.exists()


def test_a_party_of_another_programme_is_refused_and_nothing_is_stored(world: World) -> None:
    elsewhere = Organisation.objects.create(
        programme=world.other_programme, name="Elsewhere", kind="association"
    )
    with pytest.raises(DomainError, match="another programme") as refused:
        agreement_of(world, parties=[{"organisation": world.tanners}, {"organisation": elsewhere}])
    assert "organisation" in refused.value.fields
    assert not Agreement.objects.exists()


# Twinnings ------------------------------------------------------------------------------------------------


def move(world: World, to: str, **words: Any) -> Twinning:
    twinning = Twinning.objects.get(pk=world.twinning.pk)
    return services.move_twinning(
        actor=world.manager, twinning=twinning, to=to, version=twinning.version, **words
    )


def test_a_twinning_that_was_abandoned_and_taken_up_again_keeps_its_whole_story(world: World) -> None:
    move(world, "study", since="2007-06")
    move(world, "abandoned", since="2008", reason="No partner was found")
    taken_up = move(world, "scouting", since="2009-03")

    story = list(world.twinning.stages.values_list("status", "since", "reason"))
    assert story == [
        ("scouting", "", ""),
        ("study", "2007-06", ""),
        ("abandoned", "2008", "No partner was found"),
        ("scouting", "2009-03", ""),
    ]
    assert taken_up.status == "scouting"


def test_a_twinning_takes_only_the_courses_of_the_method(world: World) -> None:
    with pytest.raises(WrongState):
        move(world, "active")
    with pytest.raises(DomainError, match="why it ended"):
        move(world, "abandoned", reason="  ")
    assert world.twinning.stages.count() == 1


def test_a_cluster_is_not_twinned_with_itself_nor_twice_with_the_same(world: World) -> None:
    for advanced in (world.leather, world.santa_croce):
        with pytest.raises(ValidationError):
            services.propose_twinning(
                actor=world.manager, programme=world.programme, emerging=world.leather, advanced=advanced
            )


def test_one_emerging_cluster_may_have_several_twinnings(world: World) -> None:
    services.propose_twinning(
        actor=world.manager, programme=world.programme, emerging=world.footwear, advanced=world.santa_croce
    )
    services.propose_twinning(
        actor=world.manager, programme=world.programme, emerging=world.leather, advanced=world.footwear
    )
    assert world.leather.twinnings_as_emerging.count() == 2


# Agents and members -----------------------------------------------------------------------------------------


def coordinator(world: World, first: int, last: int | None, **values: Any) -> CDAEngagement:
    return services.engage_agent(
        actor=world.manager,
        cluster=values.pop("cluster", world.leather),
        post="Coordinator",
        function="coordinator",
        side=values.pop("side", "emerging"),
        valid_from=dt.date(first, 1, 1),
        valid_to=dt.date(last, 12, 31) if last else None,
    )


def test_a_programme_has_one_overall_coordinator_at_a_time(world: World) -> None:
    coordinator(world, 2007, 2008)
    with pytest.raises(DomainError, match="another overall coordinator"):
        coordinator(world, 2008, None, cluster=world.footwear)
    assert coordinator(world, 2009, None, cluster=world.footwear).pk


def test_the_overall_coordinator_is_based_in_the_emerging_cluster(world: World) -> None:
    with pytest.raises(DomainError, match="emerging cluster"):
        coordinator(world, 2007, None, side="advanced", cluster=world.santa_croce)


def test_the_last_manager_of_a_programme_stays(world: World) -> None:
    membership = Membership.objects.get(user=world.manager)
    end: dict[str, Any] = {
        "actor": world.manager,
        "last_day": dt.date(2030, 1, 1),
        "version": membership.version,
    }
    with pytest.raises(DomainError, match="last manager"):
        services.end_membership(membership=membership, **end)

    services.add_member(
        actor=world.manager, programme=world.programme, user=world.stranger, role=Role.MANAGER
    )
    assert services.end_membership(membership=membership, **end).valid_to == dt.date(2030, 1, 1)


def test_a_role_that_is_for_one_cluster_or_organisation_names_it(world: World) -> None:
    for role, missing in [(Role.CDA, {"cluster"}), (Role.ASSOCIATION, {"cluster", "organisation"})]:
        with pytest.raises(DomainError) as refused:
            services.add_member(
                actor=world.manager, programme=world.programme, user=world.stranger, role=role
            )
        assert set(refused.value.fields) == missing


def test_an_ended_role_opens_nothing_any_more(world: World) -> None:
    membership = Membership.objects.get(user=world.cda)
    services.end_membership(
        actor=world.manager, membership=membership, last_day=dt.date(2010, 1, 1), version=membership.version
    )
    with pytest.raises(PermissionRefused):
        services.add_product_group(actor=fresh(world.cda), cluster=world.leather, name="Goat")


# Who may, and what is kept --------------------------------------------------------------------------------


def test_an_agent_edits_the_own_cluster_and_no_other(world: World) -> None:
    changed = services.update_cluster(
        actor=world.cda, cluster=world.leather, version=world.leather.version, sector="Leather"
    )
    assert changed.sector == "Leather"
    with pytest.raises(PermissionRefused):
        services.update_cluster(actor=world.cda_other, cluster=world.leather, version=None, sector="Shoes")


def test_work_in_one_programme_gives_no_right_in_another_where_one_only_looks_on(world: World) -> None:
    services.add_member(
        actor=world.neighbour, programme=world.other_programme, user=world.cda, role=Role.DONOR
    )
    both = fresh(world.cda)
    nowhere_yet = Organisation.objects.create(
        programme=world.other_programme, name="Without a role", kind="association"
    )
    with pytest.raises(PermissionRefused):
        services.create_person(actor=both, programme=world.other_programme, name="Somebody")
    with pytest.raises(PermissionRefused):
        services.update_organisation(actor=both, organisation=nowhere_yet, version=None, note="Mine")


def test_a_second_saver_is_told_and_overwrites_nothing(world: World) -> None:
    seen = world.leather.version
    services.update_cluster(actor=world.cda, cluster=world.leather, version=seen, sector="Leather")
    with pytest.raises(StaleVersion) as stale:
        services.update_cluster(actor=world.manager, cluster=world.leather, version=seen, sector="Hides")
    assert stale.value.current.sector == "Leather"


def test_history_keeps_who_changed_what_and_what_stood_before(world: World) -> None:
    services.update_cluster(
        actor=world.cda,
        cluster=world.leather,
        version=world.leather.version,
        sector="Leather",
        label="bronze",
    )
    change = Change.objects.of(world.leather).first()
    assert change is not None
    assert change.actor == world.cda
    assert change.programme_id == world.programme.pk
    assert change.fields == {"sector": ["", "Leather"], "label": ["none", "bronze"]}


def test_a_product_group_never_becomes_part_of_itself(world: World) -> None:
    hides = services.add_product_group(actor=world.cda, cluster=world.leather, name="Hides")
    goat = services.add_product_group(actor=world.cda, cluster=world.leather, name="Goat", parent=hides)
    with pytest.raises(DomainError) as refused:
        services.update_product_group(
            actor=world.cda, group=hides, version=hides.version, name="Hides", parent=goat
        )
    assert "parent" in refused.value.fields


def test_the_product_groups_of_a_firm_are_kept_in_its_history(world: World) -> None:
    goat = services.add_product_group(actor=world.cda, cluster=world.leather, name="Goat")
    elsewhere = services.add_product_group(
        actor=world.neighbour, cluster=world.other_cluster, name="Elsewhere"
    )
    firm = services.save_firm(
        actor=world.cda, organisation=world.tannery, version=None, size="small", product_groups=[goat]
    )
    assert Change.objects.of(firm)[0].fields == {"product_groups": [[], ["Goat"]]}
    with pytest.raises(DomainError, match="another programme"):
        services.save_firm(
            actor=world.cda,
            organisation=world.tannery,
            version=firm.version,
            product_groups=[goat, elsewhere],
        )


def test_only_a_firm_has_a_firm_profile(world: World) -> None:
    with pytest.raises(DomainError, match="Only a firm"):
        services.save_firm(actor=world.cda, organisation=world.tanners, version=None, size="small")


def test_a_cluster_is_not_called_by_a_word_of_the_addresses(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        services.create_cluster(
            actor=world.manager, programme=world.programme, slug="new", name="New", country="IN"
        )
    assert "slug" in refused.value.fields
