"""Figures of indicators in the snapshots of reports, and as all reports print them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from monitoring.models import Indicator, Result
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.sources import Scope
from monitoring.queries.to_date import figures_to_date
from monitoring.reports.pictures import Drawing
from twinning.core import charts
from twinning.core.documents import Block, Cell, Column, Document, Paragraphs, Picture, Section, Table
from twinning.core.small_cells import may_show

Data = Mapping[str, Any]
_FEW, MANY = 3, 7  # columns of numbers
NONE = "—"  # where nothing was aimed at: nothing is unknown there


# Snapshot ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToDate:
    """``data`` is what ``Figures`` prints; the rest is what else of a snapshot is about the same."""

    data: dict[str, Any]
    indicators: list[Indicator]
    scopes: list[Scope]


def results_to_date(
    programme: Programme, clusters: Sequence[Cluster], as_of: dt.date, *, whole: bool
) -> ToDate:
    """The results chain, what is measured of it, and the figures to a day: with ``whole`` of the programme first."""
    scopes: list[Scope] = [None] if whole else []
    scopes += [cluster.pk for cluster in clusters]
    names = {cluster.pk: cluster.name for cluster in clusters}
    indicators = list(Indicator.objects.filter(programme=programme).current().for_list())
    found = figures_to_date(programme, indicators, clusters, as_of, whole=whole)
    data = {
        "currency": programme.currency,
        "scopes": [None if scope is None else names[scope] for scope in scopes],
        "results": [
            _result(row) for row in Result.objects.filter(programme=programme).select_related("leads_to")
        ],
        "indicators": [_indicator(one) for one in indicators],
        "figures": [figure_json(found[one.pk, scope]) for one in indicators for scope in scopes],
    }
    return ToDate(data, indicators, scopes)


def _result(row: Result) -> dict[str, Any]:
    return {
        "id": row.pk,
        "level": row.level,
        "title": row.title,
        "description": row.description,
        "assumptions": row.assumptions.splitlines(),
        "risks": row.risks.splitlines(),
        "contribution": row.contribution,
        "leads_to": row.leads_to.title if row.leads_to else "",
    }


def _indicator(row: Indicator) -> dict[str, Any]:
    rule = rule_of(row)
    return {
        "code": row.code,
        "name": row.name,
        "level": row.level,
        "result": row.result_id,
        "unit": row.unit,
        "measure": row.measure,
        "rising": row.rising,
        "reference": row.reference,
        "rule": rule.as_json() if rule else None,
        "baseline": plain(row.baseline),
        "baseline_year": row.baseline_year,
    }


def plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def figure_json(figure: Figure) -> dict[str, Any]:
    """Without money that so few firms make up that one could work out theirs."""
    value, target = figure.value, figure.target
    walled = bool(figure.amount and figure.records and not may_show(figure.firms))
    amounts = figure.amount.spent if figure.amount and not walled else ()
    return {
        "state": value.state.value,
        "value": plain(value.number),
        "low": plain(value.low),
        "high": plain(value.high),
        "word": value.word,
        "amounts": [[currency, plain(amount)] for currency, amount in amounts],
        "total": plain(figure.amount.total) if amounts and figure.amount else None,
        "walled": walled,
        "records": figure.records,
        "target": plain(target.value) if target else None,
        "achieved": plain(figure.achieved),
    }


# Document ----------------------------------------------------------------------------------------------------


def written(text: str | None) -> str | None:
    """A number of a snapshot as the reader's language writes it."""
    return None if text is None else number_format(Decimal(text), use_l10n=True, force_grouping=True)


def per_cent(text: str | None) -> str | None:
    return None if text is None else f"{written(text)}\u00a0%"


def not_reported() -> str:
    """Of a figure that nobody entered, as pages say it: neither zero nor "does not apply"."""
    return _("not reported")


def said(figure: Data, measure: str) -> str:
    """A value in words: a number, a range that stays one, a word, or why there is none."""
    state = figure.get("state", "value")
    if state == "not-applicable" or not figure.get("applies", True):
        return _("does not apply")
    if state == "not-reported":
        return not_reported()
    sign = "\u00a0%" if measure == "percent" else ""
    if figure["value"] is not None:
        return f"{written(figure['value'])}{sign}"
    if figure["low"] is not None:
        return f"{written(figure['low'])}–{written(figure['high'])}{sign}"
    return figure["word"] or ""


def document_from(
    data: Data,
    title: str,
    about: Iterable[str],
    sections: Iterable[Section],
    table: str,
    *,
    warning: str = "",
) -> Document:
    """A report of this room as a document; ``table`` is the file with its records that is attached to it."""
    programme = data.get("programme") or {name: data[f"programme_{name}"] for name in ("title", "code")}
    return Document(
        title=title,
        programme_title=programme["title"],
        programme_code=programme["code"],
        as_of=dt.date.fromisoformat(data["as_of"]),
        about=tuple(about),
        sections=tuple(section for section in sections if section.blocks),
        warning=warning,
        attached=(table, "snapshot.json"),
    )


