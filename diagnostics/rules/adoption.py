"""What advanced digital production technologies change in a firm: three dimensions, ten sub-dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Dimension(TextChoices):
    COMPETITIVENESS = "competitiveness", _("Competitiveness")
    ENVIRONMENT = "environment", _("Environment")
    SOCIAL = "social", _("Social")


class SubDimension(TextChoices):
    EFFICIENCY = "efficiency", _("Efficiency")
    PRODUCT = "product", _("Product")
    BUSINESS_MODEL = "business-model", _("Business model")
    INNOVATION = "innovation", _("Endogenous innovation")
    LINKAGES = "linkages", _("Linkages")
    ENVIRONMENTAL_EFFICIENCY = "environmental-efficiency", _("Environmental efficiency")
    ENVIRONMENTAL_GOODS = "environmental-goods", _("Environmental goods")
    EMPLOYMENT = "employment", _("Employment conditions")
    SKILLS = "skills", _("Skills and roles")
    RELEGATED_GROUPS = "relegated-groups", _("Relegated groups")

    @property
    def dimension(self) -> Dimension:
        return _DIMENSIONS[self]


PARTS: dict[Dimension, tuple[SubDimension, ...]] = {
    Dimension.COMPETITIVENESS: (
        SubDimension.EFFICIENCY,
        SubDimension.PRODUCT,
        SubDimension.BUSINESS_MODEL,
        SubDimension.INNOVATION,
        SubDimension.LINKAGES,
    ),
    Dimension.ENVIRONMENT: (SubDimension.ENVIRONMENTAL_EFFICIENCY, SubDimension.ENVIRONMENTAL_GOODS),
    Dimension.SOCIAL: (SubDimension.EMPLOYMENT, SubDimension.SKILLS, SubDimension.RELEGATED_GROUPS),
}
_DIMENSIONS = {part: dimension for dimension, parts in PARTS.items() for part in parts}


class Direction(TextChoices):
    BETTER = "better", _("better")
    WORSE = "worse", _("worse")
    MIXED = "mixed", _("better and worse")
    NONE = "none", _("no change")


class Mark(StrEnum):
    """A cell of the matrix: an impact that the source claims, one that was read out of its story, or none."""

    CLAIMED = "claimed"
    INFERRED = "inferred"
    NONE = "none"

    @property
    def label(self) -> str:
        return str(_MARKS[self])


_MARKS = {
    Mark.CLAIMED: pgettext_lazy("an impact", "claimed"),
    Mark.INFERRED: pgettext_lazy("an impact", "inferred"),
    Mark.NONE: pgettext_lazy("an impact", "none claimed"),
}


def mark_of(claims: Iterable[tuple[str, bool]]) -> Mark:
    """The mark of a cell by its claims as (direction, inferred). What is said not to have changed is no impact."""
    inferred = [was for direction, was in claims if direction != Direction.NONE]
    if not inferred:
        return Mark.NONE
    return Mark.INFERRED if all(inferred) else Mark.CLAIMED
