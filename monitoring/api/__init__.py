"""The API of monitoring."""

from monitoring.api import evaluations, publication, recommendations, reports, stories

ROUTES = [
    *reports.ROUTES,
    *publication.ROUTES,
    *evaluations.ROUTES,
    *recommendations.ROUTES,
    *stories.ROUTES,
]

__all__ = ["ROUTES"]
