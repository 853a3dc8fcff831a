"""History as a person reads it, on the page of the record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import translation

from clusters import services
from clusters.models import Agreement
from tests.conftest import World
from twinning.core.models import Change
from twinning.core.queries import HistoryLine, history_of, why_preferred


def agreement_of(world: World, **values: Any) -> Agreement:
    parties = [
        {"organisation": world.tanners},
        {"organisation": world.tannery, "role": "supporter"},
        {"organisation": world.conciatori, "side": "advanced"},
    ]
    return services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind="mou",
        title="Memorandum",
        parties=parties,
        **values,
    )


def as_text(lines: list[HistoryLine]) -> str:
    return " | ".join(f"{line.action} {line.fields}" for line in lines)


def test_values_stand_in_words_and_dates_as_far_as_they_are_known(world: World) -> None:
    agreement = agreement_of(world)
    services.update_agreement(
        actor=world.coordinator,
        agreement=agreement,
        version=1,
        signed="2008-06",
        renewal="not-renewed",
        valid_to=dt.date(2009, 6, 1),
        attempted_only=False,
        twinning=world.twinning,
    )
    newest = history_of(agreement, reader=world.manager)[0]
    assert (newest.actor_name, newest.action) == ("Coordinator", "changed")
    assert set(newest.fields) == {
        ("Twinning", "", "Chennai leather – Santa Croce"),
        ("Signed", "", "Jun 2008"),
        ("Valid to", "", "1 Jun 2009"),
        ("Renewal", "", "not renewed"),
    }


def test_the_reader_s_language_is_spoken(world: World) -> None:
    agreement = agreement_of(world)
    services.update_agreement(actor=world.manager, agreement=agreement, version=1, signed="2008-06")
    with translation.override("it"):
        assert "giu 2008" in as_text(history_of(agreement, reader=world.manager))


def test_the_parts_of_a_record_stand_in_its_history(world: World) -> None:
    agreement = agreement_of(world)
    services.remove_party(
        actor=world.manager, party=agreement.parties.get(organisation=world.tannery), reason="Never took part"
    )
    newest = history_of(agreement, reader=world.manager)[0]
    assert newest.action == "removed: party “Pakkar Tannery (supporter, did not sign)”"
    assert newest.reason == "Never took part"
    assert ("Organisation", "Pakkar Tannery", "") in newest.fields


def test_whom_the_reader_may_not_see_is_named_in_no_part_of_the_history(world: World) -> None:
    agreement = agreement_of(world)
    party = agreement.parties.get(organisation=world.tannery)
    for reader, named in [(world.manager, True), (world.evaluator, False)]:
        assert ("Pakkar Tannery" in as_text(history_of(agreement, reader=reader))) == named
    services.remove_party(actor=world.manager, party=party)
    assert "Pakkar Tannery" not in as_text(history_of(agreement, reader=world.evaluator))
    assert "Associazione Conciatori" in as_text(history_of(agreement, reader=world.evaluator))


def test_a_person_who_was_replaced_is_not_named_either(world: World) -> None:
    people = [
        services.create_person(actor=world.manager, programme=world.programme, name=name)
        for name in ("First Agent", "Second Agent")
    ]
    post = services.engage_agent(
        actor=world.cda,
        cluster=world.leather,
        post="Agent",
        person=people[0],
        function="cda",
        side="emerging",
    )
    services.update_engagement(actor=world.cda, engagement=post, version=1, person=people[1])
    seen = as_text(history_of(world.leather, reader=world.evaluator))
    assert "First Agent" not in seen
    assert "Second Agent" not in seen
    assert "First Agent" in as_text(history_of(world.leather, reader=world.cda))


def test_only_the_newest_are_read_and_only_of_this_record(world: World) -> None:
    for sector in ("Hides", "Leather", "Fine leather"):
        services.update_cluster(actor=world.cda, cluster=world.leather, version=None, sector=sector)
    services.update_cluster(actor=world.cda_other, cluster=world.footwear, version=None, sector="Shoes")
    lines = history_of(world.leather, 2, reader=world.manager)
    assert [line.fields for line in lines] == [
        [("Sector", "Leather", "Fine leather")],
        [("Sector", "Hides", "Leather")],
    ]


def test_what_nobody_did_was_done_by_the_system(world: World) -> None:
    Change.objects.filter(pk=Change.objects.of(world.leather)[0].pk).update(actor=None)
    assert history_of(world.leather, reader=world.manager)[0].actor_name == "the system"


def test_a_field_that_has_gone_since_still_reads(world: World) -> None:
    Change.objects.filter(pk=Change.objects.of(world.leather)[0].pk).update(
        fields={"colour_of_roof": [None, {"red": 1}], "value": [None, "12"]}
    )
    assert history_of(world.leather, reader=world.manager)[0].fields == [
        ("Colour of roof", "", "red: 1"),
        ("Value", "", "12"),
    ]


def test_the_last_reason_for_a_preference_counts(world: World) -> None:
    a, b = (
        services.add_figure(
            actor=world.cda, cluster=world.leather, measure="units", qualifier="exact", value=n, source=str(n)
        )
        for n in (1, 2)
    )
    for figure, reason in [(b, "first thought"), (a, "no"), (b, "second thought")]:
        services.prefer_figure(actor=world.cda, figure=figure, reason=reason)
    assert why_preferred(type(a), [b.pk]) == {b.pk: "second thought"}
    assert why_preferred(type(a), []) == {}
