"""What the method says about activities. Pure: no database, no clock, no request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    ONGOING = "ongoing", _("ongoing")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")
    UNDATED = "undated", _("undated")


def status_on(
    day: dt.date,
    *,
    start: dt.date | None,
    end: dt.date | None,
    is_open: bool,
    status_set: str = "",
) -> Status:
    """The status of an activity as of ``day``: what a person set, else what its period says.

    Done when its last possible day is not after ``day``; an open period ("ongoing") is never done by itself; a
    period that was not stated is undated, which is neither planned nor done.
    """
    if status_set:
        return Status(status_set)
    if is_open:
        return Status.PLANNED if start and start > day else Status.ONGOING
    if start is None or end is None:
        return Status.UNDATED
    if end <= day:
        return Status.DONE
    return Status.PLANNED if start > day else Status.ONGOING


class LinkClass(StrEnum):
    """Cluster to cluster, cluster to business, business to business (step 5)."""

    C2C = "C2C"
    C2B = "C2B"
    B2B = "B2B"


_BODIES = {"association", "technical-institution", "research", "public-agency", "common-facility"}
_BUSINESSES = {"principal-firm", "subcontractor", "support-firm", "bdsp", "buyer"}


def link_class(emerging_kinds: Iterable[str], advanced_kinds: Iterable[str]) -> LinkClass | None:
    """The class of a link from the kinds of the parties on either side; None unless both sides took part.

    Where a side sent several kinds, the closest link to business counts: trust moves from C2C to B2B.
    """
    emerging, advanced = set(emerging_kinds), set(advanced_kinds)
    sides = [(bool(s & _BUSINESSES), bool(s & _BODIES)) for s in (emerging, advanced)]
    if not all(business or body for business, body in sides):
        return None
    businesses = sum(business for business, _body in sides)
    return (LinkClass.C2C, LinkClass.C2B, LinkClass.B2B)[businesses]


def headcount_problems(female: int, male: int, unspecified: int, total: int) -> str | None:
    if female + male + unspecified != total:
        return str(_("Women, men and not stated together must make the total."))
    return None
