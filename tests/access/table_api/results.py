"""Results: the framework, values and outcomes, closings and the register of restatements."""

from __future__ import annotations

from tests.access.rows import Row, but, by, nothing
from tests.access.table_api.asking import EVERYBODY, NEAR, WIDE, at, joined, listed, row, with_ids
from tests.access.table_results import APPROVERS, OF_FIRMS, READERS

HIDDEN = but(EVERYBODY, *READERS)
NO_FIRMS = but(EVERYBODY, *OF_FIRMS)


def _added(name: str, who: tuple[str, ...], body: object, *, of_programme: bool = False) -> Row:
    """Sent to a list: to whom the record that it belongs to is not there, its id is no id."""
    seen = but(EVERYBODY, "stranger", "neighbour") if of_programme else READERS
    status = by(400, *EVERYBODY) | by(403, *seen) | by(201, *who)
    return Row(f"api-{name}-list", nothing, "post", body, status)  # type: ignore[arg-type]


_PERIOD = {"title": "2005", "first": "2005-01-01", "last": "2005-12-31", "due_on": "2006-01-31"}
_OUTCOME = {"kind": "investment", "title": "New", "happened": "2007", "source": "Visit", "cluster": "leather"}
_DAYS = {"first": "2005-01-01", "last": "2005-12-31"}
IN_PROGRAMME = with_ids(programme="programme")

ROWS: list[Row] = [
    listed("result-list"),
    _added("result", WIDE, joined(IN_PROGRAMME, {"level": "output", "title": "New"}), of_programme=True),
    row("result-detail", "get", at(pk="result"), (200, READERS), hidden=HIDDEN),
    row("result-detail", "patch", at(pk="result"), (200, WIDE), hidden=HIDDEN, body={"risks": "x"}),
    listed("indicator-list"),
    _added("indicator", WIDE, joined(with_ids(result="result"), {"code": "N", "name": "New"})),
    row("indicator-detail", "get", at(pk="indicator"), (200, READERS), hidden=HIDDEN),
    row("indicator-detail", "patch", at(pk="indicator"), (200, WIDE), hidden=HIDDEN, body={"unit": "x"}),
    row("indicator-retire", "post", at(pk="indicator"), (200, WIDE), hidden=HIDDEN, body={"reason": "x"}),
    row("indicator-restore", "post", at(pk="retired"), (200, WIDE), hidden=HIDDEN),
    row("indicator-figures", "get", at(pk="computed"), (200, READERS), hidden=HIDDEN),
    row("indicator-evidence", "get", at(pk="computed"), (200, READERS), hidden=HIDDEN),
    # By what it is to be divided is not said.
    row("indicator-divided", "get", at(pk="computed"), (400, READERS), hidden=HIDDEN),
    Row(
        "api-indicator-tables",
        nothing,
        "post",
        IN_PROGRAMME,
        by(403, *EVERYBODY) | by(400, "stranger", "neighbour") | by(200, *WIDE),
    ),
    listed("target-list"),
    _added("target", WIDE, joined(with_ids(indicator="indicator"), _DAYS, {"value": "7"})),
    row("target-detail", "get", at(pk="target"), (200, READERS), hidden=HIDDEN),
    row("target-detail", "patch", at(pk="target"), (200, WIDE), hidden=HIDDEN, body={"note": "x"}),
    row("target-remove", "post", at(pk="target"), (204, WIDE), hidden=HIDDEN, body={"reason": "x"}),
    listed("reporting-period-list"),
    _added("reporting-period", WIDE, joined(IN_PROGRAMME, _PERIOD), of_programme=True),
    row("reporting-period-detail", "get", at(pk="reporting-period"), (200, READERS), hidden=HIDDEN),
    row(
        "reporting-period-detail",
        "patch",
        at(pk="reporting-period"),
        (200, WIDE),
        hidden=HIDDEN,
        body={"title": "x"},
    ),
    listed("measurement-list"),
    _added(
        "measurement",
        WIDE,
        joined(
            with_ids(indicator="indicator", period="reporting-period"), {"value": "7", "source": "Register"}
        ),
    ),
    row("measurement-detail", "get", at(pk="measurement"), (200, READERS), hidden=HIDDEN),
    row("measurement-detail", "patch", at(pk="measurement"), (200, NEAR), hidden=HIDDEN, body={"note": "x"}),
    listed("outcome-list"),
    _added("outcome", NEAR, joined(IN_PROGRAMME, _OUTCOME), of_programme=True),
    row("outcome-detail", "get", at(pk="outcome"), (200, OF_FIRMS), hidden=NO_FIRMS),
    row("outcome-detail", "patch", at(pk="outcome"), (200, NEAR), hidden=NO_FIRMS, body={"title": "x"}),
    row("outcome-verify", "post", at(pk="outcome"), (200, APPROVERS), hidden=NO_FIRMS, body={"note": "x"}),
    row("outcome-remove", "post", at(pk="outcome"), (204, NEAR), hidden=NO_FIRMS, body={"reason": "x"}),
    listed("closing-list"),
    _added("closing", WIDE, with_ids(period="reporting-period")),
    row("closing-detail", "get", at(pk="closing"), (200, READERS), hidden=HIDDEN),
    row(
        "closing-submit",
        "post",
        at(pk="closing"),
        (200, NEAR),
        hidden=HIDDEN,
        body={"as_not_reported": True},
    ),
    row("closing-approve", "post", at(pk="closing-waiting"), (200, APPROVERS), hidden=HIDDEN),
    row(
        "closing-give-back",
        "post",
        at(pk="closing-waiting"),
        (200, APPROVERS),
        hidden=HIDDEN,
        body={"remark": "x"},
    ),
    row(
        "closing-restate",
        "post",
        at(pk="closing-closed"),
        (200, APPROVERS),
        hidden=HIDDEN,
        body={"reason": "x"},
    ),
    row(
        "closing-exception",
        "post",
        at(pk="closing-closed"),
        (200, ("manager",)),
        hidden=HIDDEN,
        body={"until": "2999-01-01", "reason": "x"},
    ),
    # Each closing is answered for itself: who may not close it reads why.
    Row(
        "api-closing-approve-many",
        nothing,
        "post",
        lambda world: {"closings": [{"id": world.api_here["closing-waiting"]}]},
        by(400, *EVERYBODY) | by(200, *READERS),
    ),
    listed("restatement-list"),
]
