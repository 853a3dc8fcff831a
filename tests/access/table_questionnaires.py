"""Who gets which answer from the pages of questionnaires, and of the import of what was filled elsewhere."""

from __future__ import annotations

from typing import Any

from clusters.models import Cluster, Programme
from diagnostics import services, tasks
from diagnostics.models import Questionnaire, ReturnBatch
from diagnostics.services.returns import WAY
from tests.access.rows import MEMBERS, OUTSIDE, Of, Row, but, by, in_programme
from tests.conftest import World
from tests.diagnostics.conftest import definition
from twinning.core.models import User

# Who reads studies somewhere in the programme; who fills forms somewhere; who fills them about leather.
READERS = ("manager", "coordinator", "cda", "cda_other", "cda_advanced", "institute", "firm", "partner")
FILLERS = ("manager", "coordinator", "cda", "cda_other", "cda_advanced", "partner")
OF_LEATHER = ("manager", "coordinator", "cda", "partner")
NO_READERS = by(404, *but(MEMBERS, *READERS), *OUTSIDE)  # to whom the room does not exist
FORMS = b"profile,FormVersion\nNarrow,1\nDeep,7\n"


def prepare(world: World) -> None:
    def own(actor: User, programme: Programme, slug: str) -> Questionnaire:
        """A questionnaire with a version in use and a draft of the next."""
        made = services.create_questionnaire(
            actor=actor,
            programme=programme,
            slug=slug,
            kind="policy-case",
            title=slug,
            definition=definition(),
        )
        services.publish(actor=actor, draft=made.versions.get())
        changed = definition({"name": "more", "type": "text", "label": "More"})
        services.save_draft(actor=actor, questionnaire=made, definition=changed)
        return made

    def batch(actor: User, programme: Programme, cluster: Cluster) -> ReturnBatch:
        return tasks.begin_returns(
            actor=actor,
            programme=programme,
            questionnaire=Questionnaire.objects.get(slug="diagnostic-advanced"),
            cluster=cluster,
            filename="forms.csv",
            data=FORMS,
        )

    world.questionnaire = own(world.manager, world.programme, "our-own")
    world.questionnaire_elsewhere = own(world.neighbour, world.other_programme, "their-own")
    world.return_ready = batch(world.manager, world.programme, world.leather)
    world.return_applied = batch(world.manager, world.programme, world.leather)
    tasks.start_returns(actor=world.manager, batch=world.return_applied, mode="good")
    world.return_queued = batch(world.manager, world.programme, world.leather)
    services.queue_returns(actor=world.manager, batch=world.return_queued, kind=WAY.apply, mode="good")
    world.return_elsewhere = batch(world.neighbour, world.other_programme, world.other_cluster)


def of(name: str, **more: Any) -> Of:
    return lambda world: in_programme(world) | {"slug": getattr(world, name).slug} | more


def batch_of(name: str) -> Of:
    return lambda world: in_programme(world) | {"pk": getattr(world, name).pk}


def room(name: str, who: tuple[str, ...], method: str = "get", ok: int = 200) -> Row:
    status = {**by(ok, *who), **by(403, *but(READERS, *who)), **NO_READERS}
    return Row(name, in_programme, method, status=status)


def read(name: str, **more: Any) -> Row:
    status = {**by(200, *READERS), **NO_READERS}
    return Row(
        name,
        of("questionnaire", **more),
        status=status,
        elsewhere=of("questionnaire_elsewhere", **more),
    )


def edit(name: str, method: str = "get", ok: int = 200) -> Row:
    status = {**by(ok, "manager"), **by(403, *but(READERS, "manager")), **NO_READERS}
    return Row(name, of("questionnaire"), method, status=status, elsewhere=of("questionnaire_elsewhere"))


def returned(name: str, batch: str, method: str = "get", ok: int = 200) -> Row:
    return Row(
        name,
        batch_of(batch),
        method,
        status=by(ok, *OF_LEATHER),
        default=404,
        elsewhere=batch_of("return_elsewhere"),
    )


ROWS = [
    room("questionnaires", READERS),
    room("questionnaire_new", ("manager",)),
    room("questionnaire_new", ("manager",), "post", 422),
    read("questionnaire"),
    read("questionnaire_changes"),
    read("questionnaire_version", number=1),
    read("questionnaire_xlsform", number=1),
    read("questionnaire_definition", number=1),
    edit("questionnaire_draft"),
    edit("questionnaire_draft", "post", 422),
    edit("questionnaire_publish"),
    # Without the version that was seen it is not known whether the person saw this draft.
    edit("questionnaire_publish", "post", 409),
    edit("questionnaire_retire"),
    edit("questionnaire_retire", "post", 302),
    room("returns", FILLERS),
    room("return_new", FILLERS),
    room("return_new", FILLERS, "post", 422),
    returned("return_batch", "return_ready"),
    returned("return_choices", "return_ready", "post", 302),
    returned("return_again", "return_ready", "post", 302),
    returned("return_progress", "return_queued"),
    returned("return_undo", "return_applied"),
    returned("return_undo", "return_applied", "post", 302),
]
