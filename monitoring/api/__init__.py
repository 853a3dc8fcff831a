"""The API of monitoring."""

from monitoring.api import reports

ROUTES = [*reports.ROUTES]

__all__ = ["ROUTES"]
