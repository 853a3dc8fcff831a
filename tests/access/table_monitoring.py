"""Who gets which answer from the pages of reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from monitoring import services
from monitoring.models import Report
from tests.access.rows import MEMBERS, OUTSIDE, Row, but, by, in_programme
from tests.conftest import World
from twinning.core.models import Job

# Who may ask for a report somewhere in the programme, and who may ask for one on the leather cluster.
ASKERS = ("manager", "coordinator", "cda", "cda_other", "cda_advanced", "partner")
# Who reads drafts of the whole programme. The manager asked for it.
DRAFT_READERS = ("manager", "coordinator", "evaluator")
LEATHER_READERS = (*DRAFT_READERS, "cda")


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


def reason(world: World) -> dict[str, Any]:
    return {"reason": "", "version": ""}


ROWS = [
    Row("reports", in_programme, status={**by(200, *MEMBERS), **by(404, *OUTSIDE)}),
    Row(
        "report_new",
        in_programme,
        status={**by(200, *ASKERS), **by(403, *but(MEMBERS, *ASKERS)), **by(404, *OUTSIDE)},
    ),
    Row(
        "report_new",
        in_programme,
        method="post",
        status={**by(422, *ASKERS), **by(403, *but(MEMBERS, *ASKERS)), **by(404, *OUTSIDE)},
    ),
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
