"""Handing in, giving back, approving by somebody else, revising."""

from __future__ import annotations

import pytest

from diagnostics import services
from diagnostics.models import Submission
from tests.conftest import World
from tests.diagnostics.conftest import fill
from twinning.core.access import DomainError, PermissionRefused, WrongState


def test_what_is_missing_is_named_by_its_path_and_nothing_is_lost(world: World, study: Submission) -> None:
    fill(world.cda, study, {"aobo/a1": 0, "aobo/a1/aobo_where": "advanced"})
    with pytest.raises(services.NotReady) as refused:
        services.submit(actor=world.cda, submission=study)
    assert {"firms", "aobo/a1/aobo_entry", "aobo/a1/aobo_stakeholders"} <= set(refused.value.fields)
    assert Submission.objects.get(pk=study.pk).status == "draft"


def test_somebody_else_approves(world: World, ready: Submission) -> None:
    submitted = services.submit(actor=world.cda, submission=ready)
    with pytest.raises(PermissionRefused):
        services.approve(actor=world.cda, submission=submitted)
    approved = services.approve(actor=world.coordinator, submission=submitted)
    assert (approved.status, approved.decided_by) == ("approved", world.coordinator)


def test_an_approver_does_not_approve_what_he_submitted(world: World, ready: Submission) -> None:
    submitted = services.submit(actor=world.coordinator, submission=ready)
    with pytest.raises(PermissionRefused):
        services.approve(actor=world.coordinator, submission=submitted)
    assert services.approve(actor=world.manager, submission=submitted).status == "approved"


def test_two_approvals_at_once_are_one(world: World, ready: Submission) -> None:
    submitted = services.submit(actor=world.cda, submission=ready)
    services.approve(actor=world.coordinator, submission=submitted)
    with pytest.raises(WrongState, match="approved by now"):
        services.approve(actor=world.manager, submission=submitted)
    with pytest.raises(WrongState):
        services.return_(actor=world.manager, submission=submitted, remarks={}, reason="No")


def test_a_form_comes_back_with_remarks_beside_the_answers(world: World, ready: Submission) -> None:
    submitted = services.submit(actor=world.cda, submission=ready)
    with pytest.raises(DomainError):
        services.return_(actor=world.coordinator, submission=submitted, remarks={})
    back = services.return_(
        actor=world.coordinator, submission=submitted, remarks={"aobo/a1/aobo_entry": "Which firms?"}
    )
    remark = back.remarks.get()
    assert (back.status, remark.path) == ("returned", "aobo/a1/aobo_entry")
    fill(world.cda, back, {"aobo/a1/aobo_entry": "Firm A, firm B"})
    services.close_remark(actor=world.cda, remark=remark)
    again = services.submit(actor=world.cda, submission=back)
    assert services.approve(actor=world.coordinator, submission=again).status == "approved"


def test_a_revision_takes_the_place_of_what_it_revises_when_it_is_approved(
    world: World, ready: Submission
) -> None:
    services.submit(actor=world.cda, submission=ready)
    first = services.approve(actor=world.coordinator, submission=ready)
    second = services.revise(actor=world.cda, submission=first)
    with pytest.raises(WrongState):
        services.revise(actor=world.cda, submission=first)
    assert (second.edition, second.answers) == (2, first.answers)
    fill(world.cda, second, {"vision": "New"})
    assert list(Submission.objects.in_force()) == [first]
    services.submit(actor=world.cda, submission=second)
    services.approve(actor=world.coordinator, submission=second)
    assert list(Submission.objects.in_force()) == [second]
    first.refresh_from_db()
    assert first.status == "superseded"


def test_a_submitted_form_is_taken_back_and_a_draft_put_aside_and_taken_up(
    world: World, ready: Submission
) -> None:
    services.submit(actor=world.cda, submission=ready)
    draft = services.take_back(actor=world.cda, submission=ready)
    aside = services.withdraw(actor=world.cda, submission=draft, reason="Wrong cluster")
    assert services.take_up(actor=world.cda, submission=aside).status == "draft"
