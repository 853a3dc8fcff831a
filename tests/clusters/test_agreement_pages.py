"""The register of agreements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from clusters import services
from clusters.models import Agreement
from tests.clusters.conftest import Visitor
from tests.conftest import World
from twinning.core.models import Attachment, User

Visit = Callable[[User], Visitor]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def agreement_of(world: World, title: str = "Memorandum", **values: Any) -> Agreement:
    parties = values.pop("parties", [{"organisation": world.tanners}, {"organisation": world.conciatori}])
    return services.create_agreement(
        actor=world.manager,
        programme=world.programme,
        kind=values.pop("kind", "mou"),
        title=title,
        parties=parties,
        **values,
    )


def sent_parties(*organisations: Any) -> dict[str, Any]:
    rows = {"parties-TOTAL_FORMS": "4", "parties-INITIAL_FORMS": "0"}
    for n in range(4):
        organisation = organisations[n].pk if n < len(organisations) else ""
        rows |= {
            f"parties-{n}-organisation": str(organisation),
            f"parties-{n}-role": "signatory",
            f"parties-{n}-side": "emerging",
            f"parties-{n}-chapter": "",
        }
    return rows


def test_an_agreement_is_added_with_its_parties_in_one_go(world: World, visit: Visit) -> None:
    manager = visit(world.manager)
    answer = manager.post(
        "agreement_new",
        kind="ca",
        title="Cooperation",
        signed="June 2008",
        **sent_parties(world.tanners, world.conciatori),
    )
    made = Agreement.objects.get()
    assert answer.url == manager.address("agreement", made.pk)
    assert (made.signed, made.signed_first, made.signed_last) == (
        "2008-06",
        dt.date(2008, 6, 1),
        dt.date(2008, 6, 30),
    )
    assert {party.organisation for party in made.parties.all()} == {world.tanners, world.conciatori}


def test_what_the_rules_refuse_stands_on_the_form_and_nothing_is_half_stored(
    world: World, visit: Visit
) -> None:
    manager = visit(world.manager)
    for sent, said in [
        ({"signed": "2008", **sent_parties(world.tanners)}, "at least two signatories"),
        ({"kind": "loi", **sent_parties(world.tanners, world.tannery)}, "between firms"),
        ({"signed": "some time in spring", **sent_parties()}, "is not a date such as"),
        ({"valid_from": "2008-06-01", "valid_to": "2008-05-01", **sent_parties()}, "before the first"),
        ({**sent_parties(world.tanners, world.tanners)}, "stands here twice"),
    ]:
        answer = manager.post("agreement_new", **{"kind": "ca", "title": "What I typed", **sent})
        assert answer.status_code == 422
        assert said in text(answer)
        assert 'value="What I typed"' in text(answer)
    assert not Agreement.objects.exists()


def test_the_register_says_the_state_of_each_on_the_day_asked_for(world: World, visit: Visit) -> None:
    agreement_of(
        world, "First", signed="2007-10", valid_from=dt.date(2007, 10, 1), valid_to=dt.date(2008, 9, 30)
    )
    agreement_of(world, "Open", signed="2008-06")
    agreement_of(world, "Sought", attempted_only=True)
    donor = visit(world.donor)

    def states(**query: str) -> dict[str, str]:
        return {
            line.agreement.title: line.force.text
            for line in donor.get("agreements", **query).context["lines"]
        }

    assert states(on="2008-01-01") == {
        "First": "in force",
        "Open": "not yet in force",
        "Sought": "never signed",
    }
    assert states(on="2009-01-01") == {
        "First": "lapsed",
        "Open": "in force, end not stated",
        "Sought": "never signed",
    }
    assert set(states(on="2008-07-01", force="yes")) == {"First", "Open"}
    assert set(states(on="2009-01-01", force="no")) == {"First", "Sought"}
    assert set(states(on="not a day")) == {"First", "Open", "Sought"}


def test_the_register_is_filtered_by_kind_cluster_and_text(world: World, visit: Visit) -> None:
    agreement_of(world, "In the twinning", twinning=world.twinning, parties=[])
    agreement_of(world, "Of tanners", purpose="Clean water", kind="ca")
    agreement_of(world, "Between strangers", parties=[])
    manager = visit(world.manager)

    def titles(**query: str) -> set[str]:
        return {line.agreement.title for line in manager.get("agreements", **query).context["lines"]}

    assert titles(kind="ca") == {"Of tanners"}
    assert titles(cluster="leather") == {"In the twinning", "Of tanners"}
    assert titles(q="clean water") == {"Of tanners"}
    assert titles(cluster="elsewhere") == titles()  # another programme's cluster is no choice


def test_an_agreement_between_firms_does_not_exist_for_a_donor(world: World, visit: Visit) -> None:
    firms = [{"organisation": world.tannery}, {"organisation": world.shoemaker}]
    loi = agreement_of(world, "Letter of intent", kind="loi", parties=firms)
    assert visit(world.donor).get("agreement", loi.pk).status_code == 404
    assert "Letter of intent" not in text(visit(world.donor).get("agreements"))
    assert visit(world.firm).get("agreement", loi.pk).status_code == 200


def test_a_firm_that_supported_an_agreement_of_bodies_is_not_named_to_a_donor(
    world: World, visit: Visit
) -> None:
    parties = [
        {"organisation": world.tanners},
        {"organisation": world.conciatori, "side": "advanced"},
        {"organisation": world.tannery, "role": "supporter"},
    ]
    shown = agreement_of(world, parties=parties)
    for name in ("agreement", "agreements"):
        args = [shown.pk] if name == "agreement" else []
        assert "Pakkar Tannery" in text(visit(world.manager).get(name, *args))
        seen = text(visit(world.donor).get(name, *args))
        assert "Pakkar Tannery" not in seen
        assert "a firm, not named to you" in seen
    assert "Pakkar Tannery" not in text(visit(world.evaluator).get("agreement", shown.pk))


def test_conflicting_claims_stand_side_by_side_with_the_reason_of_the_choice(
    world: World, visit: Visit
) -> None:
    shown, manager = agreement_of(world), visit(world.manager)
    manager.post(
        "claim_new",
        shown.pk,
        about="signed",
        statement="October 2008",
        edtf="Oct 2008",
        source="Main text",
        preferred="on",
    )
    manager.post(
        "claim_new", shown.pk, about="signed", statement="April 2009", edtf="2009-04", source="Annex"
    )
    annex = shown.claims.get(source="Annex")
    manager.post("claim_prefer", shown.pk, annex.pk, reason="The original was seen", version="1")

    group = visit(world.donor).get("agreement", shown.pk).context["detail"].claims[0]
    assert [(claim.source, claim.date, claim.preferred, claim.why) for claim in group.claims] == [
        ("Annex", "Apr 2009", True, "The original was seen"),
        ("Main text", "Oct 2008", False, ""),
    ]
    assert group.disagree


def test_a_chain_of_replacements_is_walked_both_ways(world: World, visit: Visit) -> None:
    later = agreement_of(world, "Second memorandum")
    first = agreement_of(world, "First memorandum", replaced_by=later, renewal="replaced")
    donor = visit(world.donor)
    assert "Second memorandum" in text(donor.get("agreement", first.pk))
    assert "First memorandum" in text(donor.get("agreement", later.pk))


def test_a_party_is_removed_only_while_two_signatories_remain(world: World, visit: Visit) -> None:
    shown, manager = agreement_of(world, signed="2008"), visit(world.manager)
    party = shown.parties.get(organisation=world.tanners)
    assert "Remove" in text(manager.get("party_remove", shown.pk, party.pk))
    refused = manager.post("party_remove", shown.pk, party.pk)
    assert refused.status_code == 422
    assert "at least two signatories" in text(refused)

    manager.post("party_new", shown.pk, organisation=world.clri.pk, role="signatory", side="emerging")
    assert manager.post("party_remove", shown.pk, party.pk, reason="Signed for another").status_code == 302
    assert "Signed for another" in text(manager.get("agreement", shown.pk))


def test_a_document_is_attached_taken_off_and_kept_as_evidence(world: World, visit: Visit) -> None:
    shown, manager = agreement_of(world), visit(world.manager)
    file = SimpleUploadedFile("text.pdf", PDF)
    assert manager.post("document_new", shown.pk, file=file, description="Signed copy").status_code == 302
    kept = Attachment.objects.get()
    assert "Signed copy" in text(visit(world.donor).get("agreement", shown.pk))

    assert "Take “text.pdf” off" in text(manager.get("document_remove", shown.pk, kept.pk))
    manager.post("document_remove", shown.pk, kept.pk)
    assert "No document was attached" in text(manager.get("agreement", shown.pk))
    kept.refresh_from_db()
    assert kept.removed_at
    assert kept.file.storage.exists(str(kept.file.name))


def test_a_file_that_is_not_what_its_name_says_is_refused_beside_the_field(
    world: World, visit: Visit
) -> None:
    shown = agreement_of(world)
    answer = visit(world.manager).post(
        "document_new", shown.pk, file=SimpleUploadedFile("text.pdf", b"MZ not a paper at all")
    )
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not Attachment.objects.exists()


def test_a_second_saver_of_an_agreement_sees_both_and_choices_in_words(world: World, visit: Visit) -> None:
    shown, manager = agreement_of(world), visit(world.manager)
    opened = manager.form("agreement_edit", shown.pk)
    services.update_agreement(actor=world.coordinator, agreement=shown, version=1, renewal="renewed")
    answer = manager.post("agreement_edit", shown.pk, **{**opened, "renewal": "not-renewed"})
    assert answer.status_code == 409
    assert answer.context["form"].conflict == [("Renewal", "renewed", "not renewed")]


def test_a_form_offers_no_organisation_of_another_programme(world: World, visit: Visit) -> None:
    elsewhere = services.create_organisation(
        actor=world.neighbour,
        programme=world.other_programme,
        cluster=world.other_cluster,
        name="From elsewhere",
        kind="association",
    )
    shown, manager = agreement_of(world), visit(world.manager)
    assert "From elsewhere" not in text(manager.get("party_new", shown.pk))
    refused = manager.post(
        "party_new", shown.pk, organisation=elsewhere.pk, role="signatory", side="emerging"
    )
    assert "organisation" in refused.context["form"].errors


def test_the_rows_of_parties_offer_the_two_sides_by_turns_and_lose_nothing_that_was_typed(
    world: World, visit: Visit
) -> None:
    manager = visit(world.manager)
    rows = manager.get("agreement_new").context["parties"]
    assert [row["side"].value() for row in rows] == ["emerging", "advanced", "emerging", "advanced"]
    sent = sent_parties(world.tanners, world.conciatori) | {"parties-2-chapter": "Of Marche"}
    refused = manager.post("agreement_new", kind="ca", title="Cooperation", **sent)
    assert refused.context["parties"][2].errors == {"organisation": ["This field is required."]}


def test_a_country_is_filtered_by_its_two_letters_and_a_name_is_not_taken_for_one(
    world: World, visit: Visit
) -> None:
    manager = visit(world.manager)
    assert len(manager.get("clusters", country="it").context["lines"]) == 1
    named = manager.get("clusters", country="Italy")
    assert len(named.context["lines"]) == 3
    assert "Two letters, as in ISO 3166: IN, IT." in text(named)
