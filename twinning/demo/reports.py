"""How the demonstration programme sets up its reports."""

from __future__ import annotations

from typing import Any

from clusters.models import Programme
from monitoring import services
from monitoring.models import ReportingPeriod
from twinning.core.models import User


def set_up(manager: User, programme: Programme, data: dict[str, Any]) -> None:
    kind = data["layout"]["kind"]
    services.lay_out_report(actor=manager, programme=programme, version=None, **data["layout"])
    periods = {period.title: period for period in ReportingPeriod.objects.filter(programme=programme)}
    for row in data["texts"]:
        period = periods[row.pop("period")] if "period" in row else None
        services.write_narrative(actor=manager, programme=programme, kind=kind, period=period, **row)
