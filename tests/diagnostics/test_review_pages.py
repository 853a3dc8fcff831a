"""The pages on which a filed form is handed in, given back, approved by somebody else and revised."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from diagnostics import services
from diagnostics.models import Submission
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, fill, row, version_of

SignIn = Callable[[Any], Client]
ENTRY = "aobo/a1/aobo_entry"


def url(name: str, submission: Submission, *more: int) -> str:
    return reverse(name, args=[submission.programme.slug, submission.pk, *more])


def page(client: Client, name: str, submission: Submission) -> str:
    return client.get(url(name, submission)).content.decode()


def act(client: Client, name: str, submission: Submission, **values: Any) -> Any:
    """Send the form of an act as its page shows it, with the version that the page was opened with."""
    text = page(client, name, submission)
    (version,) = re.findall(r'name="version" value="(\d+)"', text)
    return client.post(url(name, submission), {"version": version, **values})


def status(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).status


@pytest.fixture
def waiting(world: World, ready: Submission) -> Submission:
    """The study of the leather cluster, handed in by its agent."""
    return services.submit(actor=world.cda, submission=ready)


def test_what_is_missing_is_named_with_the_way_to_it(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    fill(world.cda, study, {"aobo/a1": 0, "aobo/a1/aobo_where": "advanced"})
    client = sign_in(world.cda)
    text = page(client, "form_submit", study)
    ways = re.findall(rf'href="({url("form_fill", study)}[^"]*#[^"]*)"', text)
    assert f"{url('form_fill', study)}?open=aobo%2Fa1#f-aobo-a1-aobo_entry" in ways
    for way in ways:
        address, _hash, anchor = way.partition("#")
        assert f'id="{anchor}"' in client.get(address).content.decode()
    assert act(client, "form_submit", study).status_code == 422
    assert status(study) == "draft"


def test_a_form_is_handed_in_and_waits_for_somebody_else(
    world: World, ready: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    assert act(client, "form_submit", ready).url == url("filed_form", ready)
    text = page(client, "filed_form", ready)
    assert "waits for somebody else’s approval" in text
    assert url("form_take_back", ready) in text
    assert url("form_approve", ready) not in text
    assert client.get(url("form_approve", ready)).status_code == 403


def test_somebody_else_approves_and_what_it_says_counts(
    world: World, waiting: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.coordinator)
    assert url("form_approve", waiting) in page(client, "filed_form", waiting)
    answer = act(client, "form_approve", waiting)
    assert "The form was approved." in client.get(answer.url).content.decode()
    assert list(Submission.objects.in_force()) == [waiting]


def test_who_began_or_handed_in_a_form_does_not_approve_it(world: World, sign_in: SignIn) -> None:
    study = services.start(
        actor=world.coordinator,
        programme=world.programme,
        version=version_of("diagnostic-emerging"),
        cluster=world.leather,
    )
    fill(world.coordinator, study, row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO))
    client = sign_in(world.coordinator)
    act(client, "form_submit", study)
    assert url("form_approve", study) not in page(client, "filed_form", study)
    for name in ("form_approve", "form_return"):
        assert client.post(url(name, study), {"version": "1"}).status_code == 403
    assert status(study) == "submitted"
    act(sign_in(world.manager), "form_approve", study)
    assert status(study) == "approved"


def test_a_form_goes_back_with_a_remark_beside_an_answer_and_comes_again(
    world: World, waiting: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.coordinator)
    beside = f"{url('remark_new', waiting)}?path={ENTRY}"
    assert "Likely entry points" in client.get(beside).content.decode()
    client.post(beside, {"text": "Which firms?"})
    act(client, "form_return", waiting, reason="")
    assert status(waiting) == "returned"

    client = sign_in(world.cda)
    assert "Which firms?" in page(client, "filed_form", waiting)
    assert "Which firms?" in page(client, "form_fill", waiting)
    fill(world.cda, waiting, {ENTRY: "M/s A and M/s B"})
    client.post(url("remark_close", waiting, waiting.remarks.get().pk))
    assert "seen to by" in page(client, "filed_form", waiting)
    act(client, "form_submit", waiting)
    act(sign_in(world.coordinator), "form_approve", waiting)
    assert status(waiting) == "approved"


def test_giving_back_needs_a_word(world: World, waiting: Submission, sign_in: SignIn) -> None:
    client = sign_in(world.coordinator)
    answer = act(client, "form_return", waiting, reason=" ")
    assert (answer.status_code, status(waiting)) == (422, "submitted")
    assert "Say what is to be mended." in answer.content.decode()
    act(client, "form_return", waiting, reason="The sample is too small.")
    assert "The sample is too small." in page(sign_in(world.cda), "filed_form", waiting)


def test_of_two_approvals_at_once_one_counts(world: World, waiting: Submission, sign_in: SignIn) -> None:
    seen = {"version": str(waiting.version)}
    assert sign_in(world.coordinator).post(url("form_approve", waiting), seen).status_code == 302
    client = sign_in(world.manager)
    for name in ("form_approve", "form_return"):
        late = client.post(url(name, waiting), {**seen, "reason": "No"})
        assert late.status_code == 422
        assert "approved by now" in late.content.decode()
    decided = Submission.objects.get(pk=waiting.pk)
    assert (decided.status, decided.decided_by) == ("approved", world.coordinator)


def test_what_changed_since_it_was_looked_at_is_not_approved(
    world: World, waiting: Submission, sign_in: SignIn
) -> None:
    seen = {"version": str(waiting.version)}
    act(sign_in(world.cda), "form_take_back", waiting)
    fill(world.cda, waiting, {"vision": "Another one"})
    services.submit(actor=world.cda, submission=waiting)
    answer = sign_in(world.coordinator).post(url("form_approve", waiting), seen)
    assert (answer.status_code, status(waiting)) == (409, "submitted")


def test_a_revision_is_a_new_edition_and_the_first_counts_until_it_is_approved(
    world: World, waiting: Submission, sign_in: SignIn
) -> None:
    act(sign_in(world.coordinator), "form_approve", waiting)
    client = sign_in(world.cda)
    made = act(client, "form_revise", waiting)
    second = Submission.objects.get(revises=waiting)
    assert made.url == url("filed_form", second)
    assert "edition 2" in page(client, "filed_form", second)
    assert act(client, "form_revise", waiting).status_code == 422
    assert Submission.objects.get(revises=waiting) == second
    act(client, "form_submit", second)
    assert list(Submission.objects.in_force()) == [waiting]
    client = sign_in(world.coordinator)
    assert "The edition that it revises is superseded." in page(client, "form_approve", second)
    act(client, "form_approve", second)
    assert list(Submission.objects.in_force()) == [second]
    assert url("filed_form", second) in page(client, "filed_form", waiting)


def test_a_draft_is_put_aside_with_a_reason_and_taken_up_again(
    world: World, study: Submission, sign_in: SignIn
) -> None:
    client = sign_in(world.cda)
    act(client, "form_withdraw", study, reason="Begun for the wrong cluster")
    assert status(study) == "withdrawn"
    assert url("form_take_up", study) in page(client, "filed_form", study)
    act(client, "form_take_up", study)
    assert status(study) == "draft"


def test_everybody_finds_what_waits_for_them(world: World, waiting: Submission, sign_in: SignIn) -> None:
    waits = reverse("waiting_fragment")
    client = sign_in(world.coordinator)
    assert "For your decision" in client.get(waits).content.decode()
    here = f"{waits}?programme={world.programme.slug}"
    assert (
        f'hx-get="{here}"' in client.get(reverse("programme", args=[world.programme.slug])).content.decode()
    )
    assert "For your decision" in client.get(here).content.decode()
    assert "For your decision" not in client.get(f"{waits}?programme=other").content.decode()
    assert "with others now" in sign_in(world.cda).get(waits).content.decode()
    act(sign_in(world.coordinator), "form_return", waiting, reason="More firms")
    assert "Given back to you" in sign_in(world.cda).get(waits).content.decode()


def test_a_remark_on_no_question_is_not_found(world: World, waiting: Submission, sign_in: SignIn) -> None:
    client = sign_in(world.coordinator)
    assert client.get(f"{url('remark_new', waiting)}?path=aobo/a1/nothing").status_code == 404
