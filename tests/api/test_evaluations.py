"""Evaluations, recommendations and stories over the API."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Partner
from tests.conftest import World
from tests.monitoring.evaluating import consent, draft, final, rate, recommendation, story


def test_an_evaluator_writes_rates_and_hands_in_and_another_makes_it_final(world: World) -> None:
    evaluator, cta = Partner(world.evaluator), Partner(world.cta)
    sent = {"programme": "tanning", "kind": "terminal", "title": "Terminal evaluation"}
    made = evaluator.send("post", "evaluations/", sent)
    here = f"evaluations/{made.json()['id']}/"
    asked = evaluator.get(f"{here}criteria/").json()["results"]
    assert len(asked) == 7
    answer = evaluator.change(f"{here}criteria/{asked[0]['id']}/", {"rating": 5})
    assert answer.status_code == 400
    for one in asked:
        body = {"rating": 5, "justification": "The records say so."}
        assert evaluator.change(f"{here}criteria/{one['id']}/", body).status_code == 200
    assert evaluator.send("post", f"{here}submit/").json()["overall"]["mean"] == "5.00"
    assert evaluator.send("post", f"{here}finalise/").status_code == 403
    assert cta.send("post", f"{here}finalise/").json()["status"] == "final"
    assert evaluator.change(here, {"title": "Other"}).status_code == 409


def test_evidence_names_a_question_of_this_evaluation(world: World) -> None:
    mine, other = draft(world), draft(world, title="Another")
    elsewhere = other.criteria.all()[0]
    body = {"criterion": elsewhere.pk, "kind": "document", "source": "p. 3", "text": "x"}
    answer = Partner(world.evaluator).send("post", f"evaluations/{mine.pk}/evidence/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/criterion"


def test_recommendations_are_filtered_by_what_is_late(world: World) -> None:
    evaluation = draft(world)
    recommendation(world, evaluation, due="2011-01-31")
    recommendation(world, evaluation)
    final(world, evaluation)
    donor = Partner(world.donor)
    late = donor.get("recommendations/", overdue="true").json()["results"]
    assert [(row["number"], row["overdue"]) for row in late] == [(1, True)]
    assert len(donor.get("recommendations/", overdue="false").json()["results"]) == 1
    assert (
        donor.send("post", f"recommendations/{late[0]['id']}/respond/", {"state": "accepted"}).status_code
        == 403
    )


def test_a_story_is_told_without_names_where_the_consent_covers_none(world: World) -> None:
    told = consent(world, story(world), names_allowed=False)
    manager, donor = Partner(world.manager), Partner(world.donor)
    assert donor.get(f"stories/{told.pk}/").status_code == 404
    assert manager.send("post", f"stories/{told.pk}/publish/").status_code == 200
    seen = donor.get(f"stories/{told.pk}/").json()
    assert seen["attribution"] == "somebody from Chennai leather, not named"
    assert "speaker" not in seen
    assert manager.send("post", f"stories/{told.pk}/withdraw-consent/", {}).json()["published_at"] is None
    assert donor.get(f"stories/{told.pk}/").status_code == 404


def test_lists_cost_the_same_for_ten_rows_as_for_one(world: World) -> None:
    reader = Partner(world.manager)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert reader.get(path).status_code == 200
        return len(told)

    paths = ("evaluations/", "recommendations/", "stories/")
    recommendation(world, rate(world, draft(world)))
    story(world)
    cost(paths[0])  # the first request notes that the token is used
    before = [cost(path) for path in paths]
    for _ in range(5):
        recommendation(world, rate(world, draft(world)))
        story(world)
    assert [cost(path) for path in paths] == before
