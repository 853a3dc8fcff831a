"""How long twinnings took from cluster-to-cluster to business, in snapshots and as reports print it (R5.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme, Twinning
from monitoring.queries.evaluations import LinkStep, TrustLine, moment_text, trust_lines
from monitoring.rules.evaluation import Moment
from twinning.core.documents import Block, Column, Table, cells, has_rows
from twinning.core.models import User

Data = Mapping[str, Any]


def trust_of(
    programme: Programme, clusters: Sequence[Cluster] | None, as_of: dt.date, reader: User | None
) -> list[dict[str, Any]]:
    return [
        {
            "twinning": str(line.twinning),
            "c2c": _taken(line.c2c),
            "c2b": _taken(line.c2b),
            "b2b": _taken(line.b2b),
        }
        for line in trust_lines(programme, clusters, as_of, reader)
    ]


def _taken(step: LinkStep | None) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "first": step.moment.first.isoformat(),
        "last": step.moment.last.isoformat(),
        "title": step.activity.title if step.activity else "",
    }


def trust_blocks(rows: Sequence[Data]) -> Iterator[Block]:
    """The first events of each twinning as a table, where there are twinnings."""
    lines = tuple(_line(one) for one in rows)
    heads = (
        Column(_("Twinning"), 18),
        Column(_("First C2C"), 20),
        Column(_("First C2B"), 20),
        Column(_("First B2B"), 20),
        Column(_("C2C to B2B")),
        Column(_("C2C to business")),
    )
    caption = _("From cluster-to-cluster to business")
    yield from has_rows(Table(caption, heads, lines, name=_("From C2C to B2B")))


def _line(one: Data) -> tuple[Any, ...]:
    c2c, c2b, b2b = (_step(one[name]) for name in ("c2c", "c2b", "b2b"))
    line = TrustLine(Twinning(), c2c, c2b, b2b)
    steps = [_words(one[name]) for name in ("c2c", "c2b", "b2b")]
    return cells(one["twinning"], *steps, line.to_b2b, line.to_business)


def _step(data: Data | None) -> LinkStep | None:
    if data is None:
        return None
    moment = Moment(dt.date.fromisoformat(data["first"]), dt.date.fromisoformat(data["last"]))
    return LinkStep(moment, moment_text(moment), None)


def _words(data: Data | None) -> str:
    step = _step(data)
    if step is None or data is None:
        return ""
    return f"{step.when}: {data['title']}" if data["title"] else step.when
