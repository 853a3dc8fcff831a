"""The portfolio report as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from clusters.models import Agreement, Decision
from clusters.queries.words import force_word
from clusters.rules import Force
from monitoring.queries.portfolio import Place
from twinning.core import charts
from twinning.core.charts.svg import Look
from twinning.core.countries import country_name
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
    has_rows,
)
from twinning.core.queries import edtf_text
from twinning.core.reports import Imprint

WIDTH = 720
_FONTS = "Noto Sans, DejaVu Sans, sans-serif"
Data = Mapping[str, Any]


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    writer = _Writer(data, imprint, inked=inked)
    return Document(
        title=_("Portfolio"),
        programme_title=data["programme"]["title"],
        programme_code=data["programme"]["code"],
        as_of=dt.date.fromisoformat(data["as_of"]),
        about=() if data["whole"] else (data["about"],),
        sections=tuple(section for section in writer.sections() if section.blocks),
        attached=("results.csv", "snapshot.json"),
    )


class _Writer:
    def __init__(self, data: Data, imprint: Imprint, *, inked: bool) -> None:
        self.data, self.language, self.inked = data, imprint.language, inked
        self.scopes = [name or _("Programme") for name in data["scopes"]]
        self.indicators: list[Data] = data["indicators"]

    def sections(self) -> Iterator[Section]:
        yield Section("matrix", _("Components by cluster"), tuple(self.matrix()))
        yield Section("results", _("Results against targets"), tuple(self.results()))
        yield Section("agreements", _("Agreements"), tuple(self.agreements()))
        yield Section("gaps", _("Gaps and risks"), tuple(self.gaps()))
        yield Section("history", _("How the clusters were selected"), tuple(self.history()))
        yield Section("places", _("Where the clusters are"), tuple(self.places()))

    def matrix(self) -> Iterator[Block]:
        matrix = self.data["matrix"]
        rows = tuple(
            (
                row["cluster"],
                *("; ".join(Place(*place).words for place in cell) or "–" for cell in row["cells"]),
            )
            for row in matrix["rows"]
        )
        heads = (Column(_("Cluster"), 28), *(Column(head) for head in matrix["heads"]))
        caption = _("Clusters in the components of the programme, and since when")
        yield from has_rows(Table(caption, heads, rows, name=_("Components")))

    # Results ---------------------------------------------------------------------------------------------

    def own(self, place: int) -> list[Data]:
        """The figures of an indicator, by scope."""
        wide = len(self.scopes)
        return self.data["figures"][place * wide : (place + 1) * wide]  # type: ignore[no-any-return]

    def results(self) -> Iterator[Block]:
        yield from self.reached()
        for result in self.data["results"]:
            rows = tuple(
                self.line(one, self.own(place))
                for place, one in enumerate(self.indicators)
                if one["result"] == result["id"]
            )
            if rows:
                heads = (
                    Column(_("Indicator"), 30),
                    *(Column(name, 0, True) for name in self.scopes),
                    Column(_("Target"), 0, True),
                    Column(_("Reached"), 0, True),
                )
                yield Table(result["title"], heads, rows, name=result["title"])
            if rows and result["contribution"]:
                yield Facts(((_("Contribution of the programme"), result["contribution"]),))
        if self.indicators:
            yield Paragraphs(
                _(
                    "A joint event and a person count once in each cluster and once in the programme, so the"
                    " programme is not the sum of its clusters."
                ),
                "note",
            )

    def line(self, indicator: Data, own: list[Data]) -> tuple[Cell, ...]:
        reached = own[0]["achieved"]
        return (
            f"{indicator['code']} {indicator['name']}",
            *(self.value(indicator, figure) for figure in own),
            self.number(own[0]["target"]),
            None if reached is None else f"{self.number(reached)}\u00a0%",
        )

    def value(self, indicator: Data, figure: Data) -> Cell:
        if figure["state"] == "not-applicable":
            return _("does not apply")
        if figure["state"] == "not-reported":
            return None
        sign = "\u00a0%" if indicator["measure"] == "percent" else ""
        if figure["value"] is not None:
            said = f"{self.number(figure['value'])}{sign}"
        elif figure["low"] is not None:
            said = f"{self.number(figure['low'])}–{self.number(figure['high'])}{sign}"
        else:
            said = figure["word"]
        if figure["walled"]:
            return f"{said}; {_('amount of fewer than three firms, not shown')}"
        money = [f"{self.number(amount)} {currency}" for currency, amount in figure["amounts"]]
        if not money and not sign and figure["value"] is not None:
            return Decimal(figure["value"])
        return "; ".join([said, *money])

    def number(self, text: str | None) -> str | None:
        return None if text is None else number_format(Decimal(text), use_l10n=True, force_grouping=True)

    def reached(self) -> Iterator[Block]:
        """How much of each target is reached, as bars; one below its baseline is at 0, the table says how far."""
        bars = [
            charts.Count(f"{one['code']} {one['name']}", max(0, int(Decimal(self.own(place)[0]["achieved"]))))
            for place, one in enumerate(self.indicators)
            if self.own(place)[0]["achieved"] is not None
        ]
        if bars:
            title = _("Reached of the target, in per cent")
            yield Picture(title, charts.bar_counts(bars, **self.look(title, "reached")))

    def look(self, title: str, ident: str) -> Look:
        return {
            "language": self.language,
            "width": WIDTH,
            "title": title,
            "description": _("The table beside it says the same."),
            "ident": ident,
            "inked": self.inked,
            "font": _FONTS if self.inked else "",
        }

    # Who and what ----------------------------------------------------------------------------------------

    def day(self, text: str | None) -> str | None:
        return date_format(dt.date.fromisoformat(text), "DATE_FORMAT") if text else None

    def agreements(self) -> Iterator[Block]:
        rows = tuple(
            (
                row["title"],
                str(Agreement.Kind(row["kind"]).label),
                edtf_text(row["signed"]) or None,
                self.day(row["valid_to"]),
                str(force_word(Force(row["force"])).text),
            )
            for row in self.data["agreements"]
        )
        heads = (
            Column(_("Agreement"), 36),
            *map(Column, (_("Kind"), _("Signed"), _("Valid to"), _("State"))),
        )
        yield from has_rows(Table(_("Agreements between bodies"), heads, rows, name=_("Agreements")))
        if not rows:
            yield Paragraphs(_("No agreement between bodies is recorded."))

    def gaps(self) -> Iterator[Block]:
        gaps = self.data["gaps"]
        if gaps["without_agent"]:
            yield Heading(_("Twinnings at work without an agent on the advanced side"))
            yield Bullets(tuple(gaps["without_agent"]))
        late = tuple(
            (row["period"], row["cluster"] or _("Programme"), self.day(row["due_on"])) for row in gaps["late"]
        )
        heads = tuple(map(Column, (_("Period"), _("Where"), _("Due"))))
        yield from has_rows(Table(_("Periods that are late"), heads, late, name=_("Late")))
        touched = tuple((row["period"], row["cluster"] or _("Programme")) for row in gaps["to_restate"])
        caption = _("Closed, and records changed since")
        yield from has_rows(Table(caption, heads[:2], touched, name=_("To restate")))
        if gaps["risks"]:
            yield Heading(_("Risks of the results"))
            yield Facts(tuple((row["title"], "; ".join(row["risks"])) for row in gaps["risks"]))
        if not any(gaps.values()):
            yield Paragraphs(_("None is known."))

    def history(self) -> Iterator[Block]:
        rows = tuple(
            (
                row["cluster"],
                str(Decision.Kind(row["kind"]).label),
                _("Meeting %(number)d") % {"number": row["meeting"]},
                row["held"] or None,
                row["text"],
            )
            for row in self.data["history"]
        )
        heads = (_("Cluster"), _("Decision"), _("Meeting"), _("Held"), _("What was decided"))
        columns = tuple(map(Column, heads))
        yield from has_rows(
            Table(_("Decisions of the committee on clusters"), columns, rows, name=_("Selection"))
        )

    def places(self) -> Iterator[Block]:
        rows = sorted(
            (country_name(row["country"]), row["cluster"], row["places"] or None)
            for row in self.data["places"]
        )
        columns = tuple(map(Column, (_("Country"), _("Cluster"), _("Places"))))
        yield from has_rows(Table(_("Clusters by country"), columns, tuple(rows), name=_("Countries")))
