"""Imports, reports, jobs and changes."""

from __future__ import annotations

from dataclasses import replace

from tests.access.rows import ANONYMOUS, Row, but, by, nothing
from tests.access.table_api.asking import (
    DRAFT_READERS,
    EDITORS,
    EVERYBODY,
    MANAGERS,
    NEAR,
    NO_DRAFTS,
    NO_PEOPLE,
    OF_IMPORT,
    WIDE,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)

TEXT = {"kind": "results", "section": "typed", "text": "Added."}
TEXT_READERS = (*WIDE, "evaluator")
LAYOUT_READERS = (*EDITORS, "evaluator")
NO_TEXTS, NO_LAYOUTS = but(EVERYBODY, *TEXT_READERS), but(EVERYBODY, *LAYOUT_READERS)
# Who may ask for reports of the whole programme sees which are sent regularly; they are in the manager's name.
NO_SCHEDULES = but(EVERYBODY, *WIDE)


def with_others(row: Row, status: dict[str, int]) -> Row:
    return replace(row, status={**row.status, **status})


# Of a sheet of values: who enters values in the whole programme, and whose it is.
NO_VALUES = but(EVERYBODY, *WIDE)

ROWS: list[Row] = [
    listed("import-list"),
    Row("api-import-list", nothing, "post", with_ids(), by(400, *EVERYBODY)),
    row("import-detail", "get", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE),
    # The file of this import was never sent, so that whoever may work on it is told so.
    row("import-columns", "post", at(pk="import"), (400, NEAR), hidden=NO_PEOPLE, body={"sheet": "x"}),
    row("import-answers", "post", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE, body={"answers": []}),
    row("import-apply", "post", at(pk="import"), (200, NEAR), hidden=NO_PEOPLE),
    row("import-undo", "post", at(pk="import"), (409, NEAR), hidden=NO_PEOPLE),
    row("import-row-list", "get", OF_IMPORT, (200, NEAR), hidden=NO_PEOPLE),
    listed("value-import-list"),
    Row("api-value-import-list", nothing, "post", with_ids(), by(400, *EVERYBODY)),
    row("value-import-detail", "get", at(pk="value-import"), (200, WIDE), hidden=NO_VALUES),
    # The file of this import was never sent, so that whoever may work on it is told so.
    row("value-import-again", "post", at(pk="value-import"), (400, WIDE), hidden=NO_VALUES),
    row("value-import-apply", "post", at(pk="value-import"), (200, WIDE), hidden=NO_VALUES),
    row("value-import-undo", "post", at(pk="value-import"), (409, WIDE), hidden=NO_VALUES),
    row("value-import-row-list", "get", at(value_import_id="value-import"), (200, WIDE), hidden=NO_VALUES),
    listed("report-list"),
    added("report", WIDE, joined(with_ids(programme="programme"), {"kind": "activity-status"}), 202),
    row("report-detail", "get", at(pk="report"), (200, DRAFT_READERS), hidden=NO_DRAFTS),
    row("report-retry", "post", at(pk="report"), (202, ("manager", "coordinator")), hidden=NO_DRAFTS),
    # It is neither built nor issued, so that whoever may is told that it cannot be done yet.
    row("report-issue", "post", at(pk="report"), (409, MANAGERS), hidden=NO_DRAFTS),
    row("report-withdraw", "post", at(pk="report"), (409, MANAGERS), hidden=NO_DRAFTS, body={"reason": "x"}),
    listed("report-schedule-list"),
    with_others(
        added(
            "report-schedule",
            MANAGERS,
            joined(
                with_ids(programme="programme"),
                {"kind": "activity-status", "every": "month"},
                lambda world: {"recipients": [world.manager.pk]},
            ),
        ),
        # They may have such reports made, and send them to nobody but themselves.
        by(400, "coordinator", "partner"),
    ),
    *[
        row(
            f"report-schedule-{act}",
            how,
            at(pk="report-schedule"),
            (fine, who),
            hidden=NO_SCHEDULES,
            body=body,
        )
        for act, how, fine, who, body in [
            ("detail", "get", 200, WIDE, None),
            ("detail", "patch", 200, MANAGERS, {"days_after": 3}),
            ("detail", "delete", 204, MANAGERS, None),
            ("pause", "post", 200, MANAGERS, None),
            ("resume", "post", 409, MANAGERS, None),
        ]
    ],
    listed("report-text-list"),
    added("report-text", WIDE, joined(with_ids(programme="programme"), TEXT)),
    row("report-text-detail", "get", at(pk="report-text"), (200, TEXT_READERS), hidden=NO_TEXTS),
    row(
        "report-text-detail", "patch", at(pk="report-text"), (200, WIDE), hidden=NO_TEXTS, body={"text": "B"}
    ),
    row("report-text-detail", "delete", at(pk="report-text"), (204, WIDE), hidden=NO_TEXTS),
    listed("report-layout-list"),
    added("report-layout", MANAGERS, joined(with_ids(programme="programme"), {"kind": "portfolio"})),
    row("report-layout-detail", "get", at(pk="report-layout"), (200, LAYOUT_READERS), hidden=NO_LAYOUTS),
    *[
        row(
            f"report-layout-{name}",
            how,
            at(pk="report-layout"),
            (status, MANAGERS),
            hidden=NO_LAYOUTS,
            body=body,
        )
        for name, how, status, body in (
            ("detail", "patch", 200, {"subtitle": "B"}),
            # A picture is not JSON, so that whoever may is told that it is missing.
            ("logo", "post", 400, {}),
            ("remove-logo", "post", 200, {}),
            ("reset", "post", 200, {}),
        )
    ],
    Row(
        "api-verification",
        lambda world: {"code": world.issued_report.code},
        status={ANONYMOUS: 200} | by(200, *EVERYBODY),
        own=True,
    ),
    listed("job-list"),
    *[
        replace(
            row(name, how, at(pk="job"), (200, ("manager",)), hidden=but(EVERYBODY, "manager")),
            own=True,
            elsewhere=None,
        )
        for name, how in (("job-detail", "get"), ("job-cancel", "post"))
    ],
    listed("change-list"),
]
