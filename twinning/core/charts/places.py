"""A map: where places are, which of them belong together, and the land around them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Unpack

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from twinning.core.charts.labels import Box, Crowd, Spot, around, place_label, straight
from twinning.core.charts.svg import Look, Pen, number
from twinning.core.charts.text import breadth, fit
from twinning.core.land import Outline, land

_LEAST_LON, _LEAST_LAT = 18.0, 12.0  # degrees shown at least: the land is drawn for no closer look
_MARGIN = 0.18  # of what lies between the places, on each side
_SOUTH, _NORTH = -60.0, 84.0  # no cluster is beyond
_FLAT, _TALL = 0.42, 0.72  # height of the picture, of its width
_NEAR = 14.0  # px: places closer than this share a mark
_STEP = 1.8  # px between the points of an outline
_ROW = 15.0  # px of a line of words
_MOST_NAMES = 80


@dataclass(frozen=True, slots=True)
class Place:
    """``latitude`` and ``longitude`` in degrees (WGS 84), north and east positive. ``lead``: drawn as a square."""

    name: str
    latitude: float
    longitude: float
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """What joins two places, by their index. One that does not hold is drawn with a broken line."""

    source: int
    target: int
    holds: bool = True


@dataclass(frozen=True, slots=True)
class _View:
    """Degrees to px: equal steps of longitude and of latitude, true to shape in the middle of the picture."""

    west: float
    north: float
    across: float  # px of a degree of longitude
    down: float  # px of a degree of latitude
    width: float
    height: float

    def at(self, longitude: float, latitude: float) -> Spot:
        return (longitude - self.west) * self.across, (self.north - latitude) * self.down

    def meets(self, outline: Outline) -> bool:
        left, top = self.at(outline.west, outline.north)
        right, bottom = self.at(outline.east, outline.south)
        return left < self.width and right > 0 and top < self.height and bottom > 0

    def points(self, outline: Outline) -> list[Spot]:
        """Those that lie apart; what is outside is moved to just beyond the frame, which hides it."""
        found: list[Spot] = []
        for longitude, latitude in zip(outline.lons, outline.lats, strict=True):
            x, y = self.at(longitude, latitude)
            x, y = min(max(x, -9.0), self.width + 9), min(max(y, -9.0), self.height + 9)
            if found and abs(x - found[-1][0]) + abs(y - found[-1][1]) < _STEP:
                continue
            if len(found) > 1 and (found[-2][0] == found[-1][0] == x or found[-2][1] == found[-1][1] == y):
                found.pop()  # three in a line along the frame
            found.append((x, y))
        return found


def place_map(places: Sequence[Place], ties: Sequence[Tie] = (), **look: Unpack[Look]) -> SafeString:
    """The places with their names, the ties between them, and coasts and borders; "" without a place.

    Places that lie too close to be told apart share a mark and are named beside it. A name for which there is no room
    is left out: the table beside the picture has it.
    """
    if not places:
        return SafeString("")
    pen, view = Pen(look, "place-map"), _view(places, float(look["width"]))
    at = [view.at(place.longitude, place.latitude) for place in places]
    spots = _spots(at)
    parts = [
        format_html(
            '<clipPath id="{}-frame"><rect width="{}" height="{}"/></clipPath><g clip-path="{}">{}</g>',
            pen.ident, number(view.width), number(view.height), pen.ref("frame"),
            mark_safe("".join([*_ground(pen, view), *(_tie(pen, at, tie) for tie in ties)])),
        ),
        pen.rect(0.5, 0.5, view.width - 1, view.height - 1, "none", f' stroke="{pen.ink("rule")}"'),
        *_names(pen, view, places, at, spots, Crowd(box for tie in ties for box in _along(at, tie))),
        *(_mark(pen, at[spot[0]], all(places[index].lead for index in spot)) for spot in spots),
    ]  # fmt: skip
    return pen.frame(view.height, parts)


def _view(places: Sequence[Place], width: float) -> _View:
    """All places with a margin, and never closer than the land is drawn for."""
    west, lon = _span([place.longitude for place in places], _LEAST_LON, -180.0, 180.0)
    south, lat = _span([place.latitude for place in places], _LEAST_LAT, _SOUTH, _NORTH)
    squeeze = max(math.cos(math.radians(south + lat / 2)), 0.3)
    # What is missing to a picture of fair proportions is shown of the world around.
    lat_wanted = max(lat, _FLAT * lon * squeeze)
    lon_wanted = max(lon, lat_wanted / (_TALL * squeeze))
    west, lon = _within(west - (lon_wanted - lon) / 2, lon_wanted, -180.0, 180.0)
    south, lat = _within(south - (lat_wanted - lat) / 2, lat_wanted, _SOUTH, _NORTH)
    across = width / lon
    down = across / squeeze
    return _View(west, south + lat, across, down, width, lat * down)


def _span(values: Sequence[float], least: float, first: float, last: float) -> Spot:
    low, high = min(values), max(values)
    wide = max((high - low) * (1 + 2 * _MARGIN), least)
    return _within((low + high - wide) / 2, wide, first, last)


def _within(start: float, wide: float, first: float, last: float) -> Spot:
    wide = min(wide, last - first)
    return min(max(start, first), last - wide), wide


def _ground(pen: Pen, view: _View) -> Iterator[SafeString]:
    shapes = land()
    for outlines, paint, close in (
        (shapes.land, f'fill="{pen.ink("rule")}"', "z"),
        (shapes.lakes, f'fill="{pen.ink("paper")}"', "z"),
        (shapes.borders, f'fill="none" stroke="{pen.ink("paper")}" stroke-width="0.8"', ""),
    ):
        drawn = (view.points(one) for one in outlines if view.meets(one))
        path = "".join(_path(points) + close for points in drawn if len(points) > 1)
        if path:
            yield format_html('<path {} d="{}"/>', mark_safe(paint), path)


def _path(points: Sequence[Spot]) -> str:
    """In tenths of a px, each point from the one before: half the length of a path of places."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = (f"{(x - a) / 10:g} {(y - b) / 10:g}" for (a, b), (x, y) in pairwise(tenths))
    return f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l" + " ".join(steps)


