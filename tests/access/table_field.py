"""Who gets which answer from the pages of the field: forms that are filled, blank forms, what a device speaks to."""

from __future__ import annotations

from typing import Any

from diagnostics import services
from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, Of, Row, but, by, in_programme
from tests.conftest import World
from tests.diagnostics.conftest import AOBO, FIRM, fill, row, version_of

# Who files somewhere in the programme, and who files about the leather cluster.
FILERS = ("manager", "coordinator", "partner", "cda", "cda_other", "cda_advanced")
LEATHER_FILERS = ("manager", "coordinator", "partner", "cda")


def prepare(world: World) -> None:
    version = version_of("diagnostic-emerging")
    world.filled = services.start(
        actor=world.cda,
        programme=world.programme,
        version=version,
        cluster=world.leather,
        organisation=world.clri,
    )
    world.handed_in = services.start(
        actor=world.cda,
        programme=world.programme,
        version=version,
        cluster=world.leather,
        organisation=world.clri,
    )
    fill(world.cda, world.handed_in, row("firms", "f1", **FIRM) | row("aobo", "a1", **AOBO))
    services.submit(actor=world.cda, submission=world.handed_in)
    world.filled_elsewhere = services.start(
        actor=world.neighbour, programme=world.other_programme, version=version, cluster=world.other_cluster
    )


def of(name: str) -> Of:
    return lambda world: {"programme_slug": world.programme.slug, "pk": getattr(world, name).pk}


def blank(cluster: str, questionnaire: str = "diagnostic-emerging") -> Of:
    def kwargs(world: World) -> dict[str, Any]:
        slug = getattr(world, cluster).slug if cluster else "-"
        return {"programme_slug": world.programme.slug, "questionnaire": questionnaire, "cluster": slug}

    return kwargs


def form(name: str, method: str, good: int, record: str = "filled") -> Row:
    """Of a draft, which the institute that it is about does not see; once it is handed in, the institute reads it."""
    reads = by(403, "institute") if record == "handed_in" else {}
    status = {**by(good, *LEATHER_FILERS), **reads}
    return Row(name, of(record), method, status=status, default=404, elsewhere=of("filled_elsewhere"))


def filing(good: int, *who: str) -> dict[str, int]:
    return {**by(good, *who), **by(403, *but(MEMBERS, *who)), **by(404, *OUTSIDE)}


EVERYBODY = {ANONYMOUS: 200}

ROWS = [
    Row("service_worker", default=200, status=EVERYBODY),
    Row("web_manifest", default=200, status=EVERYBODY),
    Row("offline", default=200, status=EVERYBODY),
    Row("field", in_programme, status=filing(200, *FILERS)),
    # What these are sent here is no JSON and no photo.
    Row("form_create", in_programme, "post", status=filing(400, *FILERS)),
    form("form_fill", "get", 200),
    form("form_fill", "post", 302),
    form("form_save", "post", 400),
    form("form_photo", "post", 400),
    form("form_fill", "get", 200, "handed_in"),
    form("form_fill", "post", 409, "handed_in"),
    *[
        Row(
            "form_blank",
            blank("leather"),
            method,
            status=filing(answer, *LEATHER_FILERS),
            elsewhere=blank("other_cluster"),
        )
        for method, answer in (("get", 200), ("post", 302))
    ],
]
