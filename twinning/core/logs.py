"""What the log says, and what it has no need to say."""

from __future__ import annotations

import logging


class Refusals(logging.Filter):
    """A request that is refused (4xx) is no fault of ours: one line, without the way through the code to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
