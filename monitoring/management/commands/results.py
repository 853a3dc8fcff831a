"""Print what a programme's indicators stand at."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clusters.models import Cluster, Programme
from monitoring.models import Indicator
from monitoring.queries.figures import Figure
from monitoring.queries.pages import clusters_of
from monitoring.queries.to_date import figures_to_date
from monitoring.rules.values import State


class Command(BaseCommand):
    help = "Print the results of a programme, or of one of its clusters, to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--cluster", metavar="SLUG")
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="default: today"
        )
        parser.add_argument("--json", action="store_true", help="for programs; see docs/results.md")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['programme']!r}.")
        cluster = None
        if options["cluster"]:
            cluster = Cluster.objects.filter(programme=programme, slug=options["cluster"]).first()
            if cluster is None:
                raise CommandError(f"{programme.slug} has no cluster {options['cluster']!r}.")
        as_of = options["as_of"] or timezone.localdate()
        indicators = list(Indicator.objects.filter(programme=programme).current())
        clusters = [cluster] if cluster else clusters_of(programme)
        found = figures_to_date(programme, indicators, clusters, as_of)
        lines = [_line(found[one.pk, cluster.pk if cluster else None]) for one in indicators]
        if options["json"]:
            self.stdout.write(json.dumps({"indicators": lines}, ensure_ascii=False, indent=2))
            return
        for line in lines:
            value = "not reported" if line["value"] is None else line["value"]
            self.stdout.write(f"{line['code']:8} {value!s:>14}  {line['name']}")


def _line(figure: Figure) -> dict[str, Any]:
    indicator, value, amount = figure.indicator, figure.value, figure.amount
    line: dict[str, Any] = {
        "code": indicator.code,
        "level": indicator.level,
        "name": indicator.name,
        "unit": indicator.unit,
        "value": _number(value.number),
        "amount": str(amount.total) if amount and amount.total is not None else None,
        "currency": amount.currency if amount else None,
        "evidence": figure.records,
    }
    if value.is_range:
        line |= {"low": _number(value.low), "high": _number(value.high)}
    if value.word:
        line["word"] = value.word
    if value.state is not State.VALUE:
        line["state"] = value.state.value
    return line


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
