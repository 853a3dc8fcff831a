"""The API of monitoring."""

from monitoring.api import publication, reports

ROUTES = [*reports.ROUTES, *publication.ROUTES]
from monitoring.api import evaluations, recommendations, reports, stories

ROUTES = [*reports.ROUTES, *evaluations.ROUTES, *recommendations.ROUTES, *stories.ROUTES]

__all__ = ["ROUTES"]
