"""The API of the activity log."""

from activities.api import activities, participations

ROUTES = [*activities.ROUTES, *participations.ROUTES]

__all__ = ["ROUTES"]
