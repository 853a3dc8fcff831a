"""What people may write, and programmes that are still empty."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl

from activities import services as activities
from activities.reports import ACTIVITY_STATUS
from clusters.models import Cluster
from tests.conftest import World
from tests.pdf import Paper
from twinning.core.models import User
from twinning.core.reports import Imprint, ReportRequest, digest

JULY = dt.date(2011, 7, 31)


def imprint(snapshot: dict[str, Any]) -> Imprint:
    made_at = dt.datetime(2011, 8, 2, 10, 20, tzinfo=dt.UTC)
    return Imprint("Maria Rossi", made_at, "en", digest(snapshot), {"status": True, "timeline": True})


def log(world: World, title: str, cluster: Cluster | None = None) -> None:
    activities.log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[cluster or world.leather],
        title=title,
        period_text="Sep-07",
    )


def take(world: World, *clusters: Cluster, actor: User | None = None) -> dict[str, Any]:
    shown = clusters or (world.leather,)
    return ACTIVITY_STATUS.take(ReportRequest(world.programme, shown, len(shown) > 1, JULY, actor))


def test_what_people_type_stays_text(world):
    log(world, '=HYPERLINK("http://x","<script>")')
    taken = take(world)
    page = ACTIVITY_STATUS.html(taken, imprint(taken))
    assert "<script>" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(ACTIVITY_STATUS.xlsx(taken, imprint(taken))))["Chennai leather"]
    assert sheet["B2"].data_type == "s"
    assert ACTIVITY_STATUS.data(taken).count(b"'=HYPERLINK") == 1


def test_names_in_any_script_stand_on_paper(world):
    titles = ["चमड़ा कार्यशाला", "தோல் கூட்டம்", "창원 기업사랑방", "皮革产业集群"]
    for title in titles:
        log(world, title)
    taken = take(world)
    printed = Paper(ACTIVITY_STATUS.pdf(taken, imprint(taken)))
    ((_heading, rows),) = [t for t in printed.tables_under_headings() if "Activity Status" in t[0]]
    assert all(row[1].says(title) for row, title in zip(rows[1:], titles, strict=True))


def test_an_empty_cluster_says_so(world):
    taken = take(world)
    assert "No activities are recorded for this cluster." in ACTIVITY_STATUS.html(taken, imprint(taken))
    whole = take(world, world.leather, world.footwear)
    assert "No activities are recorded for this report." in ACTIVITY_STATUS.html(whole, imprint(whole))


def test_a_reader_gets_no_more_than_he_may_see(world):
    for cluster in (world.leather, world.footwear):
        log(world, "Fair", cluster)
    both = take(world, world.leather, world.footwear, actor=world.cda)
    assert [table["slug"] for table in both["tables"]] == ["leather"]
