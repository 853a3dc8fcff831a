"""The self-evaluation of the demonstration, as the paper has it, with illustrative ratings; and two stories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clusters.models import Cluster, Programme
from monitoring import services
from monitoring.models import Evaluation, Recommendation
from twinning.core.models import User


def build(
    users: Mapping[str, User], programme: Programme, clusters: Mapping[str, Cluster], data: dict[str, Any]
) -> Evaluation:
    """Write, hand in and make final the evaluation of ``data/evaluation.toml``; tell its stories."""
    author, manager = users["evaluator"], users["manager"]
    evaluation = services.open_evaluation(
        actor=author, programme=programme, illustrative=True, **data["evaluation"]
    )
    _assess(author, evaluation, data["assessments"])
    for row in evaluation.comparison.all():
        services.update_comparison(actor=author, row=row, version=None, **data["comparison"][row.aspect])
    for lesson in data["lessons"]:
        services.add_lesson(actor=author, evaluation=evaluation, **lesson)
    made = [(_recommend(author, evaluation, row), row) for row in data["recommendations"]]
    handed_in = services.submit_evaluation(actor=author, evaluation=evaluation, version=None)
    final = services.finalise_evaluation(actor=manager, evaluation=handed_in, version=None)
    for recommendation, row in made:
        _answer(manager, recommendation, row)
    for story in data["stories"]:
        _tell(manager, programme, clusters, story)
    return final


def _assess(author: User, evaluation: Evaluation, rows: list[dict[str, Any]]) -> None:
    asked = {(one.criterion, one.aspect): one for one in evaluation.criteria.all()}
    for row in rows:
        assessment = asked[row["criterion"], row.get("aspect", "")]
        services.update_assessment(
            actor=author,
            assessment=assessment,
            version=None,
            rating=row["rating"],
            justification=row["justification"],
            finding=row.get("finding", ""),
        )
        for source, text in row.get("evidence", []):
            services.add_evidence(
                actor=author, assessment=assessment, kind="document", source=source, text=text
            )


def _recommend(author: User, evaluation: Evaluation, row: dict[str, Any]) -> Recommendation:
    names = ("text", "addressed_to", "owner_role", "due")
    values = {name: row[name] for name in names if name in row}
    return services.add_recommendation(actor=author, evaluation=evaluation, **values)


def _answer(manager: User, recommendation: Recommendation, row: dict[str, Any]) -> None:
    if "state" in row:
        services.respond(
            actor=manager,
            recommendation=recommendation,
            version=None,
            state=row["state"],
            response=row["response"],
        )
    if "note" in row:
        services.follow_up(actor=manager, recommendation=recommendation, version=None, note=row["note"])


def _tell(manager: User, programme: Programme, clusters: Mapping[str, Cluster], row: dict[str, Any]) -> None:
    values = {name: value for name, value in row.items() if name not in ("cluster", "consent")}
    for name in ("before", "after"):
        if name in values:
            values[name] = Decimal(values[name])
    story = services.write_story(
        actor=manager, programme=programme, cluster=clusters[row["cluster"]], **values
    )
    if row.get("consent"):
        consented = services.give_consent(
            actor=manager,
            story=story,
            version=None,
            consent_by=story.speaker,
            consent_on=dt.date(2011, 7, 15),
            consent_how="written",
            consent_note="Illustrative: reports and the website, without names",
        )
        services.publish_story(actor=manager, story=consented, version=None)
