"""Evaluations with their parts, recommendations and stories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.rows import Row, but
from tests.access.table_api.asking import EVERYBODY, added, joined, listed, row, with_ids
from tests.access.table_evaluation import DRAFTS, EVALUATORS, READERS, TELLERS
from tests.conftest import World

NO_DRAFTS, NO_READERS = but(EVERYBODY, *DRAFTS), but(EVERYBODY, *READERS)
NO_STORY = but(EVERYBODY, *TELLERS)
PUBLISHERS = ("manager", "coordinator")

Place = tuple[Callable[[World], dict[str, Any]], Callable[[World], dict[str, Any]]]


def of(**names: str) -> Place:
    """Arguments of an address from the records that the pages' table made: of(pk="draft")."""

    def find(records: str) -> Callable[[World], dict[str, Any]]:
        return lambda world: {name: getattr(world, records)[kind].pk for name, kind in names.items()}

    return find("judged_here"), find("judged_there")


def part_of(pk: str) -> Place:
    return of(evaluation_id="draft", pk=pk)


def parts(name: str, pk: str, create: Any, change: dict[str, Any] | None) -> list[Row]:
    """The rows of a list in a draft evaluation, which evaluators write and who reads drafts reads."""
    place = of(evaluation_id="draft")
    reads = (200, DRAFTS)
    rows = [
        row(f"{name}-list", "get", place, reads, hidden=NO_DRAFTS),
        row(f"{name}-detail", "get", part_of(pk), reads, hidden=NO_DRAFTS),
    ]
    if create is not None:
        rows.append(row(f"{name}-list", "post", place, (201, EVALUATORS), hidden=NO_DRAFTS, body=create))
        rows.append(row(f"{name}-detail", "delete", part_of(pk), (204, EVALUATORS), hidden=NO_DRAFTS))
    if change is not None:
        rows.append(
            row(f"{name}-detail", "patch", part_of(pk), (200, EVALUATORS), hidden=NO_DRAFTS, body=change)
        )
    return rows


def document(world: World) -> dict[str, Any]:
    part = world.judged_here["part"]
    return {"criterion": part.pk, "kind": "document", "source": "p. 2", "text": "So it says."}


def advice(world: World) -> dict[str, Any]:
    return {"evaluation": world.judged_here["draft"].pk, "text": "Another."}


CONSENT = {"consent_by": "Anbu", "consent_on": "2011-07-01", "consent_how": "written"}
OF_PROGRAMME = with_ids(programme="programme")

ROWS: list[Row] = [
    listed("evaluation-list"),
    added("evaluation", EVALUATORS, joined(OF_PROGRAMME, {"kind": "self", "title": "Another"})),
    row("evaluation-detail", "get", of(pk="final"), (200, READERS), hidden=NO_READERS),
    row(
        "evaluation-detail", "patch", of(pk="draft"), (200, EVALUATORS), hidden=NO_DRAFTS, body={"scope": "x"}
    ),
    # Its questions have no rating yet.
    row("evaluation-submit", "post", of(pk="draft"), (400, EVALUATORS), hidden=NO_DRAFTS),
    # The manager wrote it, the evaluator handed it in: each is refused, and his deputy is not.
    Row(
        "api-evaluation-finalise",
        of(pk="waiting")[0],
        "post",
        None,
        {**dict.fromkeys(NO_DRAFTS, 404), **dict.fromkeys(DRAFTS, 403), "cta": 200},
        elsewhere=of(pk="waiting")[1],
        apart=("cta",),
    ),
    row(
        "evaluation-reopen",
        "post",
        of(pk="waiting"),
        (200, EVALUATORS),
        hidden=NO_DRAFTS,
        body={"reason": "x"},
    ),
    *parts(
        "evaluation-criterion",
        "part",
        {"criterion": "impact", "question": "Whose?"},
        {"finding": "It is so."},
    ),
    *parts("evaluation-evidence", "evidence", document, None),
    *parts("evaluation-comparison", "row", None, {"planned": "One pair."}),
    *parts("evaluation-lesson", "lesson", {"text": "Trust first."}, {"text": "Trust before all."}),
    listed("recommendation-list"),
    Row(
        "api-recommendation-list",
        lambda world: {},
        "post",
        advice,
        {**dict.fromkeys(NO_DRAFTS, 400), "coordinator": 403, **dict.fromkeys(EVALUATORS, 201)},
    ),
    row("recommendation-detail", "get", of(pk="advice"), (200, READERS), hidden=NO_READERS),
    row(
        "recommendation-detail",
        "patch",
        of(pk="planned"),
        (200, EVALUATORS),
        hidden=NO_DRAFTS,
        body={"addressed_to": "ITPO"},
    ),
    row("recommendation-detail", "delete", of(pk="planned"), (204, EVALUATORS), hidden=NO_DRAFTS),
    row(
        "recommendation-respond",
        "post",
        of(pk="advice"),
        (200, ("manager",)),
        hidden=NO_READERS,
        body={"state": "accepted"},
    ),
    row(
        "recommendation-follow-up",
        "post",
        of(pk="advice"),
        (200, ("manager",)),
        hidden=NO_READERS,
        body={"note": "Begun."},
    ),
    listed("story-list"),
    added(
        "story",
        TELLERS,
        joined(
            OF_PROGRAMME, with_ids(cluster="cluster"), {"title": "Told", "quote": "Well.", "speaker": "Anbu"}
        ),
    ),
    row("story-detail", "get", of(pk="told"), (200, READERS), hidden=NO_READERS),
    row("story-detail", "patch", of(pk="story"), (200, TELLERS), hidden=NO_STORY, body={"title": "Better"}),
    row("story-consent", "post", of(pk="story"), (200, TELLERS), hidden=NO_STORY, body=CONSENT),
    row("story-withdraw-consent", "post", of(pk="told"), (200, TELLERS), hidden=NO_READERS, body={}),
    # It has no consent.
    row("story-publish", "post", of(pk="story"), (400, PUBLISHERS), hidden=NO_STORY),
    row("story-unpublish", "post", of(pk="told"), (200, PUBLISHERS), hidden=NO_READERS, body={}),
]