def _spots(at: Sequence[Spot]) -> list[list[int]]:
    """Indexes of places by mark: each joins the first mark that is near."""
    spots: list[list[int]] = []
    for index, point in enumerate(at):
        near = next((spot for spot in spots if math.dist(at[spot[0]], point) < _NEAR), None)
        if near:
            near.append(index)
        else:
            spots.append([index])
    return spots


def _bend(at: Sequence[Spot], tie: Tie) -> tuple[Spot, Spot, Spot]:
    """Both ends of a tie, and between them the point that bends it upwards, apart from those of its neighbours."""
    start, end = at[tie.source], at[tie.target]
    up = math.dist(start, end) * 0.18
    return start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - up), end


def _tie(pen: Pen, at: Sequence[Spot], tie: Tie) -> SafeString:
    (x1, y1), (x, y), (x2, y2) = _bend(at, tie)
    return format_html(
        '<path d="M{} {}Q{} {} {} {}" fill="none" stroke="{}" stroke-width="2"{}/>',
        *map(number, (x1, y1, x, y, x2, y2)),
        pen.ink("chart-2"),
        mark_safe("" if tie.holds else ' stroke-dasharray="5 4"'),
    )


def _along(at: Sequence[Spot], tie: Tie) -> Iterator[Box]:
    """Small boxes that cover the line of a tie."""
    start, bend, end = _bend(at, tie)
    pieces = max(int(math.dist(start, end) / 6), 1)
    for piece in range(pieces + 1):
        t = piece / pieces
        x, y = (
            (1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * bend[axis] + t * t * end[axis] for axis in (0, 1)
        )
        yield around((x, y), 4)


def _mark(pen: Pen, point: Spot, lead: bool) -> SafeString:
    x, y = point
    edge = f' stroke="{pen.ink("paper")}" stroke-width="1.5"'
    if lead:
        return pen.rect(x - 5.5, y - 5.5, 11, 11, pen.ink("chart-2"), edge)
    return format_html(
        '<circle cx="{}" cy="{}" r="6" fill="{}"{}/>',
        number(x),
        number(y),
        pen.ink("chart-1"),
        mark_safe(edge),
    )


# Names -------------------------------------------------------------------------------------------------------


def _names(
    pen: Pen,
    view: _View,
    places: Sequence[Place],
    at: Sequence[Spot],
    spots: Sequence[Sequence[int]],
    lines: Crowd,
) -> Iterator[SafeString]:
    """The names beside their marks, those of crowded marks first, clear of ``lines`` where there is room."""
    taken = Crowd(around(at[spot[0]], 7) for spot in spots)
    for spot in sorted(spots, key=len, reverse=True)[:_MOST_NAMES]:
        words = [fit(places[index].name, view.width * 0.4) for index in spot]
        point, size = at[spot[0]], (max(map(breadth, words)), _ROW * len(words))
        found = place_label(point, size, (view.width, view.height), taken, lines)
        if found is None:
            continue
        taken.add(found.box)
        if found.leads:
            for piece in straight(point, found.end):
                lines.add(piece)
            yield pen.line(*point, *found.end, "ink-2")
        left, top, right, _bottom = found.box
        for row, line in enumerate(words):
            x = right if found.anchor == "end" else left
            yield pen.text(x, top + _ROW * row + 11.5, line, anchor=found.anchor)
