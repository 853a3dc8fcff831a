"""The API of who and where."""

from clusters.api import (
    agreements,
    changes,
    clusters,
    organisations,
    programmes,
    rates,
    selection,
    selection_scores,
    twinnings,
)

ROUTES = [
    *programmes.ROUTES,
    *clusters.ROUTES,
    *organisations.ROUTES,
    *twinnings.ROUTES,
    *agreements.ROUTES,
    *selection.ROUTES,
    *selection_scores.ROUTES,
    *rates.ROUTES,
    *changes.ROUTES,
]

__all__ = ["ROUTES"]
