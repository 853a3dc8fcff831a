"""The results report as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clusters.models import Agreement
from clusters.queries.words import force_word
from clusters.rules import Force
from monitoring.models import Level
from monitoring.queries.sources import VOCABULARY
from monitoring.reports.figures import NONE, Data, Figures, document_from, said
from monitoring.reports.pictures import Drawing
from monitoring.reports.results.people import adoption, divisions, participation, trained
from monitoring.reports.results.ranges import plots
from monitoring.reports.stories import story_blocks
from monitoring.reports.trust import trust_blocks
from monitoring.rules.vocabulary import in_words, read_rule
from twinning.core.documents import (
    Block,
    Bullets,
    Column,
    Document,
    Facts,
    Heading,
    Paragraphs,
    Section,
    Table,
    sections_of,
)
from twinning.core.queries import edtf_text
from twinning.core.reports import Imprint, SectionKind

SECTIONS = (
    SectionKind("chain", lazy("Results chain")),
    SectionKind("results", lazy("Results to date"), breaks=True),
    SectionKind("periods", lazy("Results by period"), breaks=True),
    SectionKind("typed", lazy("What was reported and not counted"), breaks=True),
    SectionKind("participation", lazy("Who took part"), breaks=True),
    SectionKind("practices", lazy("Practices adopted")),
    SectionKind("trust", lazy("From cluster-to-cluster to business")),
    SectionKind("stories", lazy("Stories")),
    SectionKind("agreements", lazy("Register of agreements")),
    SectionKind("restatements", lazy("Restatements"), required=True),
    SectionKind("evidence", lazy("Evidence"), required=True, breaks=True),
)


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    writer = _Writer(data, Drawing(imprint.language, inked))
    about = () if data["whole"] else (data["scopes"][0],)
    return document_from(data, _("Results"), about, writer.sections(), "evidence.csv")


class _Writer:
    """Snapshots of format 1 have no persons over time, no divisions, no stories and nothing of trust.

    Before format 3 divisions left it to be worked out how many are not stated; before 4 restatements had no measure.
    """

    def __init__(self, data: Data, drawing: Drawing) -> None:
        self.data, self.drawing = data, drawing
        self.figures = Figures(data, drawing)
        self.scopes = self.figures.scopes
        self.indicators: list[Data] = data["indicators"]

    def sections(self) -> Iterator[Section]:
        data, drawing, section = self.data, self.drawing, sections_of(SECTIONS)
        yield section("chain", self.chain())
        yield section("results", self.results())
        yield section("periods", self.periods())
        yield section("typed", self.typed())
        yield section(
            "participation",
            (
                *participation(self.scopes, data["participation"]),
                *trained(data.get("trained"), data, self.scopes, drawing),
                *divisions(data.get("divided", ()), self.scopes),
            ),
        )
        yield section("practices", adoption(data["practices"]))
        yield section("trust", trust_blocks(data.get("trust", ())))
        yield section("stories", story_blocks(data.get("stories", ())))
        yield section("agreements", self.agreements())
        yield section("restatements", self.restatements())
        yield section("evidence", self.evidence())

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
        yield from self.figures.against_targets()
        yield Heading(_("How they are counted"))
        yield Table(
            _("Rules of the indicators"),
            (Column(_("Indicator"), 12), Column(_("Name"), 40), Column(_("Counted"))),
            tuple((one["code"], one["name"], self.rule(one)) for one in self.indicators),
            name=_("Rules"),
        )

    def rule(self, indicator: Data) -> str:
        rule = indicator["rule"]
        return in_words(read_rule(rule, VOCABULARY), VOCABULARY) if rule else _("typed in, with its source")

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
            yield from self.figures.of_period(period["figures"], period["title"])

    def day(self, day: dt.date) -> str:
        return date_format(day, "DATE_FORMAT")

    def typed(self) -> Iterator[Block]:
        yield from plots(self.data["typed"], self.drawing)
        rows = tuple(
            (
                f"{row['code']} {row['name']}",
                row["period"],
                row["cluster"] or _("Programme"),
                said(row, row["measure"]),
                row["source"],
            )
            for row in self.data["typed"]
        )
        if rows:
            heads = (_("Indicator"), _("Period"), _("Cluster"), _("Value"), _("Source"))
            caption = _("Values with their source; ranges stay ranges")
            yield Table(caption, tuple(map(Column, heads)), rows, name=_("Reported"))

    # What else -------------------------------------------------------------------------------------------

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
            heads = (Column(_("Agreement"), 40), Column(_("Kind")), Column(_("Signed")), Column(_("State")))
            yield Table(_("Agreements between bodies"), heads, rows, name=_("Agreements"))

    def restatements(self) -> Iterator[Block]:
        rows = tuple(
            (
                f"{row['code']} {row['name']}",
                f"{row['period']}, {row['cluster'] or _('Programme')}",
                said(row["was"], row.get("measure", "number")),
                said(row["is"], row.get("measure", "number")),
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
                (row["record"], row["when"] or None, row["counts"], row["note"] or NONE)
                for row in self.data["evidence"]
                if row["code"] == one["code"]
            )
            if rows:
                heads = (
                    Column(_("Record"), 50),
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
