"""Sources that disagree on an agreement: the record says what the preferred one says, the others stay beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from clusters import services
from clusters.models import Agreement, AgreementClaim
from tests.clusters.conftest import Visitor
from tests.clusters.test_agreement_pages import agreement_of, text
from tests.conftest import World
from twinning.core.access import DomainError
from twinning.core.models import User

Visit = Callable[[User], Visitor]


def claim(world: World, agreement: Agreement, edtf: str, **values: Any) -> AgreementClaim:
    said = {"about": "signed", "statement": f"It says {edtf}", "source": f"Source of {edtf}", "edtf": edtf}
    return services.add_claim(actor=world.manager, agreement=agreement, **(said | values))


def standing(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def test_preferring_a_claim_moves_the_date_of_the_record_and_all_that_follows_from_it(world: World) -> None:
    agreement = agreement_of(world, signed="2008-10")
    claim(world, agreement, "2008-10", preferred=True)
    annex = claim(world, agreement, "2009-04")
    services.prefer_claim(actor=world.manager, claim=annex, reason="The original was seen")

    assert (standing(agreement).signed, standing(agreement).signed_first) == ("2009-04", dt.date(2009, 4, 1))
    in_between = Agreement.objects.in_force_on(dt.date(2009, 1, 1))
    assert not in_between.exists()
    assert set(agreement.claims.values_list("edtf", flat=True)) == {"2008-10", "2009-04"}


def test_a_date_that_no_source_stated_becomes_a_claim_before_another_replaces_it(world: World) -> None:
    agreement = agreement_of(world, signed="2008-10", valid_to=dt.date(2009, 10, 31))
    claim(world, agreement, "2009-04", preferred=True)
    claim(world, agreement, "2009-04/2010-04", about="validity", preferred=True)

    now = standing(agreement)
    assert (now.signed, now.valid_from, now.valid_to) == (
        "2009-04",
        dt.date(2009, 4, 1),
        dt.date(2010, 4, 30),
    )
    kept = agreement.claims.filter(preferred=False).order_by("about")
    assert [(row.about, row.edtf) for row in kept] == [("signed", "2008-10"), ("validity", "../2009-10-31")]


def test_correcting_the_preferred_claim_corrects_the_record_and_leaves_no_false_witness(world: World) -> None:
    agreement = agreement_of(world)
    told = claim(world, agreement, "2008-06", preferred=True)
    services.update_claim(actor=world.manager, claim=told, version=told.version, edtf="2008-07")
    assert standing(agreement).signed == "2008-07"
    assert agreement.claims.count() == 1


def test_a_validity_of_one_date_is_its_end_and_words_alone_move_no_date(world: World) -> None:
    agreement = agreement_of(world, valid_from=dt.date(2008, 10, 1))
    claim(world, agreement, "2009-10", about="validity", preferred=True)
    claim(world, agreement, "", about="validity", statement="Twelve months", preferred=True)
    now = standing(agreement)
    assert (now.valid_from, now.valid_to) == (dt.date(2008, 10, 1), dt.date(2009, 10, 31))


def test_a_claim_that_breaks_a_rule_is_not_preferred(world: World) -> None:
    sought = agreement_of(world, attempted_only=True)
    with pytest.raises(ValidationError, match="never signed"):
        claim(world, sought, "2008", preferred=True)
    unsigned = agreement_of(world, parties=[{"organisation": world.tanners}])
    with pytest.raises(DomainError, match="two signatories"):
        claim(world, unsigned, "2008", preferred=True)
    assert not AgreementClaim.objects.exists()


def test_a_date_that_a_claim_holds_is_changed_with_the_claim(world: World, visit: Visit) -> None:
    agreement = agreement_of(world, signed="2008-10")
    claim(world, agreement, "2008-10", preferred=True, source="Main text")
    now = standing(agreement)
    with pytest.raises(DomainError, match="Main text") as refused:
        services.update_agreement(
            actor=world.manager, agreement=now, version=now.version, signed="2009-04", title="Second"
        )
    assert set(refused.value.fields) == {"signed"}

    manager = visit(world.manager)
    opened = manager.form("agreement_edit", agreement.pk)
    assert "As the preferred claim says (Main text)" in text(manager.get("agreement_edit", agreement.pk))
    manager.post("agreement_edit", agreement.pk, **{**opened, "title": "Second", "signed": "2009-04"})
    assert (standing(agreement).title, standing(agreement).signed) == ("Second", "2008-10")


def test_history_tells_the_date_that_moved_and_not_what_is_worked_out_from_it(
    world: World, visit: Visit
) -> None:
    agreement = agreement_of(world, signed="2008-10")
    claim(world, agreement, "2009-04", preferred=True, statement="“April 2009: Realization”")
    history = visit(world.manager).get("agreement", agreement.pk).context["changes"]
    assert history[0].fields == [("Signed", "Oct 2008", "Apr 2009")]
    assert "changed: claim “April 2009: Realization”" in [line.action for line in history]


def test_pages_show_what_is_preferred_first_and_the_others_beside_it(world: World, visit: Visit) -> None:
    agreement = agreement_of(world, signed="2008-10", valid_to=dt.date(2009, 10, 31))
    claim(world, agreement, "2009-04", preferred=True, source="Annex, row 17")
    claim(world, agreement, "2009-10", about="validity", preferred=True, source="Main text")
    claim(world, agreement, "2009-10-31", about="validity", source="Says the same")

    donor = visit(world.donor)
    line = donor.get("agreement", agreement.pk).context["detail"].line
    assert (line.signed.text, line.signed.source) == ("Apr 2009", "Annex, row 17")
    assert [told.says for told in line.signed.beside] == ["Oct 2008"]
    assert (line.validity.text, line.validity.beside) == ("until 31 Oct 2009", [])
    for page in (donor.get("agreement", agreement.pk), donor.get("agreements")):
        assert "also claimed: Oct 2008" in text(page)
