"""Who gets which answer from the pages of what is published, and from the file itself."""

from __future__ import annotations

from monitoring.models import PublicationCode
from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, PEOPLE, Row, but, by, finder, in_programme
from tests.conftest import World
from tests.monitoring.iati.stage import budget, document, transaction

# Who reads the papers of the committee reads what is published; who manages the programme writes it.
READERS = ("manager", "coordinator", "counterpart", "donor", "evaluator")
WRITER = "manager"


def prepare(world: World) -> None:
    """The programmes are published already: the table of the API has furnished them."""
    for actor, programme, name in [
        (world.manager, world.programme, "published"),
        (world.neighbour, world.other_programme, "published_there"),
    ]:
        records = {
            "code": PublicationCode.objects.get(programme=programme),
            "budget": budget(actor, programme),
            "transaction": transaction(actor, programme),
            "document": document(actor, programme),
        }
        setattr(world, name, records)


at = finder("published", "published_there")


def seen(world: World) -> dict[str, str]:
    return {"version": "1"}


def _written(name: str, method: str, answer: int, record: str = "") -> Row:
    """A page with a form: the manager gets ``answer``, other members may not, and outside there is none."""
    here, there = at(pk=record) if record else (in_programme, None)
    return Row(
        name,
        here,
        method=method,
        data=seen if method == "post" else None,
        status={**by(answer, WRITER), **by(403, *but(MEMBERS, WRITER)), **by(404, *OUTSIDE)},
        elsewhere=there,
    )


ROWS = [
    *[
        Row(name, in_programme, status={**by(200, *READERS), **by(404, *but(PEOPLE, *READERS))})
        for name in ("publication", "budgets", "transactions")
    ],
    _written("publication_edit", "get", 200),
    _written("publication_edit", "post", 422),
    *[
        _written(f"{name}_new", method, answer)
        for name in ("publication_code", "publication_document", "budget", "transaction")
        for method, answer in (("get", 200), ("post", 422))
    ],
    *[
        _written(f"{name}_{act}", method, answer, record)
        for name, record in (
            ("publication_code", "code"),
            ("publication_document", "document"),
            ("budget", "budget"),
            ("transaction", "transaction"),
        )
        for act, method, answer in (
            ("edit", "get", 200),
            ("edit", "post", 422),
            ("remove", "get", 200),
            ("remove", "post", 302),
        )
    ],
    # Not opened to everybody: tests/monitoring/iati/test_open.py asks for one that is.
    Row("iati_file", in_programme, status={**by(200, WRITER), ANONYMOUS: 404}, default=404),
]
