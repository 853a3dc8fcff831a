"""The sections of a programme that a user may open, for the navigation of every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import Grants, grants_of
from clusters.rules import Can

# key, label, URL name, who sees it. A section of a later room is named by its URL alone.
_SECTIONS: list[tuple[str, Any, str, Callable[[Grants, int], bool]]] = [
    ("overview", _("Overview"), "programme", lambda grants, pk: True),
    ("clusters", _("Clusters"), "clusters", lambda grants, pk: True),
    ("twinnings", _("Twinnings"), "twinnings", lambda grants, pk: True),
    ("agreements", _("Agreements"), "agreements", lambda grants, pk: True),
    (
        "activities",
        _("Activities"),
        "activities",
        lambda grants, pk: grants.anywhere(Can.READ_ACTIVITIES, pk),
    ),
    (
        "diagnostics",
        _("Diagnostics"),
        "diagnostics",
        lambda grants, pk: grants.anywhere(Can.READ_STUDIES, pk),
    ),
    ("organisations", _("Organisations"), "organisations", lambda grants, pk: True),
    ("people", _("People"), "people", lambda grants, pk: grants.anywhere(Can.READ_PEOPLE, pk)),
    (
        "selection",
        _("Selection"),
        "selection",
        lambda grants, pk: grants.may(Can.READ_COMMITTEE, pk) or grants.may(Can.EDIT, pk),
    ),
    ("committee", _("Committee"), "committee", lambda grants, pk: grants.anywhere(Can.READ_COMMITTEE, pk)),
    ("imports", _("Imports"), "imports", lambda grants, pk: grants.anywhere(Can.IMPORT, pk)),
    ("results", _("Results"), "results", lambda grants, pk: grants.may(Can.READ_RESULTS, pk)),
    (
        "evaluations",
        _("Evaluation"),
        "evaluations",
        lambda grants, pk: grants.may(Can.READ_RESULTS, pk),
    ),
    (
        "programme_portfolio",
        _("Portfolio"),
        "programme_portfolio",
        lambda grants, pk: grants.may(Can.READ_RESULTS, pk),
    ),
    ("reports", _("Reports"), "reports", lambda grants, pk: True),
    ("publication", _("Publication"), "publication", lambda grants, pk: grants.may(Can.READ_COMMITTEE, pk)),
    ("rates", _("Exchange rates"), "rates", lambda grants, pk: grants.anywhere(Can.MANAGE, pk)),
    ("members", _("Members"), "members", lambda grants, pk: grants.anywhere(Can.MANAGE, pk)),
]


def sections_for(grants: Grants, programme: Programme) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "url": reverse(name, args=[programme.slug])}
        for key, label, name, may in _SECTIONS
        if may(grants, programme.pk)
    ]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Adds ``sections`` to pages whose view put ``programme`` on the request (``clusters.queries.programme_of``).

    ``forms_here_url``: where who files in the programme finds the forms on this device; "" for others.
    """
    programme = getattr(request, "programme", None)
    if programme is None or not request.user.is_authenticated:
        return {}
    grants = grants_of(request.user)
    return {
        "programme": programme,
        "sections": sections_for(grants, programme),
        "forms_here_url": reverse("field", args=[programme.slug])
        if grants.anywhere(Can.FILE, programme.pk)
        else "",
    }
