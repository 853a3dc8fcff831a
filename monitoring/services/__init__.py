"""Every write of monitoring, by subject."""

from monitoring.services.reports import (
    JOB,
    issue_report,
    keep_build,
    request_of,
    request_report,
    retry_report,
    withdraw_report,
)

__all__ = [
    "JOB",
    "issue_report",
    "keep_build",
    "request_of",
    "request_report",
    "retry_report",
    "withdraw_report",
]
