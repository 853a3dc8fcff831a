"""The API of monitoring."""

from monitoring.api import publication, reports

ROUTES = [*reports.ROUTES, *publication.ROUTES]

__all__ = ["ROUTES"]
