"""Each write of who and where calls the service that the page calls, and shows what then stands."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Partner
from tests.conftest import World
from twinning.core.models import Change


def made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.content
    assert answer["ETag"]
    return answer.json()


def test_a_programme_is_opened_by_staff_alone(world: World, partner: Partner) -> None:
    body = {"slug": "new", "title": "New programme"}
    assert partner.send("post", "programmes/", body).status_code == 403
    owner = Partner(world.owner)
    opened = made(owner.send("post", "programmes/", body | {"starts": "2012-06"}))
    assert (opened["slug"], opened["starts"], opened["components"]) == ("new", "2012-06", [])
    assert owner.get("programmes/new/").status_code == 200


def test_a_date_that_is_none_is_refused(world: World) -> None:
    answer = Partner(world.manager).change("programmes/tanning/", {"starts": "last year"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/starts"


def test_a_position_is_whole_and_on_earth(world: World) -> None:
    manager = Partner(world.manager)
    for sent, pointer in [
        ({"latitude": "12.9"}, "#/longitude"),
        ({"latitude": "12.9", "longitude": "181"}, "#/longitude"),
        ({"latitude": "-90.5", "longitude": "79"}, "#/latitude"),
    ]:
        answer = manager.change("clusters/leather/", sent)
        assert answer.status_code == 400
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    whole = {"latitude": "12.927700", "longitude": "79.333000"}
    assert manager.change("clusters/leather/", whole).json().items() >= whole.items()
    again = manager.change("clusters/leather/", {"longitude": None})
    assert again.json()["errors"][0]["pointer"] == "#/longitude"
    gone = manager.change("clusters/leather/", {"latitude": None, "longitude": None}).json()
    assert (gone["latitude"], gone["longitude"]) == (None, None)


def test_the_parts_of_a_programme(world: World) -> None:
    manager = Partner(world.manager)
    component = made(
        manager.send("post", "programmes/tanning/components/", {"kind": "CT", "title": "Twinning"})
    )
    place = f"programmes/tanning/components/{component['id']}/clusters/"
    made(manager.send("post", place, {"cluster": "leather", "start_year": 2006}))
    made(manager.send("post", place, {"cluster": "leather", "mode": "selective"}))
    manager.change(f"programmes/tanning/components/{component['id']}/", {"title": "Cluster twinning"})
    made(
        manager.send(
            "post", "programmes/tanning/organisations/", {"organisation": world.clri.pk, "role": "donor"}
        )
    )
    shown = manager.get("programmes/tanning/").json()
    (found,) = shown["components"]
    assert found["title"] == "Cluster twinning"
    assert [(c["cluster"]["slug"], c["mode"]) for c in found["clusters"]] == [("leather", "selective")]
    assert [o["role"] for o in shown["organisations"]] == ["donor"]


def test_the_committee_meets_and_decides(world: World) -> None:
    manager = Partner(world.manager)
    meeting = made(manager.send("post", "programmes/tanning/meetings/", {"number": 1, "held": "2006-02"}))
    decisions = f"programmes/tanning/meetings/{meeting['id']}/decisions/"
    first = made(
        manager.send("post", decisions, {"kind": "select-cluster", "text": "Yes", "cluster": "leather"})
    )
    second = {"kind": "drop", "text": "No", "cluster": "leather", "supersedes": first["id"]}
    made(manager.send("post", decisions, second))
    assert manager.send("post", decisions, {"kind": "drop", "text": "No"}).status_code == 400
    manager.change(f"programmes/tanning/meetings/{meeting['id']}/", {"place": "Chennai"})
    (read,) = Partner(world.donor).get("programmes/tanning/meetings/").json()["results"]
    assert (read["place"], len(read["decisions"])) == ("Chennai", 2)
    assert Partner(world.cda).get("programmes/tanning/meetings/").json()["results"] == []
    assert Partner(world.cda).get(decisions).status_code == 404


def test_a_cluster_is_added_and_changed(partner: Partner) -> None:
    body = {"programme": "tanning", "slug": "kanpur", "name": "Kanpur", "country": "IN"}
    cluster = made(partner.send("post", "clusters/", body | {"composition": ["sectoral"]}))
    assert (cluster["composition"], cluster["label"]) == (["sectoral"], "none")
    assert partner.send("post", "clusters/", body).status_code == 400
    changed = partner.change("clusters/kanpur/", {"label": "gold", "advantage": ["low-cost"]})
    assert (changed.json()["label"], changed.json()["composition"]) == ("gold", ["sectoral"])
    refused = partner.change("clusters/kanpur/", {"slug": "Kanpur leather"})
    assert [(e["pointer"], e["detail"]) for e in refused.json()["errors"]] == [
        ("#/slug", "Use small letters, digits and hyphens.")
    ]
    moved = partner.change("clusters/kanpur/", {"slug": "kanpur-leather"})
    assert moved.json()["slug"] == "kanpur-leather"
    assert partner.get("clusters/kanpur/").status_code == 404


def test_two_figures_disagree_and_one_is_preferred(partner: Partner) -> None:
    claim = {"measure": "units", "qualifier": "around", "value": "500", "year": 2006, "source": "study"}
    first = made(partner.send("post", "clusters/leather/figures/", claim))
    second = made(
        partner.send("post", "clusters/leather/figures/", claim | {"value": "550.5", "source": "census"})
    )
    assert (first["preferred"], second["preferred"], second["value"]) == (True, False, "550.50")
    address = f"clusters/leather/figures/{second['id']}/prefer/"
    assert partner.send("post", address, {"reason": "counted"}).json()["preferred"] is True
    figures = partner.get("clusters/leather/").json()["figures"]
    assert {f["source"]: f["preferred"] for f in figures} == {"study": False, "census": True}
    partner.change(f"clusters/leather/figures/{second['id']}/", {"note": "by hand"})
    assert (
        partner.get("clusters/leather/figures/", preferred="true").json()["results"][0]["note"] == "by hand"
    )


def test_product_groups_are_a_tree(partner: Partner) -> None:
    groups = "clusters/leather/product-groups/"
    hides = made(partner.send("post", groups, {"name": "Hides"}))
    goat = made(partner.send("post", groups, {"name": "Goat", "parent": hides["id"]}))
    assert goat["parent"] == hides["id"]
    circle = partner.change(f"{groups}{hides['id']}/", {"parent": goat["id"]})
    assert circle.json()["errors"][0]["pointer"] == "#/parent"
    assert partner.change(f"{groups}{goat['id']}/", {"name": "Sheep"}).json()["parent"] == hides["id"]


def test_there_is_one_coordinator_at_a_time(partner: Partner) -> None:
    post = {"post": "Coordinator", "side": "emerging", "function": "coordinator", "valid_from": "2006-01-01"}
    first = made(partner.send("post", "clusters/leather/engagements/", post))
    second = partner.send("post", "clusters/footwear/engagements/", post)
    assert second.json()["errors"][0]["pointer"] == "#/function"
    partner.change(f"clusters/leather/engagements/{first['id']}/", {"valid_to": "2007-01-01"})
    later = post | {"valid_from": "2007-01-02"}
    made(partner.send("post", "clusters/footwear/engagements/", later))


def test_an_organisation_has_dated_roles(world: World, partner: Partner) -> None:
    body = {
        "programme": "tanning",
        "name": "CETP Pallavaram",
        "kind": "common-facility",
        "cluster": "leather",
        "role": "support",
    }
    body_made = made(partner.send("post", "organisations/", body))
    assert [(r["cluster"]["slug"], r["role"]) for r in body_made["roles"]] == [("leather", "support")]
    roles = f"organisations/{body_made['id']}/roles/"
    role = made(
        partner.send("post", roles, {"cluster": "footwear", "role": "support", "valid_from": "2008-01-01"})
    )
    ended = partner.change(f"{roles}{role['id']}/", {"valid_to": "2009-12-31"})
    assert ended.json()["valid_to"] == "2009-12-31"
    assert partner.change(f"{roles}{role['id']}/", {"valid_to": "2007-12-31"}).status_code == 400
    renamed = partner.change(f"organisations/{body_made['id']}/", {"short_name": "CETP"})
    assert renamed.json()["short_name"] == "CETP"


def test_a_firm_has_a_profile(world: World, partner: Partner) -> None:
    address = f"organisations/{world.tannery.pk}/firm/"
    assert partner.get(address).status_code == 404
    group = made(partner.send("post", "clusters/leather/product-groups/", {"name": "Goat"}))
    first = partner.send("put", address, {"size": "small", "women": 12, "product_groups": [group["id"]]})
    assert (first.status_code, first.json()["product_groups"]) == (200, [group["id"]])
    assert partner.send("put", address, {"size": "medium"}).status_code == 428
    second = partner.send("put", address, {"size": "medium"}, If_Match=first["ETag"])
    assert second.json()["size"] == "medium"
    assert partner.get(f"organisations/{world.tannery.pk}/").json()["firm"]["size"] == "medium"
    assert partner.send("put", f"organisations/{world.clri.pk}/firm/", {}).status_code == 400
    assert Partner(world.donor).get(address).status_code == 404


def test_a_person_is_added_and_changed(world: World, partner: Partner) -> None:
    body = {"programme": "tanning", "name": "Giulia Rossi", "sex": "f", "organisation": world.tannery.pk}
    person = made(partner.send("post", "people/", body))
    assert person["organisation"]["name"] == "Pakkar Tannery"
    changed = partner.change(f"people/{person['id']}/", {"organisation": None, "phone": "+39 050"})
    assert (changed.json()["organisation"], changed.json()["name"]) == (None, "Giulia Rossi")


def test_a_twinning_tells_its_story(partner: Partner) -> None:
    body = {"programme": "tanning", "emerging": "footwear", "advanced": "santa-croce", "since": "2006"}
    twinning = made(partner.send("post", "twinnings/", body))
    assert twinning["slug"] == "footwear--santa-croce"
    address = "twinnings/footwear--santa-croce/"
    partner.send("post", f"{address}move/", {"to": "abandoned", "since": "2007", "reason": "no reply"})
    told = partner.change(address, {"overlap": "shoes"}).json()
    assert [(s["status"], s["since"]) for s in told["stages"]] == [
        ("scouting", "2006"),
        ("abandoned", "2007"),
    ]
    same = {"programme": "tanning", "emerging": "leather", "advanced": "leather"}
    assert partner.send("post", "twinnings/", same).status_code == 400


def test_a_move_may_name_the_version_that_was_seen(partner: Partner) -> None:
    address = "twinnings/leather--santa-croce/"
    seen = partner.get(address)["ETag"]
    partner.send("post", f"{address}move/", {"to": "study"}, If_Match=seen)
    late = partner.send("post", f"{address}move/", {"to": "negotiating"}, If_Match=seen)
    assert (late.status_code, late.json()["current"]["status"]) == (412, "study")


def test_an_agreement_with_parties_and_claims(world: World, partner: Partner) -> None:
    parties = [{"organisation": world.tanners.pk, "role": "signatory", "side": "emerging"}]
    body = {
        "programme": "tanning",
        "twinning": "leather--santa-croce",
        "kind": "ca",
        "title": "Cooperation",
        "signed": "2008-06",
        "valid_to": "2010-06-30",
        "parties": parties,
    }
    alone = partner.send("post", "agreements/", body)
    assert (alone.status_code, alone.json()["reason"]) == (400, "two_signatories")
    parties.append({"organisation": world.conciatori.pk, "role": "signatory", "side": "advanced"})
    agreement = made(partner.send("post", "agreements/", body))
    assert (agreement["force"], len(agreement["parties"])) == ("lapsed", 2)
    here = f"agreements/{agreement['id']}/"

    claim = {"about": "signed", "statement": "Signed in June", "edtf": "2008-06", "source": "p. 12"}
    made(partner.send("post", f"{here}claims/", claim | {"preferred": True}))
    other = made(
        partner.send("post", f"{here}claims/", claim | {"statement": "Signed in July", "edtf": "2008-07"})
    )
    partner.send("post", f"{here}claims/{other['id']}/prefer/")
    partner.change(f"{here}claims/{other['id']}/", {"source": "p. 40"})
    shown = partner.get(here).json()
    assert [(c["statement"], c["preferred"]) for c in shown["claims"]] == [
        ("Signed in July", True),
        ("Signed in June", False),
    ]
    party = made(
        partner.send(
            "post",
            f"{here}parties/",
            {"organisation": world.clri.pk, "role": "supporter", "side": "emerging"},
        )
    )
    assert party["organisation"]["name"] == "Leather Research Institute"
    in_force = partner.get("agreements/", in_force_on="2009-01-01").json()["results"]
    assert [row["id"] for row in in_force] == [agreement["id"]]
    assert partner.get("agreements/", in_force_on="2011-01-01").json()["results"] == []
    assert partner.change(here, {"valid_to": "2005-01-01", "valid_from": "2006-01-01"}).status_code == 400
    assert (
        partner.change(here, {"replaced_by": agreement["id"]}).json()["errors"][0]["pointer"]
        == "#/replaced_by"
    )


def test_what_changes_nothing_writes_nothing(partner: Partner) -> None:
    before = Change.objects.count()
    answer = partner.change("clusters/leather/", {"name": "Chennai leather"})
    assert (answer.status_code, answer.json()["version"], Change.objects.count()) == (200, 1, before)
