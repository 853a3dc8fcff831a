"""Every write of monitoring, by subject."""

from monitoring.services.publication import (
    add_budget,
    add_publication_code,
    add_transaction,
    publish_document,
    remove_publication_part,
    set_up_publication,
    update_budget,
    update_document,
    update_publication,
    update_publication_code,
    update_transaction,
)
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
    "add_budget",
    "add_publication_code",
    "add_transaction",
    "issue_report",
    "keep_build",
    "publish_document",
    "remove_publication_part",
    "request_of",
    "request_report",
    "retry_report",
    "set_up_publication",
    "update_budget",
    "update_document",
    "update_publication",
    "update_publication_code",
    "update_transaction",
    "withdraw_report",
]
