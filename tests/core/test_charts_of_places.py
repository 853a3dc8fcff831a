"""Maps: every place is inside the picture, where the land says it is, and named once where there is room."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinning.core.charts import Place, Tie, place_map
from twinning.core.land import Outline, land

WORDS: dict[str, Any] = {
    "language": "en",
    "width": 720,
    "title": "Clusters",
    "description": "Where they are.",
}
SVG = "{http://www.w3.org/2000/svg}"
AMBUR = Place("Leather", 12.79, 78.72)
CHENNAI = Place("Footwear", 13.08, 80.27)
SANTA_CROCE = Place("Santa Croce", 43.71, 10.78, lead=True)


def tree(text: str) -> Any:
    return ElementTree.fromstring(text)


def words(text: str) -> list[str]:
    return [str(mark.text) for mark in tree(text).iter(f"{SVG}text")]


def inside(outline: Outline, longitude: float, latitude: float) -> bool:
    """Whether a point is within a closed outline (crossings of a ray to the east)."""
    crossed = False
    points = list(zip(outline.lons, outline.lats, strict=True))
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
            crossed = not crossed
    return crossed


@pytest.mark.parametrize(
    ("longitude", "latitude", "is_land"),
    [
        (78.72, 12.79, True),
        (10.78, 43.71, True),
        (65.0, 12.0, False),
        (-30.0, 45.0, False),
        (133.8, -23.7, True),
    ],
)
def test_the_land_is_where_it_is(longitude: float, latitude: float, is_land: bool) -> None:
    assert any(inside(one, longitude, latitude) for one in land().land) is is_land


def test_the_caspian_is_a_lake_and_france_has_a_border() -> None:
    assert any(inside(one, 51.0, 42.0) for one in land().lakes)
    assert any(one.west < 7.6 < one.east and one.south < 47.5 < one.north for one in land().borders)


def test_no_place_makes_no_picture() -> None:
    assert place_map([], **WORDS) == ""


def test_an_advanced_cluster_is_a_square_and_a_lapsed_twinning_a_broken_line() -> None:
    text = place_map([AMBUR, SANTA_CROCE], [Tie(0, 1), Tie(1, 0, holds=False)], **WORDS)
    assert len(tree(text).findall(f"{SVG}circle")) == 1
    squares = [rect for rect in tree(text).findall(f"{SVG}rect") if rect.get("width") == "11"]
    assert len(squares) == 1
    ties = [path for path in tree(text).iter(f"{SVG}path") if path.get("stroke-width") == "2"]
    assert [tie.get("stroke-dasharray") for tie in ties] == [None, "5 4"]


def test_east_is_right_and_north_is_up() -> None:
    text = place_map([AMBUR, SANTA_CROCE], **WORDS)
    (circle,) = tree(text).findall(f"{SVG}circle")
    (square,) = [rect for rect in tree(text).findall(f"{SVG}rect") if rect.get("width") == "11"]
    assert float(circle.get("cx")) > float(square.get("x"))
    assert float(circle.get("cy")) > float(square.get("y"))


def test_places_too_close_to_be_told_apart_share_a_mark_and_keep_their_names() -> None:
    text = place_map([AMBUR, CHENNAI, SANTA_CROCE], **WORDS)
    assert len(tree(text).findall(f"{SVG}circle")) == 1
    assert {"Leather", "Footwear", "Santa Croce"} == set(words(text))
    apart = place_map([AMBUR, CHENNAI], **WORDS)
    assert len(tree(apart).findall(f"{SVG}circle")) == 2


def test_a_name_is_escaped() -> None:
    text = place_map([Place('<b onclick="x">', 0, 0)], **WORDS)
    assert words(text) == ['<b onclick="x">']


_PLACES = st.lists(
    st.builds(
        Place,
        st.text(max_size=40),
        st.floats(-90, 90, allow_nan=False),
        st.floats(-180, 180, allow_nan=False),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(places=_PLACES, width=st.integers(320, 1200))
def test_whatever_the_places_the_picture_is_sound_and_holds_them(places: list[Place], width: int) -> None:
    ties = [Tie(0, index) for index in range(1, len(places))]
    text = place_map(places, ties, **WORDS | {"width": width})
    picture = tree(text)
    height = float(picture.get("height"))
    assert 0.2 * width <= height <= 1.2 * width
    assert len(words(text)) <= len(places)
    for circle in picture.findall(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx")) <= width
        # Beyond the polar circles there is no cluster, and the picture ends before the poles.
        assert all(-60 <= place.latitude <= 84 for place in places) <= (
            0 <= float(circle.get("cy")) <= height
        )


def test_a_picture_of_half_the_world_is_light() -> None:
    text = place_map([AMBUR, CHENNAI, SANTA_CROCE], [Tie(0, 2)], **WORDS | {"width": 960})
    assert len(text) < 100_000
