"""Questionnaires, filed forms in each state, studies with their rows, and what forms say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diagnostics.models import AOBOItem
from tests.access.rows import Row, but, by, nothing
from tests.access.table_api.asking import (
    EVERYBODY,
    MANAGERS,
    WIDE,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)
from tests.conftest import World
from tests.diagnostics.conftest import definition

# Who files about the leather cluster, who reads questionnaires, and who decides on what the agent filed.
CHANGES = ("manager", "coordinator", "partner", "cda")
READERS = (*CHANGES, "cda_other", "cda_advanced", "institute", "firm")
DECIDES = ("manager", "coordinator")
NO_FORM, NO_STUDIES = but(EVERYBODY, *CHANGES), but(EVERYBODY, *READERS)
# The form about a firm is seen by that firm as well, once it was handed in.
NO_OWN_FORM = but(EVERYBODY, *CHANGES, "firm")

Place = tuple[Callable[[World], dict[str, Any]], Callable[[World], dict[str, Any]]]


def of(**names: str) -> Place:
    """Arguments of an address from the forms that the pages' table made: of(pk="draft")."""

    def find(records: str) -> Callable[[World], dict[str, Any]]:
        return lambda world: {name: getattr(world, records)[kind].pk for name, kind in names.items()}

    return find("filed_here"), find("filed_there")


def aobo_row() -> Place:
    def find(records: str) -> Callable[[World], dict[str, Any]]:
        def kwargs(world: World) -> dict[str, Any]:
            study = getattr(world, records)["draft"]
            return {"study_id": study.pk, "pk": AOBOItem.objects.get(submission=study, row="a1").pk}

        return kwargs

    return find("filed_here"), find("filed_there")


def form(
    name: str,
    status: int = 200,
    method: str = "post",
    place: Place | None = None,
    body: dict[str, Any] | None = None,
) -> Row:
    """Of a draft of the agent of the leather cluster."""
    return row(name, method, place or of(pk="draft"), (status, CHANGES), hidden=NO_FORM, body=body)


def waiting(
    name: str,
    who: tuple[str, ...] = CHANGES,
    status: int = 200,
    method: str = "post",
    place: Place | None = None,
    body: dict[str, Any] | None = None,
) -> Row:
    """Of the form about a firm that waits for a decision."""
    return row(name, method, place or of(pk="waiting"), (status, who), hidden=NO_OWN_FORM, body=body)


def worded(
    name: str,
    who: tuple[str, ...],
    status: int = 200,
    method: str = "post",
    place: Place | None = None,
    body: dict[str, Any] | None = None,
) -> Row:
    """Of a questionnaire of the programme's own."""
    return row(name, method, place, (status, who), hidden=NO_STUDIES, body=body)


DRAFT = at(questionnaire_id="questionnaire", pk="questionnaire-draft")
IN_USE = at(questionnaire_id="questionnaire", pk="questionnaire-version")
WORDINGS = at(questionnaire_id="questionnaire")
REMARKS, REMARK = of(submission_id="waiting"), of(submission_id="waiting", pk="remark")
ANSWERS = {"changes": [{"path": "vision", "value": "x", "seen": 1}]}
OWN = {"slug": "another", "kind": "policy-case", "title": "Another", "definition": definition()}
PARTS = ("aobo-row", "finding", "topic", "gap", "impact-claim", "baseline-value", "sampled-firm")

ROWS: list[Row] = [
    listed("questionnaire-list"),
    added("questionnaire", MANAGERS, joined(with_ids(programme="programme"), OWN)),
    worded("questionnaire-detail", READERS, method="get", place=at(pk="questionnaire")),
    worded("questionnaire-version-list", READERS, method="get", place=WORDINGS),
    # A draft stands already.
    worded("questionnaire-version-list", MANAGERS, 412, place=WORDINGS, body={"definition": definition()}),
    worded("questionnaire-version-detail", READERS, method="get", place=DRAFT),
    worded("questionnaire-version-detail", MANAGERS, method="patch", place=DRAFT, body={"note": "x"}),
    worded("questionnaire-version-publish", MANAGERS, place=DRAFT),
    worded("questionnaire-version-retire", MANAGERS, place=IN_USE),
    listed("submission-list"),
    Row(
        "api-submission-list",
        nothing,
        "post",
        joined(
            with_ids(programme="programme"), {"questionnaire": "diagnostic-emerging", "cluster": "leather"}
        ),
        # Who reads no studies knows of no questionnaire.
        by(400, *EVERYBODY) | by(403, *READERS) | by(201, *CHANGES),
    ),
    form("submission-detail", method="get"),
    waiting("submission-detail", (*CHANGES, "firm"), method="get"),
    form("submission-detail", method="patch", body={"title": "x"}),
    form("submission-answers", body=ANSWERS),
    waiting("submission-answers", status=409, body=ANSWERS),
    form("submission-photos", 400),
    form("submission-problems", method="get"),
    form("submission-submit", 409),
    waiting("submission-take-back"),
    waiting("submission-return", DECIDES, body={"reason": "x"}),
    waiting("submission-approve", DECIDES),
    form("submission-revise", 201, place=of(pk="approved")),
    form("submission-withdraw", body={"reason": "x"}),
    form("submission-take-up", place=of(pk="aside")),
    form("submission-move-to-current", 409),
    waiting("remark-list", (*CHANGES, "firm"), method="get", place=REMARKS),
    waiting("remark-list", status=201, place=REMARKS, body={"text": "x"}),
    waiting("remark-detail", (*CHANGES, "firm"), method="get", place=REMARK),
    waiting("remark-close", place=REMARK),
    listed("study-list"),
    form("study-detail", method="get"),
    form("study-candidates", method="get"),
    form("study-aobo-row-list", method="get", place=of(study_id="draft")),
    form("study-aobo-row-list", 201, place=of(study_id="draft"), body={"item": "x", "issue": "y"}),
    form("study-aobo-row-detail", method="get", place=aobo_row()),
    form("study-aobo-row-detail", method="patch", place=aobo_row(), body={"item": "x"}),
    form("study-aobo-row-detail", 204, "delete", place=aobo_row()),
    listed("assessment-list"),
    row("assessment-detail", "get", at(pk="assessment"), (200, WIDE), hidden=but(EVERYBODY, *WIDE)),
    *[listed(f"{name}-list") for name in PARTS],
]
