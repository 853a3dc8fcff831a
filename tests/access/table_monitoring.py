"""Who gets which answer from the pages of reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from monitoring import services
from monitoring.models import Report, ReportSchedule
from tests.access.rows import ANONYMOUS, MEMBERS, OUTSIDE, Row, but, by, in_programme, nothing
from tests.conftest import World
from twinning.core.models import Job
from twinning.core.report_codes import grouped

# Who may ask for a report somewhere in the programme, and who may ask for one on the leather cluster.
ASKERS = ("manager", "coordinator", "cda", "cda_other", "cda_advanced", "partner")
# Who reads drafts of the whole programme. The manager asked for it.
DRAFT_READERS = ("manager", "coordinator", "evaluator")
LEATHER_READERS = (*DRAFT_READERS, "cda")
# Who may ask for reports on the whole programme sees which of them are sent regularly.
SCHEDULE_READERS = ("manager", "coordinator", "partner")


def prepare(world: World) -> None:
    def made(actor: Any, programme: Any, **values: Any) -> Report:
        report = services.request_report(
            actor=actor, programme=programme, kind="activity-status", as_of=world.today, **values
        )
        Job.objects.filter(params__report=report.pk).update(status=Job.Status.FAILED, error="No.")
        return report

    def built(report: Report, *, issued: bool) -> Report:
        values: dict[str, Any] = {"built_at": timezone.now(), "snapshot": EMPTY, "snapshot_sha256": "0" * 64}
        if issued:
            values |= {"issued_at": dt.datetime(2011, 8, 3, tzinfo=dt.UTC), "issued_by": report.created_by}
        Report.objects.filter(pk=report.pk).update(**values)
        return report

    world.failed_report = made(world.manager, world.programme, cluster=world.leather)
    world.draft_report = built(made(world.manager, world.programme), issued=False)
    world.issued_report = built(made(world.manager, world.programme), issued=True)
    world.other_report = built(made(world.neighbour, world.other_programme), issued=True)

    def regular(actor: Any, programme: Any, **values: Any) -> ReportSchedule:
        return services.schedule_report(
            actor=actor,
            programme=programme,
            kind="activity-status",
            every="month",
            recipients=[actor.pk],
            **values,
        )

    world.regular_report = regular(world.manager, world.programme)
    world.paused_report = regular(world.manager, world.programme)
    services.pause_schedule(actor=world.manager, schedule=world.paused_report, version=None)
    world.own_report = regular(world.cda, world.programme, cluster=world.leather)
    world.other_regular = regular(world.neighbour, world.other_programme)


EMPTY = {
    "kind": "activity-status",
    "format": 1,
    "programme": {"slug": "tanning", "code": "", "title": "Tanning programme"},
    "as_of": "2011-07-31",
    "whole": True,
    "tables": [],
}


def of(name: str) -> Any:
    return lambda world: {"programme_slug": world.programme.slug, "pk": getattr(world, name).pk}


def elsewhere(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "pk": world.other_report.pk}


def regular_elsewhere(world: World) -> dict[str, Any]:
    return {"programme_slug": world.programme.slug, "pk": world.other_regular.pk}


def scheduled(act: str, record: str, method: str, answer: int, *who: str) -> Row:
    """An act on a regular report of the whole programme: who sees it and may not gets 403."""
    return Row(
        f"report_schedule_{act}",
        of(record),
        method=method,
        data=reason if method == "post" else None,
        status={**by(403, *SCHEDULE_READERS), **by(answer, *who)},
        default=404,
        elsewhere=regular_elsewhere,
    )


def reason(world: World) -> dict[str, Any]:
    return {"reason": "", "version": ""}


def setup_of(kind: str) -> tuple[Any, Any]:
    return (
        lambda world: {"programme_slug": world.programme.slug, "kind": kind},
        lambda world: {"programme_slug": world.other_programme.slug, "kind": kind},
    )


def set_up(name: str, kind: str, who: tuple[str, ...], **answers: int) -> list[Row]:
    here, there = setup_of(kind)
    rest = {**by(403, *but(MEMBERS, *who)), **by(404, *OUTSIDE)}
    return [
        Row(
            name,
            here,
            method=method,
            data=reason if method == "post" else None,
            status={**by(answer, *who), **rest},
            elsewhere=there,
        )
        for method, answer in answers.items()
    ]


def to_all(name: str, kwargs: Any, **answers: int) -> list[Row]:
    """Everybody has it, without signing in too."""
    return [
        Row(name, kwargs, method=method, status=by(answer, ANONYMOUS), default=answer, own=name != "verify")
        for method, answer in answers.items()
    ]


ROWS = [
    *set_up("report_texts", "portfolio", ASKERS, get=200, post=302),
    *set_up("report_layout", "results", ("manager",), get=200, post=422),
    # It was made with the records of the API.
    *set_up("report_layout_reset", "results", ("manager",), get=200, post=409),
    *to_all("verify", nothing, get=200),
    *to_all("verify_report", lambda world: {"code": grouped(world.issued_report.code)}, get=200, post=422),
    Row("reports", in_programme, status={**by(200, *MEMBERS), **by(404, *OUTSIDE)}),
    # Evaluators ask for the report of their own evaluation, and for no other.
    *[
        Row(
            "report_new",
            in_programme,
            method=method,
            query=query,
            status={**by(answer, *who), **by(403, *but(MEMBERS, *who)), **by(404, *OUTSIDE)},
        )
        for method, answer in (("get", 200), ("post", 422))
        for query, who in (
            ("", (*ASKERS, "evaluator")),
            ("?kind=evaluation", (*ASKERS, "evaluator")),
            ("?kind=results", ASKERS),
        )
    ],
    *[
        Row(
            "report_schedule_new",
            in_programme,
            method=method,
            status={**by(answer, *ASKERS), **by(403, *but(MEMBERS, *ASKERS)), **by(404, *OUTSIDE)},
        )
        for method, answer in (("get", 200), ("post", 422))
    ],
    Row(
        "report_schedule",
        of("regular_report"),
        status=by(200, *SCHEDULE_READERS),
        default=404,
        elsewhere=regular_elsewhere,
    ),
    Row(
        "report_schedule",
        of("own_report"),
        status=by(200, *SCHEDULE_READERS, "cda"),
        default=404,
        elsewhere=regular_elsewhere,
    ),
    Row(
        "report_schedule_edit",
        of("own_report"),
        status={**by(200, "manager", "cda"), **by(403, *but(SCHEDULE_READERS, "manager"))},
        default=404,
        elsewhere=regular_elsewhere,
    ),
    scheduled("edit", "regular_report", "get", 200, "manager"),
    scheduled("edit", "regular_report", "post", 422, "manager"),
    # Without the version that was seen they are asked again.
    *[
        scheduled(act, record, method, answer, "manager")
        for act, record in (
            ("pause", "regular_report"),
            ("resume", "paused_report"),
            ("end", "regular_report"),
        )
        for method, answer in (("get", 200), ("post", 409))
    ],
    Row(
        "report",
        of("issued_report"),
        status={**by(200, *MEMBERS), **by(404, *OUTSIDE)},
        elsewhere=elsewhere,
    ),
    Row("report", of("draft_report"), status=by(200, *DRAFT_READERS), default=404, elsewhere=elsewhere),
    Row("report", of("failed_report"), status=by(200, *LEATHER_READERS), default=404, elsewhere=elsewhere),
    Row(
        "report_read",
        of("issued_report"),
        status={**by(200, *MEMBERS), **by(404, *OUTSIDE)},
        elsewhere=elsewhere,
    ),
    Row("report_read", of("draft_report"), status=by(200, *DRAFT_READERS), default=404, elsewhere=elsewhere),
    Row(
        "report_retry",
        of("failed_report"),
        method="post",
        status={**by(302, "manager", "coordinator", "cda"), **by(403, "evaluator")},
        default=404,
        elsewhere=elsewhere,
    ),
    *[
        Row(
            "report_issue",
            of("draft_report"),
            method=method,
            data=reason if method == "post" else None,
            status={**by(answer, "manager"), **by(403, *but(DRAFT_READERS, "manager"))},
            default=404,
            elsewhere=elsewhere,
        )
        for method, answer in (("get", 200), ("post", 409))
    ],
    *[
        Row(
            "report_withdraw",
            of("issued_report"),
            method=method,
            data=reason if method == "post" else None,
            status={**by(answer, "manager"), **by(403, *but(MEMBERS, "manager"))},
            default=404,
            elsewhere=elsewhere,
        )
        for method, answer in (("get", 200), ("post", 422))
    ],
]
