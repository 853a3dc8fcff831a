"""The reports of results and of a portfolio as PDF, beside what WeasyPrint alone takes for the same HTML."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bench.database import scaled
from bench.rows import Row, interleaved

DAY = dt.date(2026, 1, 1)
MADE_AT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
ACTIVITIES = 2_000


def run(*, small: bool = False) -> list[Row]:
    activities = ACTIVITIES // 10 if small else ACTIVITIES
    with scaled(activities):
        from clusters.models import Programme
        from monitoring import services
        from monitoring.reports import PORTFOLIO, RESULTS
        from monitoring.reports.portfolio.files import FILES as PORTFOLIO_FILES
        from monitoring.reports.results.files import FILES as RESULTS_FILES
        from twinning.core.models import User

        programme = Programme.objects.get(slug="scale")
        services.bring_tables(actor=User.objects.get(email="scale@demo.example"), programme=programme)
        asked = services.request_of(programme=programme, cluster=None, as_of=DAY, actor=None)
        return [
            _row(kind, files, kind.take(asked), activities)
            for kind, files in ((RESULTS, RESULTS_FILES), (PORTFOLIO, PORTFOLIO_FILES))
        ]


def _row(kind: Any, files: Any, data: dict[str, Any], activities: int) -> Row:
    from weasyprint import HTML

    from twinning.core.pdf import OwnFiles
    from twinning.core.reports import Imprint, digest

    imprint = Imprint("Bench", MADE_AT, "en", digest(data))
    page = files.paper_html(data, imprint)

    def alone() -> bytes:
        made: bytes = HTML(string=page, base_url="static:", url_fetcher=OwnFiles()).write_pdf()
        return made

    # A report of a few pages takes less than a second, in which another process of the machine weighs much.
    runs = 3 if len(page) > 500_000 else 11
    ours, plain = interleaved(lambda: kind.pdf(data, imprint), alone, runs=runs)
    name = f"{kind.slug} PDF of {activities:,} activities: WeasyPrint alone"
    return Row(name, ours, plain, 1.15)
