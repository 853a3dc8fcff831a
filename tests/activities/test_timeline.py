"""The picture of the log over time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.queries import cluster_bars
from tests.activities.conftest import Log, address
from tests.conftest import World
from twinning.core.charts import Stretch

AS_OF = dt.date(2011, 7, 31)


def test_bars_say_how_well_the_days_are_known(world: World, log: Log) -> None:
    rows = [
        log("Days", "3-14 March 2010"),
        log("Month", "May 2010"),
        log("Two months", "Dec and Feb 2010", printed=True),
        log("Goes on", "since March 2010"),
        log("Undated", "", printed=True),
        log("Backwards", "18-05-2008 to 11-05-2008", printed=True),
    ]
    found = cluster_bars(world.leather, rows, day=AS_OF, first=None, last=None)
    bars = {bar.label: bar.stretches for bar in found.bars}
    assert bars["Days"] == (Stretch(dt.date(2010, 3, 3), dt.date(2010, 3, 14), True, True),)
    assert bars["Month"] == (Stretch(dt.date(2010, 5, 1), dt.date(2010, 5, 31), False, False),)
    assert [(s.first, s.doubtful) for s in bars["Two months"]] == [
        (dt.date(2009, 12, 1), True),
        (dt.date(2010, 2, 1), True),
    ]
    assert bars["Goes on"][0].last is None
    assert [row.title for row in found.undated] == ["Undated", "Backwards"]
    assert (found.first, found.last) == (dt.date(2009, 1, 1), dt.date(2011, 12, 31))


def test_each_cluster_has_its_picture_and_its_table(world: World, log: Log, sign_in: Any) -> None:
    log("Fair", "Feb 2010", world.leather, world.footwear)
    log("Visit", "", world.footwear, printed=True)
    page = sign_in(world.donor).get(address("timeline", world), {"on": "2011-07-31"})
    assert [part.cluster.name for part, _svg in page.context["parts"]] == [
        "Chennai footwear",
        "Chennai leather",
    ]
    text = page.content.decode()
    assert text.count("<svg") == 2
    assert "as of 31 July 2011" in text
    assert text.count("The same as a table") == 2
    assert "style=" not in text


def test_filters_are_those_of_the_list(world: World, log: Log, sign_in: Any) -> None:
    log("Fair", "Feb 2010")
    log("Visit", "May 2010")
    client = sign_in(world.donor)
    page = client.get(address("timeline", world), {"q": "fair", "cluster": "leather"})
    [(part, _svg)] = page.context["parts"]
    assert [row.title for row in part.rows] == ["Fair"]
    none = client.get(address("timeline", world), {"q": "nothing"})
    assert b"No activity fits these filters" in none.content


def test_the_picture_is_bounded_in_rows_and_queries(
    world: World, log: Log, sign_in: Any, monkeypatch: Any
) -> None:
    for number in range(12):
        log(f"Workshop {number}", "May 2010", world.leather, world.footwear, world.santa_croce)
    monkeypatch.setattr("activities.views.timeline.MOST_ROWS", 5)
    monkeypatch.setattr("activities.views.timeline.MOST_CLUSTERS", 2)
    client = sign_in(world.manager)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address("timeline", world))
    assert len(queries) <= 12  # two clusters of five; each of the others costs one more
    assert [len(part.rows) for part, _svg in page.context["parts"]] == [5, 5]
    assert all(part.more for part, _svg in page.context["parts"])
    assert [other.name for other in page.context["further"]] == ["Santa Croce"]
