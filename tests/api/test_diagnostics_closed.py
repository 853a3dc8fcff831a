"""What of a study stays with those whose business it is, on every way out of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from diagnostics import services
from diagnostics.models import Submission
from diagnostics.rules.answers import Change as Typed
from tests.api.conftest import Partner
from tests.conftest import World
from tests.diagnostics.conftest import fill, row, version_of
from twinning.core.models import Change

SECRET = "Price of hides"
NEAR = ("manager", "cda_advanced")
FAR = ("coordinator", "partner")
NOBODY = ("cda", "cda_other", "donor", "evaluator", "counterpart", "association", "stranger", "neighbour")
ADDRESSES = ("submissions", "studies")


@pytest.fixture
def study(world: World) -> Submission:
    """Of Santa Croce, with a topic that its agent does not discuss, a remark on it and an answer that clashed."""
    found = services.start(
        actor=world.cda_advanced,
        programme=world.programme,
        version=version_of("diagnostic-advanced"),
        cluster=world.santa_croce,
        title="Whom we met",
    )
    open_topic = row("topics", "t1", topic="Finishing", topic_advanced="high")
    closed = row("topics", "t2", 1, topic=SECRET, topic_closed="yes")
    fill(world.cda_advanced, found, open_topic | closed | {"needs": "Hides"})
    late = services.save_answers(
        actor=world.manager,
        submission=found,
        changes=[Typed("topics/t2/topic", f"{SECRET} again", 1)],
    )
    assert late.clashes
    services.remark(actor=world.manager, submission=found, path="topics/t2/topic", text=f"{SECRET}: sure?")
    services.remark(actor=world.manager, submission=found, path="topics/t1/topic", text="Which?")
    return Submission.objects.get(pk=found.pk)


def everything(partner: Partner, study: Submission) -> str:
    """All that a reader can get about this study, as text."""
    Change.objects.update(at=timezone.now() - timedelta(minutes=1))
    pk = study.pk
    paths = [f"{name}/{pk}/" for name in ADDRESSES]
    paths += [f"{name}/" for name in (*ADDRESSES, "topics", "findings", "changes")]
    paths += [f"submissions/{pk}/{name}/" for name in ("problems", "remarks")]
    paths += [f"topics/?submission={pk}&closed=true", f"studies/{pk}/candidates/"]
    return "".join(partner.get(path).content.decode() for path in paths)


@pytest.mark.parametrize("who", NEAR)
def test_closed_topics_are_read_on_their_own_side_and_by_who_manages(
    world: World, study: Submission, who: str
) -> None:
    partner = Partner(getattr(world, who))
    shown = partner.get(f"submissions/{study.pk}/").json()
    assert shown["answers"]["topics/t2/topic"] == SECRET
    assert list(shown["clashes"]) == ["topics/t2/topic"]
    assert [one["path"] for one in shown["remarks"]] == ["topics/t2/topic", "topics/t1/topic"]
    assert [one["code"] for one in partner.get(f"submissions/{study.pk}/problems/").json()["problems"]] == [
        "clash"
    ]


@pytest.mark.parametrize("who", FAR)
def test_closed_topics_are_hidden_from_who_works_for_the_whole_programme(
    world: World, study: Submission, who: str
) -> None:
    partner = Partner(getattr(world, who))
    shown = partner.get(f"studies/{study.pk}/").json()
    assert shown["answers"]["topics/t1/topic"] == "Finishing"
    assert [path for path in shown["answers"] if path.startswith("topics/t2")] == []
    assert (shown["clashes"], [one["path"] for one in shown["remarks"]]) == ({}, ["topics/t1/topic"])
    assert [one["name"] for one in partner.get("topics/").json()["results"]] == ["Finishing"]
    assert SECRET not in everything(partner, study)
    stale = partner.send("patch", f"submissions/{study.pk}/", {"title": "x"}, If_Match='"old"')
    assert stale.status_code == 412
    assert SECRET not in stale.content.decode()


@pytest.mark.parametrize("who", NOBODY)
def test_to_all_others_there_is_no_such_study(world: World, study: Submission, who: str) -> None:
    partner = Partner(getattr(world, who))
    for name in ADDRESSES:
        assert partner.get(f"{name}/{study.pk}/").status_code == 404
        assert partner.get(f"{name}/").json()["results"] == []
    told = everything(partner, study)
    for words in (SECRET, "Finishing", "Hides", "Whom we met"):
        assert words not in told


def test_who_does_not_read_a_closed_topic_does_not_open_it_either(world: World, study: Submission) -> None:
    sent = {"topics/t2/topic_closed": None, "topics/t2": None, "topics/t1/topic": "Tanning", "topics/t3": 2}
    body = {"changes": [{"path": path, "value": value, "seen": 9999} for path, value in sent.items()]}
    saved = Partner(world.coordinator).send("post", f"submissions/{study.pk}/answers/", body).json()
    assert sorted(saved["refused"]) == ["topics/t2", "topics/t2/topic_closed"]
    assert sorted(saved["taken"]) == ["topics/t1/topic", "topics/t3"]
    assert Submission.objects.get(pk=study.pk).answers["topics/t2/topic_closed"] == "yes"


def test_what_hinders_in_a_closed_topic_is_told_without_its_place(world: World, study: Submission) -> None:
    partner = Partner(world.coordinator)
    told = partner.get(f"submissions/{study.pk}/problems/").json()["problems"]
    assert [(one["path"], one["code"], one["question"]) for one in told] == [("", "hidden", "")]
    refused = partner.send("post", f"submissions/{study.pk}/submit/")
    assert (refused.status_code, refused.json()["reason"]) == (409, "hidden")
    assert "topics/t2" not in refused.content.decode()

    fill(world.coordinator, study, row("topics", "t4", 3, topic_advanced="low"))
    refused = partner.send("post", f"submissions/{study.pk}/submit/")
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_ready")
    assert "topics/t4/topic" in refused.content.decode()
    assert "topics/t2" not in refused.content.decode()


def test_the_other_side_reads_the_open_topics_of_an_approved_study(world: World, study: Submission) -> None:
    agent = world.cda_advanced
    fill(agent, study, {"topics/t2/topic": SECRET}, settle=True)
    services.submit(actor=agent, submission=study)
    assert Partner(world.cda).get("topics/").json()["results"] == []
    services.approve(actor=world.coordinator, submission=study)
    (topic,) = Partner(world.cda).get("topics/").json()["results"]
    assert (topic["name"], topic["cluster"]["slug"]) == ("Finishing", "santa-croce")
    assert SECRET not in everything(Partner(world.cda), study)


def test_a_topic_that_was_closed_before_it_was_taken_away_keeps_its_remarks_to_itself(
    world: World, study: Submission
) -> None:
    fill(world.cda_advanced, study, {"topics/t2/topic": SECRET}, settle=True)
    fill(world.cda_advanced, study, {"topics/t2": None})
    assert "topics/t2" not in Submission.objects.get(pk=study.pk).answers
    assert SECRET not in everything(Partner(world.partner), study)
    assert "sure?" in everything(Partner(world.cda_advanced), study)


def test_no_answer_leaves_by_the_feed_but_to_who_manages(world: World, study: Submission) -> None:
    Change.objects.update(at=timezone.now() - timedelta(minutes=1))

    def fed(who: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = Partner(getattr(world, who)).get("changes/", limit=200).json()["results"]
        return rows

    kinds = {"submission", "remark"}
    for who in (*FAR, *NOBODY, "cda_advanced"):
        rows = fed(who)
        assert kinds.isdisjoint({one["type"] for one in rows})
        assert kinds.isdisjoint({one["parent_type"] for one in rows})
        assert SECRET not in str(rows)
        assert "topics/t1" not in str(rows)
    assert kinds <= {one["type"] for one in fed("manager")}


def test_a_firm_sees_its_own_form_once_it_is_handed_in_and_fills_none(world: World) -> None:
    firm = Partner(world.firm)
    form = services.start(
        actor=world.cda,
        programme=world.programme,
        version=version_of("diagnostic-emerging"),
        cluster=world.leather,
        organisation=world.tannery,
    )
    fill(world.cda, form, row("firms", "f1", firm="Pakkar Tannery", firm_groups=["Goat"]))
    assert firm.get(f"submissions/{form.pk}/").status_code == 404
    services.submit(actor=world.cda, submission=form)
    shown = firm.get(f"submissions/{form.pk}/").json()
    assert (shown["organisation"]["name"], shown["clashes"]) == ("Pakkar Tannery", None)
    body = {"changes": [{"path": "vision", "value": "x", "seen": 1}]}
    assert firm.send("post", f"submissions/{form.pk}/answers/", body).status_code == 403
