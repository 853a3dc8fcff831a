"""What the copies of a report say of themselves, and its files, made from the snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.utils.translation import gettext as _

from monitoring.models import Report
from twinning.core.report_codes import address_of
from twinning.core.reports import Imprint, Made, ReportKind, canonical
from twinning.core.tabular import MEDIA_TYPES

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def imprint_of(report: Report) -> Imprint:
    """What the copies of a built report say about themselves."""
    return Imprint(
        made_by=str(report.created_by),
        made_at=cast(dt.datetime, report.built_at),
        language=report.language,
        sha256=report.snapshot_sha256,
        options=report.options,
        code=report.code,
        address=address_of(report.code),
        issued_on=report.issued_at.date() if report.issued_at else None,
    )


def make_files(
    kind: ReportKind,
    snapshot: dict[str, Any],
    imprint: Imprint,
    name: str,
    progress: Callable[[int, str], None] = lambda done, message: None,
) -> list[Made]:
    """All files of a report. ``progress`` is told how many steps are done and what comes next."""
    progress(1, _("setting the pages"))
    pdf = kind.pdf(snapshot, imprint)
    progress(2, _("writing the spreadsheet"))
    xlsx = kind.xlsx(snapshot, imprint)
    progress(3, _("keeping the files"))
    word = [Made("docx", f"{name}.docx", kind.docx(snapshot, imprint), _DOCX)] if kind.docx else []
    return [
        Made("pdf", f"{name}.pdf", pdf, "application/pdf"),
        *word,
        Made("xlsx", f"{name}.xlsx", xlsx, MEDIA_TYPES["xlsx"]),
        Made("csv", f"{name}.csv", kind.data(snapshot), "text/csv"),
        Made("json", f"{name}.json", canonical(snapshot), "application/json"),
    ]
