"""The portfolio report as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clusters.models import Agreement, Decision
from clusters.queries.words import force_word
from clusters.rules import Force
from monitoring.queries.portfolio import Place
from monitoring.reports.figures import Data, Figures, document_from
from monitoring.reports.pictures import Drawing
from monitoring.reports.portfolio.annex import adoption_blocks, policy_blocks
from monitoring.reports.portfolio.money import money_blocks
from monitoring.reports.portfolio.places import place_blocks
from monitoring.reports.portfolio.published import publication_blocks, target_blocks
from monitoring.reports.stories import story_blocks
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
    has_rows,
    sections_of,
)
from twinning.core.queries import edtf_text
from twinning.core.reports import Imprint, SectionKind

SECTIONS = (
    SectionKind("matrix", lazy("Components by cluster")),
    SectionKind("results", lazy("Results against targets"), breaks=True),
    SectionKind("targets", lazy("Goals it serves")),
    SectionKind("money", lazy("Budget and spend"), breaks=True),
    SectionKind("agreements", lazy("Agreements")),
    SectionKind("stories", lazy("Stories")),
    SectionKind("gaps", lazy("Gaps and risks"), required=True),
    SectionKind("history", lazy("How the clusters were selected")),
    SectionKind("places", lazy("Where the clusters are")),
    SectionKind("publication", lazy("Publication to IATI")),
    SectionKind("adoption", lazy("Annex: technologies adopted"), breaks=True),
    SectionKind("policies", lazy("Annex: policy cases")),
)


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    writer = _Writer(data, Drawing(imprint.language, inked))
    about = () if data["whole"] else (data["about"],)
    return document_from(data, _("Portfolio"), about, writer.sections(), "results.csv")


class _Writer:
    """Snapshots of format 1 have no money, goals, stories, publication and annex; positions came with format 3."""

    def __init__(self, data: Data, drawing: Drawing) -> None:
        self.data, self.drawing = data, drawing
        self.figures = Figures(data, drawing)

    def sections(self) -> Iterator[Section]:
        data, annex, language = self.data, self.data.get("annex"), self.drawing.language
        section = sections_of(SECTIONS)
        yield section("matrix", self.matrix())
        yield section("results", self.results())
        yield section("targets", target_blocks(data.get("targets", ()), self.figures))
        yield section("money", money_blocks(data.get("money"), data["currency"], self.drawing))
        yield section("agreements", self.agreements())
        yield section("stories", story_blocks(data.get("stories", ())))
        yield section("gaps", self.gaps())
        yield section("history", self.history())
        yield section("places", place_blocks(data["places"], self.drawing))
        yield section("publication", publication_blocks(data.get("publication")))
        yield section("adoption", adoption_blocks(annex, language))
        yield section("policies", policy_blocks(annex, language))

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

    def results(self) -> Iterator[Block]:
        yield from self.figures.against_targets()
        told = tuple(
            (row["title"], row["contribution"]) for row in self.data["results"] if row["contribution"]
        )
        if told:
            yield Heading(_("Contribution of the programme"))
            yield Facts(told)

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
            Column(_("Agreement"), 35),
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
        for name, heading in (
            ("not_reported", _("Indicators that nothing is reported of")),
            ("lapsed", _("Agreements that lapsed")),
        ):
            if gaps.get(name):
                yield Heading(heading)
                yield Bullets(tuple(gaps[name]))
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
        columns = (
            Column(_("Cluster"), 20),
            Column(_("Decision"), 15),
            Column(_("Meeting"), 12),
            Column(_("Held"), 18),
            Column(_("What was decided")),
        )
        yield from has_rows(
            Table(_("Decisions of the committee on clusters"), columns, rows, name=_("Selection"))
        )
