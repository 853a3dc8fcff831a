"""The API of who and where."""

from clusters.api import agreements, changes, clusters, organisations, programmes, twinnings

ROUTES = [
    *programmes.ROUTES,
    *clusters.ROUTES,
    *organisations.ROUTES,
    *twinnings.ROUTES,
    *agreements.ROUTES,
    *changes.ROUTES,
]

__all__ = ["ROUTES"]
