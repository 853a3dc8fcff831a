"""The API of monitoring."""

from monitoring.api import closings, framework, indicators, reports, values

ROUTES = [*framework.ROUTES, *indicators.ROUTES, *values.ROUTES, *closings.ROUTES, *reports.ROUTES]

__all__ = ["ROUTES"]
