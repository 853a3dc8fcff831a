"""Who gets which answer from the pages and the API of selection rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from clusters import services
from clusters.models import SelectionOutcome
from tests.access.rows import MEMBERS, OUTSIDE, Of, Row, but, by, in_programme, nothing
from tests.conftest import World
from twinning.core.models import User

# Who reads committee papers or edits in all of the programme; who scores; who decides.
READERS = ("manager", "coordinator", "counterpart", "donor", "evaluator", "partner")
EDITORS = ("manager", "coordinator", "partner")
MANAGERS = ("manager",)
EVERYBODY = (*MEMBERS, *OUTSIDE)


def _records(actor: User, programme: Any, cluster: Any) -> dict[str, int]:
    """Ids of an open round with its parts, and of a decided one with its outcome."""
    opened = services.open_round(actor=actor, programme=programme, title="Open")
    candidate = services.add_candidate(actor=actor, selection_round=opened, cluster=cluster)
    withdrawn = services.add_candidate(actor=actor, selection_round=opened, name="Withdrawn")
    services.withdraw_candidate(actor=actor, candidate=withdrawn, version=None, reason="No cluster")
    parameter = opened.parameters.get(code="3")
    score = services.score_candidate(
        actor=actor,
        candidate=candidate,
        parameter=parameter,
        value=Decimal(3),
        evidence="Study",
        assessor_name="Trade office",
    )
    decided = services.open_round(actor=actor, programme=programme, title="Decided")
    judged = services.add_candidate(actor=actor, selection_round=decided, cluster=cluster)
    services.decide_round(
        actor=actor,
        selection_round=decided,
        verdicts=[services.Verdict(judged, "not-selected")],
        decided_on=dt.date(2007, 2, 26),
    )
    return {
        "round": opened.pk,
        "candidate": candidate.pk,
        "withdrawn": withdrawn.pk,
        "parameter": parameter.pk,
        "weights": opened.weight_sets.get().pk,
        "score": score.pk,
        "decided": decided.pk,
        "outcome": SelectionOutcome.objects.get(candidate=judged).pk,
    }


def prepare(world: World) -> None:
    world.selection_here = _records(world.manager, world.programme, world.leather)
    world.selection_there = _records(world.neighbour, world.other_programme, world.other_cluster)


Names = dict[str, str]


def at(names: Names, *, page: bool = True) -> tuple[Of, Of]:
    """Arguments of an address by names of records: here, and with a record of the other programme."""

    def build(records: str) -> Of:
        def kwargs(world: World) -> dict[str, Any]:
            found = {argument: getattr(world, records)[name] for argument, name in names.items()}
            return {"programme_slug": world.programme.slug, **found} if page else found

        return kwargs

    return build("selection_here"), build("selection_there")


def page(name: str, names: Names) -> Row:
    here, there = at(names)
    return Row(name, here, status=by(200, *READERS), default=404, elsewhere=there)


def form(name: str, who: tuple[str, ...], names: Names | None = None, sent: int = 422) -> list[Row]:
    """A form: for ``who``, refused to other readers, and to the rest not there. ``sent``: of an empty one."""
    here, there = at(names) if names else (in_programme, None)
    refused = by(403, *but(READERS, *who))
    return [
        Row(name, here, status={**refused, **by(200, *who)}, default=404, elsewhere=there),
        Row(name, here, "post", status={**refused, **by(sent, *who)}, default=404, elsewhere=there),
    ]


def api(
    name: str,
    method: str,
    who: tuple[str, ...],
    fine: int,
    names: Names,
    body: Callable[[World], dict[str, Any]] | dict[str, Any] | None = None,
) -> Row:
    """An address of the API: ``fine`` for ``who``, refused to other readers, and to the rest not there."""
    here, there = at(names, page=False)
    status = {**by(403, *but(READERS, *who)), **by(fine, *who)}
    data = (lambda world: body) if isinstance(body, dict) else body
    return Row(f"api-selection-{name}", here, method, data, status, default=404, elsewhere=there)


def _new_round(world: World) -> dict[str, Any]:
    return {"programme": world.programme.slug, "title": "New"}


def _score(world: World) -> dict[str, Any]:
    candidate = world.selection_here["candidate"]
    return {"candidate": candidate, "parameter": "3", "value": "4", "evidence": "Study"}


def _decision(world: World) -> dict[str, Any]:
    candidate = world.selection_here["candidate"]
    outcomes = [{"candidate": candidate, "outcome": "not-selected"}]
    return {"decided_on": "2007-02-26", "outcomes": outcomes}


ROUND = {"pk": "round"}
CANDIDATE = {"pk": "round", "candidate_pk": "candidate"}
PARAMETER = {"pk": "round", "parameter_pk": "parameter"}
IN_ROUND = {"round_id": "round"}
WEIGHTS = {"weights": {"3": "100"}, "reason": "Brands first"}
REASON = {"reason": "New figures"}

ROWS: list[Row] = [
    Row("selection", in_programme, status=by(200, *READERS), default=404),
    page("selection_round", ROUND),
    page("selection_values", ROUND),
    page("selection_sensitivity", ROUND),
    page("selection_setup", ROUND),
    page("selection_workbook", ROUND),
    page("selection_candidate", CANDIDATE),
    *form("selection_round_new", EDITORS),
    *form("selection_round_edit", EDITORS, ROUND),
    *form("selection_parameter_new", EDITORS, ROUND),
    *form("selection_parameter_edit", EDITORS, PARAMETER),
    *form("selection_weights", EDITORS, ROUND),
    *form("selection_candidate_new", EDITORS, ROUND),
    *form("selection_candidate_edit", EDITORS, CANDIDATE),
    *form("selection_candidate_withdraw", EDITORS, CANDIDATE),
    *form("selection_candidate_readmit", EDITORS, {"pk": "round", "candidate_pk": "withdrawn"}, 409),
    # An empty sheet takes nothing back, since nobody here scored for himself.
    *form("selection_sheet", EDITORS, PARAMETER, 302),
    # Who has no account is spoken for by the manager alone.
    *form("selection_score_remove", MANAGERS, {**CANDIDATE, "score_pk": "score"}),
    # To decide, to close and to open again is for those who run the programme.
    *form("selection_decide", MANAGERS, ROUND),
    *form("selection_close", MANAGERS, ROUND),
    *form("selection_reopen", MANAGERS, {"pk": "decided"}),
    # The API
    Row("api-selection-round-list", nothing, status=by(200, *EVERYBODY)),
    Row(
        "api-selection-round-list",
        nothing,
        "post",
        _new_round,
        {**by(403, *but(MEMBERS, *EDITORS)), **by(400, *OUTSIDE), **by(201, *EDITORS)},
    ),
    api("round-detail", "get", READERS, 200, ROUND),
    api("round-detail", "patch", EDITORS, 200, ROUND, {"title": "Changed"}),
    api("round-decide", "post", MANAGERS, 200, ROUND, _decision),
    api("round-close", "post", MANAGERS, 200, ROUND, REASON),
    api("round-reopen", "post", MANAGERS, 200, {"pk": "decided"}, REASON),
    api("parameter-list", "get", READERS, 200, IN_ROUND),
    api("parameter-list", "post", EDITORS, 201, IN_ROUND, {"code": "9", "name": "Port"}),
    api("parameter-detail", "get", READERS, 200, {**IN_ROUND, "pk": "parameter"}),
    api("parameter-detail", "patch", EDITORS, 200, {**IN_ROUND, "pk": "parameter"}, {"guidance": "x"}),
    api("weights-list", "get", READERS, 200, IN_ROUND),
    api("weights-list", "post", EDITORS, 201, IN_ROUND, WEIGHTS),
    api("weights-detail", "get", READERS, 200, {**IN_ROUND, "pk": "weights"}),
    api("candidate-list", "get", READERS, 200, IN_ROUND),
    api("candidate-list", "post", EDITORS, 201, IN_ROUND, {"name": "Agra"}),
    api("candidate-detail", "get", READERS, 200, {**IN_ROUND, "pk": "candidate"}),
    api("candidate-detail", "patch", EDITORS, 200, {**IN_ROUND, "pk": "candidate"}, {"note": "x"}),
    api("candidate-withdraw", "post", EDITORS, 200, {**IN_ROUND, "pk": "candidate"}, REASON),
    api("candidate-readmit", "post", EDITORS, 200, {**IN_ROUND, "pk": "withdrawn"}, {}),
    api("score-list", "get", READERS, 200, IN_ROUND),
    api("score-list", "post", EDITORS, 201, IN_ROUND, _score),
    api("score-detail", "get", READERS, 200, {**IN_ROUND, "pk": "score"}),
    api("score-detail", "patch", MANAGERS, 200, {**IN_ROUND, "pk": "score"}, {"value": "2"}),
    api("outcome-list", "get", READERS, 200, {"round_id": "decided"}),
    api("outcome-detail", "get", READERS, 200, {"round_id": "decided", "pk": "outcome"}),
    # Another's score is taken out with a reason, which this method has no place for.
    api("score-detail", "delete", MANAGERS, 400, {**IN_ROUND, "pk": "score"}),
]
