"""The API of monitoring."""

from monitoring.api import closings, framework, indicators, publication, reports, values

ROUTES = [
    *framework.ROUTES,
    *indicators.ROUTES,
    *values.ROUTES,
    *closings.ROUTES,
    *reports.ROUTES,
    *publication.ROUTES,
]

__all__ = ["ROUTES"]
