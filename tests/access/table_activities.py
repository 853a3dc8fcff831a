"""The activity log: list, forms, one activity with its parts, timeline, saved views and fragments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from activities import services
from tests.access.rows import MEMBERS, Row, but, by, finder, in_programme
from tests.conftest import World


def _records(world: World, actor: Any, programme: Any, first: Any, second: Any, firm: Any) -> dict[str, Any]:
    """Activities in a programme: one of its first cluster with all its parts, a joint one, one removed."""

    def log(title: str, *clusters: Any) -> Any:
        return services.log_activity(
            actor=actor, programme=programme, clusters=list(clusters), title=title, period_text="9/5/2009"
        )

    activity = log("Training", first)
    upload = SimpleUploadedFile("list.csv", b"name\nA\n")
    removed = log("Removed", first)
    services.remove_activity(actor=actor, activity=removed, version=None)
    return {
        "activity": activity,
        "second": log("Another training", first),
        "joint": log("Fair", first, second),
        "removed": removed,
        "cluster": second,
        "part": services.add_participation(
            actor=actor, activity=activity, organisation=firm, male=1, note="Sheet"
        ),
        "file": services.add_evidence(actor=actor, activity=activity, upload=upload),
        "view": services.save_view(actor=actor, programme=programme, name="Mine", query="status=done"),
    }


def prepare(world: World) -> None:
    from clusters.services import create_cluster, create_organisation

    manager, neighbour, other = world.manager, world.neighbour, world.other_programme
    world.log_here = _records(world, manager, world.programme, world.leather, world.footwear, world.tannery)
    second = create_cluster(actor=neighbour, programme=other, slug="near", name="Near", country="TR")
    body = create_organisation(actor=neighbour, programme=other, name="Their body", kind="association")
    world.log_there = _records(world, neighbour, other, world.other_cluster, second, body)
    world.log_here["body"], world.log_there["body"] = world.tanners, body


at = finder("log_here", "log_there")


def row(name: str, status: dict[str, int], method: str = "get", **arguments: str) -> Row:
    here, there = at(**arguments) if arguments else (in_programme, None)
    return Row(name, here, method, status=status, default=404, elsewhere=there)


READERS = but(MEMBERS, "broker", "laboratory")
LOGGERS = ("manager", "coordinator", "partner", "cda", "cda_other", "cda_advanced")
# Of the activity of the leather cluster, in which the firm took part.
SEES = but(READERS, "cda_other")
CHANGES = ("manager", "coordinator", "partner", "cda")
# Of the joint one, in which no firm took part.
SEES_JOINT = but(READERS, "firm")
CHANGES_JOINT = (*CHANGES, "cda_other")


def logging(good: int) -> dict[str, int]:
    return {**by(403, *READERS), **by(good, *LOGGERS)}


def changing(good: int) -> dict[str, int]:
    return {**by(403, *SEES), **by(good, *CHANGES)}


def parting(good: int) -> dict[str, int]:
    return {**by(403, *SEES_JOINT), **by(good, *CHANGES_JOINT)}


ONE = {"pk": "activity"}
PART = {"pk": "activity", "row_pk": "part"}
FILE = {"pk": "activity", "attachment_pk": "file"}
SPLIT = {"pk": "joint", "cluster_slug": "cluster.slug"}
MERGE = {"pk": "activity", "other_pk": "second"}

ROWS = [
    row("activities", by(200, *READERS)),
    row("activities", logging(422), "post"),
    row("activity_new", logging(200)),
    row("activity_new", logging(422), "post"),
    row("activity_reading", by(200, *READERS)),
    row("doubtful_periods", logging(200)),
    row("removed_activities", logging(200)),
    row("person_names", logging(200)),
    row("timeline", by(200, *READERS)),
    row("view_save", by(302, *READERS), "post"),
    replace(row("view_forget", by(302, "manager"), "post", pk="view"), own=True, elsewhere=None),
    row("activity_summary_fragment", by(200, *MEMBERS)),
    row("organisation_activities_fragment", by(200, *MEMBERS), pk="body"),
    row("activity", by(200, *SEES), **ONE),
    row("activity_history", by(200, *CHANGES, "evaluator"), **ONE),
    row("activity_edit", changing(200), **ONE),
    row("activity_edit", changing(422), "post", **ONE),
    row("activity_period", changing(200), **ONE),
    row("activity_period", changing(422), "post", **ONE),
    row("activity_remove", changing(200), **ONE),
    # A body without the version that was seen passes for an old one.
    row("activity_remove", changing(409), "post", **ONE),
    row("activity_restore", by(200, *CHANGES), pk="removed"),
    row("activity_restore", by(302, *CHANGES), "post", pk="removed"),
    row("activity_join", changing(200), **ONE),
    row("activity_join", changing(422), "post", **ONE),
    row("activity_split", parting(200), **SPLIT),
    row("activity_split", parting(409), "post", **SPLIT),
    row("activity_merge", changing(200), **MERGE),
    row("activity_merge", changing(409), "post", **MERGE),
    row("activity_apart", changing(302), "post", **MERGE),
    row("activity_apart_undo", changing(302), "post", **MERGE),
    row("participants", by(200, *CHANGES, "firm"), **ONE),
    row("participants", {**by(422, *CHANGES), **by(403, "firm")}, "post", **ONE),
    row("participant_edit", changing(200), **PART),
    row("participant_edit", changing(422), "post", **PART),
    row("participant_remove", changing(200), **PART),
    row("participant_remove", changing(302), "post", **PART),
    row("evidence_new", changing(422), "post", **ONE),
    row("evidence_remove", changing(200), **FILE),
    row("evidence_remove", changing(302), "post", **FILE),
]
