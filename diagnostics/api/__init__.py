"""The API of questionnaires and of the forms that are filled by them."""

from diagnostics.api import parts, questionnaires, studies, submissions

ROUTES = [
    *questionnaires.ROUTES,
    *submissions.ROUTES,
    *studies.ROUTES,
    *parts.ROUTES,
]

__all__ = ["ROUTES"]
