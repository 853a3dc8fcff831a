"""The API of monitoring."""

from monitoring.api import (
    closings,
    evaluations,
    framework,
    indicators,
    publication,
    recommendations,
    reports,
    restatements,
    schedules,
    setup,
    stories,
    value_imports,
    values,
)

ROUTES = [
    *framework.ROUTES,
    *indicators.ROUTES,
    *values.ROUTES,
    *value_imports.ROUTES,
    *closings.ROUTES,
    *restatements.ROUTES,
    *reports.ROUTES,
    *schedules.ROUTES,
    *setup.ROUTES,
    *publication.ROUTES,
    *evaluations.ROUTES,
    *recommendations.ROUTES,
    *stories.ROUTES,
]

__all__ = ["ROUTES"]
