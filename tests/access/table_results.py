"""Who gets which answer from the pages of results, outcomes and closings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clusters.models import Cluster, Programme
from monitoring import services, tasks
from monitoring.models import Indicator, ValueBatch
from monitoring.services.value_imports import WAY
from tests.access.rows import MEMBERS, OUTSIDE, Of, Row, but, by, in_programme, nothing
from tests.conftest import World
from twinning.core.models import User
from twinning.core.tabular import write_csv

# Who reads totals; who shapes the framework; who enters values somewhere, and for the leather cluster.
READERS = (
    "manager",
    "coordinator",
    "cda",
    "cda_other",
    "cda_advanced",
    "counterpart",
    "donor",
    "evaluator",
    "partner",
)
SHAPERS = ("manager", "coordinator", "partner")
ENTERING = (*SHAPERS, "cda", "cda_other", "cda_advanced")
LEATHER = (*SHAPERS, "cda")
# Who reads the firms of the leather cluster: outcomes are theirs to read. The firm is a party of it.
OF_FIRMS = (*LEATHER, "association", "firm")
LISTING = (*ENTERING, "association")
APPROVERS = ("manager", "coordinator")


def _records(
    actor: User, second: User, programme: Programme, cluster: Cluster, **more: Any
) -> dict[str, Any]:
    services.bring_tables(actor=actor, programme=programme)
    indicators = Indicator.objects.filter(programme=programme, code__startswith="T9.")
    typed = services.add_indicator(
        actor=actor, result=indicators[0].result, code="TYPED", name="Typed", measure="percent"
    )
    year = {"first": dt.date(2010, 1, 1), "last": dt.date(2010, 12, 31), "due_on": dt.date(2011, 1, 31)}
    period = services.add_period(actor=actor, programme=programme, title="2010", **year)
    before = {"first": dt.date(2009, 1, 1), "last": dt.date(2009, 12, 31), "due_on": dt.date(2010, 1, 31)}
    earlier = services.add_period(actor=actor, programme=programme, title="2009", **before)
    target = services.set_target(
        actor=actor, indicator=typed, first=year["first"], last=year["last"], value=5
    )
    value = services.record_measurement(
        actor=actor, indicator=typed, period=period, cluster=cluster, value=3, source="Firms"
    )
    outcome = services.record_outcome(
        actor=actor,
        programme=programme,
        cluster=cluster,
        kind="investment",
        title="A mill",
        happened="2010",
        source="Visit",
        **more,
    )
    opened = services.open_closing(actor=actor, period=period, cluster=cluster)
    submitted = services.open_closing(actor=actor, period=earlier, cluster=cluster)
    submitted = services.submit_closing(actor=actor, closing=submitted, version=None, as_not_reported=True)
    whole = services.open_closing(actor=actor, period=earlier, cluster=None)
    services.submit_closing(actor=actor, closing=whole, version=None, as_not_reported=True)
    closed = whole
    if second is not actor:
        closed = services.approve_closing(actor=second, closing=whole, version=None)
    return {
        "computed": indicators[0].code,
        "typed": typed.code,
        "result": typed.result_id,
        "period": period.pk,
        "target": target.pk,
        "value": value.pk,
        "outcome": outcome.pk,
        "opened": opened.pk,
        "submitted": submitted.pk,
        "closed": closed.pk,
        **_imports(actor, programme, cluster),
    }


def _imports(actor: User, programme: Programme, cluster: Cluster) -> dict[str, int]:
    def made(period: str) -> ValueBatch:
        row: list[Any] = ["TYPED", period, cluster.slug, 3, "Sheet"]
        return tasks.begin_values(
            actor=actor,
            programme=programme,
            holds="values",
            filename="values.csv",
            data=write_csv(["indicator", "period", "cluster", "value", "source"], [row]),
        )

    applied, queued = made("2010"), made("2010")
    tasks.start_values(actor=actor, batch=applied, mode="good")
    services.queue_values(actor=actor, batch=queued, kind=WAY.apply, mode="good")
    return {"value_import": made("2010").pk, "value_applied": applied.pk, "value_queued": queued.pk}


def prepare(world: World) -> None:
    parties = [(world.tannery, "gains")]
    world.results_here = _records(
        world.partner, world.manager, world.programme, world.leather, parties=parties
    )
    world.results_there = _records(
        world.neighbour, world.neighbour, world.other_programme, world.other_cluster
    )


def _at(**names: str) -> tuple[Of, Of]:
    """The kwargs of an address from names of records, here and of the other programme.

    Codes are the same in both, so that only the programme of the address tells them apart: a record with a
    code alone has none elsewhere in this programme.
    """

    def build(side: str) -> Of:
        def kwargs(world: World) -> dict[str, Any]:
            found = {"programme_slug": world.programme.slug}
            return found | {name: getattr(world, side)[key] for name, key in names.items()}

        return kwargs

    return build("results_here"), build("results_there")


def _elsewhere_of_code(world: World) -> dict[str, Any]:
    return {"programme_slug": world.other_programme.slug, "code": world.results_there["typed"]}


def _form(
    name: str, kwargs: Of, elsewhere: Of | None, may: tuple[str, ...], seen: tuple[str, ...], sent: int = 422
) -> list[Row]:
    """A page with a form: who may gets it, who reads the record is told no, to others it is not there."""
    rest = by(404, *OUTSIDE)
    return [
        Row(
            name,
            kwargs,
            method=method,
            status={**by(answer, *may), **by(403, *but(seen, *may)), **by(404, *but(MEMBERS, *seen)), **rest},
            elsewhere=elsewhere,
        )
        for method, answer in (("get", 200), ("post", sent))
    ]


def _read(name: str, kwargs: Of, elsewhere: Of | None, may: tuple[str, ...], query: str = "") -> Row:
    status = {**by(200, *may), **by(404, *but(MEMBERS, *may)), **by(404, *OUTSIDE)}
    return Row(name, kwargs, status=status, elsewhere=elsewhere, query=query)


_CODE, _ = _at(code="typed")
_COMPUTED, _ = _at(code="computed")
_RESULT = _at(pk="result")
_PERIOD = _at(pk="period")
_OUTCOME = _at(pk="outcome")
_OPENED, _SUBMITTED, _CLOSED = _at(pk="opened"), _at(pk="submitted"), _at(pk="closed")


def _of_code(name: str, key: str) -> tuple[Of, Of]:
    here, there = _at(code="typed", pk=key)
    return here, there


def _batch_rows() -> list[Row]:
    """Imports of values: who enters values somewhere brings in; a batch is seen by its author and programme-wide."""
    here, there = _at(pk="value_import")
    done, _there = _at(pk="value_applied")
    queued, _there = _at(pk="value_queued")
    rest = by(404, *OUTSIDE)
    room = {
        **by(200, *ENTERING),
        **by(403, *but(READERS, *ENTERING)),
        **by(404, *but(MEMBERS, *READERS)),
        **rest,
    }

    def of(name: str, kwargs: Of, method: str, answer: int) -> Row:
        whole = ("manager", "coordinator", "partner")
        status = {**by(answer, *whole), **by(404, *but(MEMBERS, *whole)), **rest}
        return Row(name, kwargs, method=method, status=status, elsewhere=there)

    return [
        Row("value_batches", in_programme, status=room),
        Row("value_import", in_programme, status=room),
        Row("value_import", in_programme, method="post", status=room | by(422, *ENTERING)),
        # Without a period there is no such sheet.
        Row("value_sheet", in_programme, status=room | by(404, *ENTERING)),
        of("value_batch", here, "get", 200),
        of("value_apply", here, "post", 302),
        of("value_again", here, "post", 302),
        # Nothing in it is refused.
        of("value_refused", here, "get", 404),
        of("value_progress", queued, "get", 200),
        of("value_undo", done, "get", 200),
        of("value_undo", done, "post", 302),
    ]


ROWS: list[Row] = [
    _read("results", in_programme, None, READERS),
    _read("framework", in_programme, None, READERS),
    _read("indicator", _CODE, _elsewhere_of_code, READERS),
    _read("evidence", _COMPUTED, _elsewhere_of_code, READERS),
    _read("divided", lambda world: in_programme(world) | {"code": "T9.8"}, _elsewhere_of_code, READERS),
    *_batch_rows(),
    _read("closings", in_programme, None, READERS),
    _read("restatements", in_programme, None, READERS),
    _read("closing", *_SUBMITTED, READERS),
    *_form("result_new", in_programme, None, SHAPERS, READERS),
    *_form("result_edit", *_RESULT, SHAPERS, READERS),
    *_form("indicator_new", in_programme, None, SHAPERS, READERS),
    *_form("indicator_edit", _CODE, _elsewhere_of_code, SHAPERS, READERS),
    *_form("indicator_retire", _CODE, _elsewhere_of_code, SHAPERS, READERS),
    *_form("target_new", _CODE, _elsewhere_of_code, SHAPERS, READERS),
    *_form("target_edit", *_of_code("target_edit", "target"), SHAPERS, READERS),
    *_form("target_remove", *_of_code("target_remove", "target"), SHAPERS, READERS),
    # Results have no column for the advanced cluster, so that its agent has no place to enter a value for.
    *_form("measurement_new", _CODE, _elsewhere_of_code, but(ENTERING, "cda_advanced"), READERS),
    *_form("measurement_edit", *_of_code("measurement_edit", "value"), LEATHER, READERS),
    *_form("period_new", in_programme, None, SHAPERS, READERS),
    *_form("period_edit", *_PERIOD, SHAPERS, READERS),
    Row(
        "tables_bring",
        in_programme,
        method="post",
        status={**by(302, *SHAPERS), **by(403, *but(READERS, *SHAPERS))},
        default=404,
    ),
    Row(
        "indicator_restore",
        _CODE,
        method="post",
        status={**by(302, *SHAPERS), **by(403, *but(READERS, *SHAPERS))},
        default=404,
        elsewhere=_elsewhere_of_code,
    ),
    Row(
        "closing_open",
        _PERIOD[0],
        method="post",
        status={**by(302, *SHAPERS), **by(403, *but(READERS, *SHAPERS))},
        default=404,
        elsewhere=_PERIOD[1],
    ),
    Row("closings_approve", in_programme, method="post", status=by(302, *READERS), default=404),
    # A figure has no value, and who sends nothing does not say that it is handed in so.
    *_form("closing_submit", *_OPENED, LEATHER, READERS),
    *_form("closing_approve", *_SUBMITTED, APPROVERS, READERS, sent=409),
    *_form("closing_return", *_SUBMITTED, APPROVERS, READERS),
    *_form("closing_restate", *_CLOSED, APPROVERS, READERS),
    *_form("closing_exception", *_CLOSED, ("manager",), READERS),
    Row(
        "outcomes",
        in_programme,
        status={**by(200, *LISTING), **by(403, *but(MEMBERS, *LISTING)), **by(404, *OUTSIDE)},
    ),
    *[
        Row(
            "outcome_new",
            in_programme,
            method=method,
            status={**by(answer, *ENTERING), **by(403, *but(MEMBERS, *ENTERING)), **by(404, *OUTSIDE)},
        )
        for method, answer in (("get", 200), ("post", 422))
    ],
    _read("outcome", *_OUTCOME, OF_FIRMS),
    *_form("outcome_edit", *_OUTCOME, LEATHER, OF_FIRMS),
    *_form("outcome_verify", *_OUTCOME, APPROVERS, OF_FIRMS),
    *_form("outcome_remove", *_OUTCOME, LEATHER, OF_FIRMS),
    Row("closings_waiting_fragment", nothing, status=by(200, *MEMBERS, *OUTSIDE)),
]
