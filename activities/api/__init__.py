"""The API of the activity log."""

from activities.api import activities, imports, participations

ROUTES = [*activities.ROUTES, *participations.ROUTES, *imports.ROUTES]

__all__ = ["ROUTES"]
