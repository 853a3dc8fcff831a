"""The results report as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusters.models import Agreement
from clusters.queries.words import force_word
from clusters.rules import Force
from monitoring.models import Level
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.vocabulary import in_words, read_rule
from twinning.core import charts
from twinning.core.charts.svg import Look
from twinning.core.documents import (
    Block,
    Bullets,
    Cell,
    Column,
    Document,
    Facts,
    Heading,
    Paragraphs,
    Picture,
    Section,
    Table,
)
from twinning.core.queries import edtf_text
from twinning.core.reports import Imprint

WIDTH = 720
_FONTS = "Noto Sans, DejaVu Sans, sans-serif"
_TRAINED = "T9.8"
_MANY = 5
Data = Mapping[str, Any]


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    writer = _Writer(data, imprint, inked=inked)
    about = () if data["whole"] else (data["scopes"][0],)
    return Document(
        title=_("Results"),
        programme_title=data["programme"]["title"],
        programme_code=data["programme"]["code"],
        as_of=dt.date.fromisoformat(data["as_of"]),
        about=about,
        sections=tuple(section for section in writer.sections() if section.blocks),
        attached=("evidence.csv", "snapshot.json"),
    )


def _is_reported(figures: Sequence[Data]) -> bool:
    return any(figure["state"] != "not-reported" for figure in figures)


class _Writer:
    def __init__(self, data: Data, imprint: Imprint, *, inked: bool) -> None:
        self.data, self.language, self.inked = data, imprint.language, inked
        self.scopes = [name or _("Programme") for name in data["scopes"]]
        self.indicators: list[Data] = data["indicators"]

    def sections(self) -> Iterator[Section]:
        yield Section("chain", _("Results chain"), tuple(self.chain()))
        yield Section("results", _("Results to date"), tuple(self.results()), breaks=True)
        yield Section("periods", _("Results by period"), tuple(self.periods()), breaks=True)
        yield Section("typed", _("What was reported and not counted"), tuple(self.typed()))
        yield Section("participation", _("Who took part"), tuple(self.participation()))
        yield Section("practices", _("Practices adopted"), tuple(self.practices()))
        yield Section("agreements", _("Register of agreements"), tuple(self.agreements()))
        yield Section("restatements", _("Restatements"), tuple(self.restatements()))
        yield Section("evidence", _("Evidence"), tuple(self.evidence()), breaks=True)

    # The chain -------------------------------------------------------------------------------------------

    def chain(self) -> Iterator[Block]:
        for row in self.data["results"]:
            yield Heading(row["title"])
            if row["description"]:
                yield Paragraphs(row["description"])
            yield Facts(
                (
                    (_("Level"), capfirst(str(Level(row["level"]).label))),
                    *(((_("Leads to"), row["leads_to"]),) if row["leads_to"] else ()),
                    (_("Assumptions"), "; ".join(row["assumptions"]) or None),
                    (_("Risks"), "; ".join(row["risks"]) or None),
                    (_("Contribution of the programme"), row["contribution"] or None),
                )
            )

    # Figures ---------------------------------------------------------------------------------------------

    def results(self) -> Iterator[Block]:
        yield Paragraphs(
            _(
                "A joint event and a person count once in each cluster and once in the programme, so the"
                " programme is not the sum of its clusters."
            ),
            "note",
        )
        for row in self.data["results"]:
            yield from self.table(row, self.data["figures"], row["title"], with_target=True)
        yield from self.trained()
        yield Heading(_("How they are counted"))
        yield Table(
            _("Rules of the indicators"),
            (Column(_("Indicator"), 12), Column(_("Name"), 40), Column(_("Counted"), 48)),
            tuple((one["code"], one["name"], self.rule(one)) for one in self.indicators),
            name=_("Rules"),
        )

    def rule(self, indicator: Data) -> str:
        rule = indicator["rule"]
        return in_words(read_rule(rule, VOCABULARY), VOCABULARY) if rule else _("typed in, with its source")

    def table(
        self, result: Data, figures: Sequence[Data], caption: str, *, with_target: bool = False
    ) -> Iterator[Table]:
        wide = len(self.scopes)
        rows: list[tuple[Cell, ...]] = []
        aimed = with_target and any(figure["target"] is not None for figure in figures)
        for place, one in enumerate(self.indicators):
            own = figures[place * wide : (place + 1) * wide]
            if one["result"] != result["id"] or not (with_target or _is_reported(own)):
                continue
            cells: list[Cell] = [f"{one['code']} {one['name']}", *(self.value(one, figure) for figure in own)]
            if aimed:
                cells += [self.number(own[0]["target"]), self.percent(own[0]["achieved"])]
            rows.append(tuple(cells))
        if rows:
            # Names of clusters are long; the more of them, the less is left for the indicator.
            share = 30 if wide < _MANY else 20
            heads = [Column(_("Indicator"), share), *(Column(name, 0, True) for name in self.scopes)]
            if aimed:
                heads += [Column(_("Target"), 0, True), Column(_("Reached"), 0, True)]
            yield Table(caption, tuple(heads), tuple(rows), name=caption)

    def value(self, indicator: Data, figure: Data) -> Cell:
        if figure["state"] == "not-applicable":
            return _("does not apply")
        if figure["state"] == "not-reported":
            return None
        said = self.said(figure, indicator["measure"])
        if figure["walled"]:
            return f"{said}; {_('amount of fewer than three firms, not shown')}"
        money = [f"{self.number(amount)} {currency}" for currency, amount in figure["amounts"]]
        own = self.data["currency"]
        if figure["total"] is not None and any(currency != own for currency, _sum in figure["amounts"]):
            money.append(_("together %(total)s") % {"total": f"{self.number(figure['total'])} {own}"})
        if money:
            return "; ".join([str(said), *money])
        plain = figure["value"] is not None and indicator["measure"] == "number"
        return Decimal(figure["value"]) if plain else said

    def said(self, figure: Data, measure: str) -> str:
        """A value in words: a number, a range that stays one, a word."""
        sign = "\u00a0%" if measure == "percent" else ""
        if figure["value"] is not None:
            return f"{self.number(figure['value'])}{sign}"
        if figure["low"] is not None:
            return f"{self.number(figure['low'])}–{self.number(figure['high'])}{sign}"
        return figure["word"] or ""

    def number(self, text: str | None) -> str | None:
        return None if text is None else number_format(Decimal(text), use_l10n=True, force_grouping=True)

    def percent(self, text: str | None) -> str | None:
        return None if text is None else f"{self.number(text)}\u00a0%"

    def trained(self) -> Iterator[Block]:
        place = next((at for at, one in enumerate(self.indicators) if one["code"] == _TRAINED), None)
        wide = len(self.scopes)
        if place is None or wide < 2:
            return
        own = self.data["figures"][place * wide : (place + 1) * wide]
        counts = [
            charts.Count(name, int(Decimal(figure["value"])), 1)
            for name, figure in zip(self.scopes, own, strict=True)
            if figure["value"] is not None
        ]
        if any(count.value for count in counts):
            look: Look = {
                "language": self.language,
                "width": WIDTH,
                "title": self.indicators[place]["name"],
                "description": _("The table beside it says the same."),
                "ident": "trained",
                "inked": self.inked,
                "font": _FONTS if self.inked else "",
            }
            yield Picture(self.indicators[place]["name"], charts.bar_counts(counts, **look))

    def periods(self) -> Iterator[Block]:
        for period in self.data["periods"]:
            first, last = (dt.date.fromisoformat(period[name]) for name in ("first", "last"))
            closed = [name for name, one in zip(self.scopes, period["closed"], strict=True) if one]
            touched = [name for name, one in zip(self.scopes, period["touched"], strict=True) if one]
            yield Heading(f"{period['title']}: {self.day(first)} – {self.day(last)}")
            yield Facts(
                (
                    (_("Closed"), ", ".join(closed) if closed else _("not closed: figures may still change")),
                    *(((_("Records changed since"), ", ".join(touched)),) if touched else ()),
                )
            )
            for row in self.data["results"]:
                yield from self.table(row, period["figures"], f"{period['title']}: {row['title']}")

    def day(self, day: dt.date) -> str:
        return date_format(day, "DATE_FORMAT")

    def typed(self) -> Iterator[Block]:
        rows = tuple(
            (
                f"{row['code']} {row['name']}",
                row["period"],
                row["cluster"] or _("Programme"),
                self.said(row, row["measure"]) if row["applies"] else _("does not apply"),
                row["source"],
            )
            for row in self.data["typed"]
        )
        if rows:
            heads = (_("Indicator"), _("Period"), _("Cluster"), _("Value"), _("Source"))
            caption = _("Values with their source; ranges stay ranges")
            yield Table(caption, tuple(map(Column, heads)), rows, name=_("Reported"))

    # Who and what ----------------------------------------------------------------------------------------

    def participation(self) -> Iterator[Block]:
        heads = (_("Persons"), _("Women"), _("Men"), _("Sex not stated"), _("With a name"), _("Firms"))
        names = ("persons", "women", "men", "not_stated", "named", "firms")
        yield Table(
            _("Trainees and participants of what is done, each person once"),
            (Column(_("Where"), 28), *(Column(head, 0, True) for head in heads)),
            tuple(
                (scope, *(row[name] for name in names))
                for scope, row in zip(self.scopes, self.data["participation"], strict=True)
            ),
            name=_("Participation"),
        )

    def practices(self) -> Iterator[Block]:
        rows = tuple(
            (row["title"], row["cluster"] or None, row["quantity"]) for row in self.data["practices"]
        )
        if rows:
            heads = (Column(_("Practice"), 56), Column(_("Cluster"), 28), Column(_("Adopted by"), 0, True))
            yield Table(_("Practices that firms adopted"), heads, rows, name=_("Practices"))

    def agreements(self) -> Iterator[Block]:
        rows = tuple(
            (
                row["title"],
                str(Agreement.Kind(row["kind"]).label),
                edtf_text(row["signed"]) or None,
                str(force_word(Force(row["force"])).text),
            )
            for row in self.data["agreements"]
        )
        if rows:
            heads = (Column(_("Agreement"), 44), Column(_("Kind")), Column(_("Signed")), Column(_("State")))
            yield Table(_("Agreements between bodies"), heads, rows, name=_("Agreements"))

    def restatements(self) -> Iterator[Block]:
        rows = tuple(
            (
                f"{row['code']} {row['name']}",
                f"{row['period']}, {row['cluster'] or _('Programme')}",
                self.said(row["was"], "number") or None,
                self.said(row["is"], "number") or None,
                row["reason"],
                self.day(dt.date.fromisoformat(row["at"])),
            )
            for row in self.data["restatements"]
        )
        if not rows:
            yield Paragraphs(_("No closed figure was restated."))
            return
        heads = (
            Column(_("Indicator"), 26),
            Column(_("Closing"), 18),
            Column(_("Was"), 0, True),
            Column(_("Is"), 0, True),
            Column(_("Why"), 26),
            Column(_("When")),
        )
        yield Table(_("Closed figures that were put right"), heads, rows, name=_("Restatements"))

    def evidence(self) -> Iterator[Block]:
        yield Paragraphs(
            _(
                "The records that each figure to date counts; the file inside this report lists them as a table."
            ),
            "lead",
        )
        for one in self.indicators:
            rows = tuple(
                (row["record"], row["when"] or None, row["counts"], row["note"] or None)
                for row in self.data["evidence"]
                if row["code"] == one["code"]
            )
            if rows:
                heads = (
                    Column(_("Record"), 46),
                    Column(_("When"), 20),
                    Column(_("Counts"), 0, True),
                    Column(_("Note")),
                )
                yield Table(f"{one['code']} {one['name']}", heads, rows, name=one["code"])
        silent = [
            f"{one['code']} {one['name']}"
            for one in self.indicators
            if one["rule"] and not any(row["code"] == one["code"] for row in self.data["evidence"])
        ]
        if silent:
            yield Heading(_("No record fits"))
            yield Bullets(tuple(silent))
