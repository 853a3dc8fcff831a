"""Budget and spend in the portfolio report: the money of its snapshot, and as it is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.models import Component, Programme
from monitoring.queries.spending import Flow, spending
from monitoring.reports.figures import Data, per_cent, plain, written
from monitoring.reports.pictures import Drawing
from twinning.core import charts
from twinning.core.documents import Block, Column, Paragraphs, Picture, Table, cells


def money_of(programme: Programme, as_of: dt.date) -> dict[str, Any]:
    rows = Component.objects.filter(programme=programme).order_by("pk")
    places = {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True))}
    return {
        "components": [row.title for row in rows],
        "sums": [
            {
                "flow": one.flow.value,
                "year": one.year,
                "component": places[one.component] if one.component else None,
                "amounts": [[currency, plain(amount)] for currency, amount in one.amounts],
                "total": plain(one.total),
                "missing": [[currency, day.isoformat()] for currency, day in one.missing],
                "walled": one.is_walled,
            }
            for one in spending(programme, as_of)
        ],
    }


def money_blocks(data: Data | None, currency: str, drawing: Drawing) -> Iterator[Block]:
    """``data`` is None where the reader reads no money, and in older snapshots."""
    if data is None:
        return
    sums: Sequence[Data] = data["sums"]
    if not sums:
        yield Paragraphs(_("No budget and no transaction is recorded."))
        return
    flows = [flow for flow in Flow if any(one["flow"] == flow for one in sums)]
    yield from _by_component(data, sums, currency, drawing)
    yield _by_year(sums, flows, currency)
    yield _as_recorded(sums, flows)
    yield Paragraphs(
        _(
            "A budget stands in the year in which it begins; a revised one takes the place of those that it touches."
            " Amounts are brought into %(currency)s by the rate of the day that each names as that of its value."
            " What fewer than three firms gave or got is not shown, nor a sum in which it is."
        )
        % {"currency": currency},
        "note",
    )
    for of, day in sorted({(of, day) for one in sums for of, day in one["missing"]}):
        yield Paragraphs(
            _("No rate of %(currency)s is known for %(day)s, so nothing with that amount in it is added up.")
            % {"currency": of, "day": date_format(dt.date.fromisoformat(day), "DATE_FORMAT")},
            "note",
        )


def _by_component(
    data: Data, sums: Sequence[Data], currency: str, drawing: Drawing
) -> Iterator[Picture | Table]:
    places = sorted({one["component"] for one in sums}, key=lambda place: (place is None, place))
    names = [_("programme as a whole") if place is None else data["components"][place] for place in places]
    planned, spent = (
        [_total(one for one in sums if one["component"] == place and one["flow"] == flow) for place in places]
        for flow in (Flow.BUDGET, Flow.SPENT)
    )
    known = [
        charts.Pair(name, (budget, out))
        for name, budget, out in zip(names, planned, spent, strict=True)
        if isinstance(budget, Decimal) and isinstance(out, Decimal) and (budget or out)
    ]
    title = _("Budget and spend by component, in %(currency)s") % {"currency": currency}
    if known:
        most = max(float(value or 0) for pair in known for value in pair.values)
        yield Picture(
            title,
            charts.bar_pairs(
                known, (_("Budget"), _("Spent")), most=most, unit=currency, **drawing.look(title, "spend")
            ),
        )
    names.append(_("Together"))
    for column, flow in ((planned, Flow.BUDGET), (spent, Flow.SPENT)):
        column.append(_total(one for one in sums if one["flow"] == flow))
    heads = (
        Column(_("Component"), 40),
        Column(_("Budget"), 0, True),
        Column(_("Spent"), 0, True),
        Column(_("Spent of the budget"), 0, True),
    )
    rows = tuple(
        cells(name, _text(budget), _text(out), _share(out, budget))
        for name, budget, out in zip(names, planned, spent, strict=True)
    )
    yield Table(title, heads, rows, name=_("Spend by component"))


def _by_year(sums: Sequence[Data], flows: Sequence[Flow], currency: str) -> Table:
    words = _words()
    rows = []
    for year in [*sorted({one["year"] for one in sums}), None]:
        own = [one for one in sums if year in (None, one["year"])]
        totals = [_total(one for one in own if one["flow"] == flow) for flow in flows]
        rows.append(cells(_("Together") if year is None else str(year), *map(_text, totals)))
    title = _("Budget and money moved by year, in %(currency)s") % {"currency": currency}
    heads = (Column(_("Year"), 18), *(Column(words[flow], 0, True) for flow in flows))
    return Table(title, heads, tuple(rows), name=_("Spend by year"))


def _as_recorded(sums: Sequence[Data], flows: Sequence[Flow]) -> Table:
    words, rows = _words(), []
    for flow in flows:
        own = [one for one in sums if one["flow"] == flow]
        if any(one["walled"] for one in own):
            rows.append(cells(words[flow], "", _not_shown()))
            continue
        amounts: dict[str, Decimal] = {}
        for currency, amount in (pair for one in own for pair in one["amounts"]):
            amounts[currency] = amounts.get(currency, Decimal(0)) + Decimal(amount)
        rows += [
            cells(words[flow], currency, written(plain(amount)))
            for currency, amount in sorted(amounts.items())
        ]
    heads = (Column(_("Money"), 40), Column(_("Currency")), Column(_("As recorded"), 0, True))
    return Table(_("Money as recorded"), heads, tuple(rows), name=_("As recorded"))


def _words() -> dict[Flow, str]:
    return {
        Flow.BUDGET: _("Budget"),
        Flow.INCOMING: _("Received"),
        Flow.COMMITTED: _("Committed"),
        Flow.SPENT: _("Spent"),
        Flow.GUARANTEED: _("Credit guaranteed"),
    }


def _total(own: Iterable[Data]) -> Decimal | str:
    """Their sum; in words why there is none, where a part of it is not shown or has no rate."""
    found = list(own)
    if any(one["walled"] for one in found):
        return _not_shown()
    if any(one["total"] is None for one in found):
        return _("no rate")
    return sum((Decimal(one["total"]) for one in found), Decimal(0))


def _not_shown() -> str:
    return _("fewer than three firms, not shown")


def _text(amount: Decimal | str) -> str | None:
    return amount if isinstance(amount, str) else written(plain(amount))


def _share(part: Decimal | str, whole: Decimal | str) -> str | None:
    if isinstance(part, str) or isinstance(whole, str) or not whole:
        return None
    return per_cent(plain((100 * part / whole).quantize(Decimal(1))))