class Figures:
    """The figures of a snapshot (``results_to_date``) in the active language; older snapshots know less."""

    def __init__(self, data: Data, drawing: Drawing) -> None:
        self.data, self.drawing = data, drawing
        self.scopes = [name or _("Programme") for name in data["scopes"]]
        self.indicators: list[Data] = data["indicators"]

    def own(self, place: int, figures: Sequence[Data] | None = None) -> Sequence[Data]:
        """The figures of an indicator, by scope: those to date, or others in the same order."""
        wide = len(self.scopes)
        found: Sequence[Data] = self.data["figures"] if figures is None else figures
        return found[place * wide : (place + 1) * wide]

    def against_targets(self) -> Iterator[Block]:
        """All results to date: the bars of what has a target, then a table for each result."""
        yield from self.reached()
        for result in self.data["results"]:
            yield from self.table(result, self.data["figures"], result["title"], to_date=True)
        if self.indicators and len(self.scopes) > 1:
            yield Paragraphs(
                _(
                    "A joint event and a person count once in each cluster and once in the programme, so the"
                    " programme is not the sum of its clusters."
                ),
                "note",
            )

    def reached(self) -> Iterator[Picture]:
        aims = []
        for place, one in enumerate(self.indicators):
            figure = self.own(place)[0]
            if figure["achieved"] is not None:
                words = _("%(actual)s of %(target)s") % {
                    "actual": said(figure, one["measure"]),
                    "target": written(figure["target"]),
                }
                label = f"{one['code']} {one['name']}"
                aims.append(charts.Aim(label, float(figure["achieved"]), words))
        if aims:
            title = _("Reached of the target: %(where)s") % {"where": self.scopes[0]}
            yield Picture(title, charts.target_bars(aims, **self.drawing.look(title, "reached")))

    def of_period(self, figures: Sequence[Data], title: str) -> Iterator[Block]:
        """A table for each result with what was counted or stated in a period; what was 0 everywhere in one line."""
        told = False
        for result in self.data["results"]:
            for table in self.table(result, figures, f"{title}: {result['title']}"):
                told = True
                yield table
        silent = [
            one["code"] for place, one in enumerate(self.indicators) if _is_nothing(self.own(place, figures))
        ]
        if silent and told:
            words = _("Nothing was counted of: %(codes)s. They are 0 in each column.")
            yield Paragraphs(words % {"codes": ", ".join(silent)}, "note")
        elif silent:
            yield Paragraphs(_("Nothing was counted: each figure of this period is 0."), "note")

    def table(
        self, result: Data, figures: Sequence[Data], caption: str, *, to_date: bool = False
    ) -> Iterator[Table]:
        """``to_date``: with baselines where there are any, and with what is 0 or not reported yet."""
        places = [
            place
            for place, one in enumerate(self.indicators)
            if one["result"] == result["id"] and (to_date or _is_told(self.own(place, figures)))
        ]
        if not places:
            return
        aimed = any(self.own(place, figures)[0]["target"] is not None for place in places)
        based = to_date and any(self.indicators[place].get("baseline") is not None for place in places)
        rows = []
        for place in places:
            one, own = self.indicators[place], self.own(place, figures)
            row: list[Cell] = [f"{one['code']} {one['name']}"]
            row += [_baseline(one)] if based else []
            row += [self.value(one, figure) for figure in own]
            row += [written(own[0]["target"]) or NONE, per_cent(own[0]["achieved"]) or NONE] if aimed else []
            rows.append(tuple(row))
        # Names of clusters are long; the more of them, the less is left for the indicator.
        numbers = len(self.scopes) + 2 * aimed + based
        share = 50 if numbers < _FEW else 30 if numbers < MANY else 24
        heads = [Column(_("Indicator"), share)]
        heads += [Column(_("Baseline"), 0, True)] if based else []
        heads += [Column(name, 0, True) for name in self.scopes]
        heads += [Column(_("Target"), 0, True), Column(_("Reached"), 0, True)] if aimed else []
        yield Table(caption, tuple(heads), tuple(rows), name=caption)

    def value(self, indicator: Data, figure: Data) -> Cell:
        words = said(figure, indicator["measure"])
        if figure["state"] != "value":
            return words
        if figure["walled"]:
            return f"{words}; {_('amount of fewer than three firms, not shown')}"
        money = [f"{written(amount)} {currency}" for currency, amount in figure["amounts"]]
        own = self.data["currency"]
        total = figure.get("total")
        if total is not None and any(currency != own for currency, _sum in figure["amounts"]):
            money.append(_("together %(total)s") % {"total": f"{written(total)} {own}"})
        if money:
            return "; ".join([words, *money])
        is_plain = figure["value"] is not None and indicator["measure"] == "number"
        return Decimal(figure["value"]) if is_plain else words


def _is_told(figures: Sequence[Data]) -> bool:
    """Whether a row of a period says something: of what nobody reported, and what is 0 everywhere, none does."""
    return any(figure["state"] != "not-reported" for figure in figures) and not _is_nothing(figures)


def _is_nothing(figures: Sequence[Data]) -> bool:
    """0 in every place, and nothing else was aimed at."""
    return all(
        figure["state"] == "value" and figure["value"] == "0" and not figure["amounts"] for figure in figures
    ) and not any(figure["target"] for figure in figures)


def _baseline(indicator: Data) -> str | None:
    number, year = written(indicator.get("baseline")), indicator.get("baseline_year")
    return f"{number} ({year})" if number is not None and year else number
