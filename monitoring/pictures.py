"""Pictures that pages and reports share: what ``queries`` found to the drawings of ``core``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Unpack

from django.core.cache import cache
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.queries import PlaceLine
from monitoring.queries.evaluations import Ratings
from monitoring.queries.figure import Figure
from monitoring.queries.public import OpenCluster
from monitoring.rules.evaluation import BEST
from twinning.core.charts import Aim, Place, Series, Tie, place_map, radar, target_bars
from twinning.core.charts.svg import Look

WIDTH = 560
NARROW = 340
KEPT_SECONDS = 300


def for_pages(draw: Callable[..., SafeString], wide: int, narrow: int, ident: str) -> SafeString:
    """A picture drawn for a desk and for a phone (px), of which the style shows one; "" where there is none.

    ``draw`` takes the ``width`` and the ``ident`` of a Look.
    """
    drawn = [draw(width=width, ident=own) for width, own in ((wide, ident), (narrow, f"{ident}-narrow"))]
    if not drawn[0]:
        return SafeString("")
    return format_html('<div class="wide-only">{}</div><div class="narrow-only">{}</div>', *drawn)


def page_reached(aimed: Iterable[Figure]) -> SafeString:
    """How much of each target is reached, as pages show it; "" where nothing has a target."""
    aims = [
        Aim(
            f"{one.indicator.code} {one.indicator.name}",
            float(one.achieved),
            f"{number_format(one.achieved, decimal_pos=1, force_grouping=True)} %",
        )
        for one in aimed
        if one.achieved is not None
    ]
    if not aims:
        return SafeString("")
    draw = partial(
        target_bars,
        aims,
        language=get_language() or "en",
        title=_("Reached of the target, in per cent"),
        description=_("The table beside it says the same."),
    )
    return for_pages(draw, 720, NARROW, "reached")


def criteria(
    found: Ratings, *, width: int = WIDTH, ident: str = "criteria", inked: bool = False, font: str = ""
) -> SafeString:
    """The mean rating of each criterion, from 0 in the middle to 6; "" where none is rated."""
    means = [line.found.mean for line in found.lines]
    if not any(mean is not None for mean in means):
        return SafeString("")
    words = ", ".join(
        f"{line.criterion.label} {number_format(line.found.mean)}"
        for line in found.lines
        if line.found.mean is not None
    )
    return radar(
        [str(line.criterion.label) for line in found.lines],
        [Series(_("Rating"), means)],
        most=BEST,
        rings=BEST,
        language=get_language() or "en",
        width=width,
        title=_("Ratings by criterion, from 1 to 6: %(words)s") % {"words": words},
        description=_("The table beside the picture says the same."),
        ident=ident,
        inked=inked,
        font=font,
    )


def page_criteria(found: Ratings) -> SafeString:
    """The ratings as pages show them; "" where none is rated."""
    return for_pages(partial(criteria, found), WIDTH, NARROW, "criteria")


# Where clusters are ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A cluster on a map. ``others``: the keys of those it is twinned with, and whether the twinning is active.

    One without a position is in the table alone.
    """

    key: Hashable
    name: str
    position: tuple[Decimal, Decimal] | None  # latitude and longitude, degrees
    leads: bool
    others: Sequence[tuple[Hashable, bool]]


def marks_of(lines: Iterable[PlaceLine]) -> list[Mark]:
    return [
        Mark(
            line.cluster.pk,
            line.cluster.name,
            line.cluster.position,
            line.leads,
            [(tied.other.pk, tied.is_active) for tied in line.ties],
        )
        for line in lines
    ]


def open_marks(clusters: Iterable[OpenCluster]) -> list[Mark]:
    return [
        Mark(one.slug, one.name, one.position, one.leads, [(tie.slug, tie.is_active) for tie in one.ties])
        for one in clusters
    ]


def map_legend() -> str:
    return _(
        "A square is the advanced side of a twinning, a circle every other cluster. A full line is an active"
        " twinning, a broken one another. Places near each other share one mark. The table says the same."
    )


def map_of(marks: Iterable[Mark], **look: Unpack[Look]) -> SafeString:
    """The clusters that have a position, and their twinnings; "" where none has one."""
    placed = [mark for mark in marks if mark.position]
    index = {mark.key: place for place, mark in enumerate(placed)}
    ties = {
        (min(one, index[other]), max(one, index[other])): holds
        for one, mark in enumerate(placed)
        for other, holds in mark.others
        if other in index
    }
    places = [
        Place(mark.name, float(mark.position[0]), float(mark.position[1]), mark.leads)
        for mark in placed
        if mark.position
    ]
    return place_map(places, [Tie(*pair, holds) for pair, holds in ties.items()], **look)


def page_map(marks: Iterable[Mark]) -> SafeString:
    """The map as pages show it: drawn for a desk, and for a phone, of which the style shows one.

    Drawn once for all readers of the same places in the same language: it costs more than the rest of its page.
    """
    own = list(marks)
    told = hashlib.sha256(repr(own).encode()).hexdigest()
    key = f"page-map:{told}:{get_language()}"
    return SafeString(cache.get_or_set(key, lambda: _both_widths(own), KEPT_SECONDS))


def _both_widths(marks: list[Mark]) -> str:
    draw = partial(
        map_of,
        marks,
        language=get_language() or "en",
        title=_("Map of the clusters"),
        description=map_legend(),
    )
    return for_pages(draw, 960, 400, "places")
