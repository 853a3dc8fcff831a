"""An evaluation as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from activities.models import Activity
from clusters.queries.words import span_text
from clusters.rules import Role
from monitoring.models import CriterionAssessment, Evaluation
from monitoring.queries.evaluations import Ratings, TrainingDays, ratings_of
from monitoring.reports.evaluation.criteria import assessment, comparison
from monitoring.reports.evaluation.steering import agents, decisions, frameworks
from monitoring.reports.figures import Data, Figures, document_from
from monitoring.reports.pictures import Drawing
from monitoring.reports.trust import trust_blocks
from monitoring.rules.evaluation import Advice, How, is_overdue
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
    cells,
    has_rows,
    sections_of,
)
from twinning.core.reports import Imprint, SectionKind

SECTIONS = (
    SectionKind("summary", lazy("Summary")),
    SectionKind("background", lazy("Background and context")),
    SectionKind("planning", lazy("Planning and outputs")),
    SectionKind("partners", lazy("Partners")),
    SectionKind("steering", lazy("Steering and management")),
    SectionKind("results", lazy("Results to date")),
    SectionKind("assessment", lazy("Assessment"), required=True),
    SectionKind("comparison", lazy("Standard against twinning (Table 11)")),
    SectionKind("records", lazy("What the records say"), required=True),
    SectionKind("lessons", lazy("Lessons")),
    SectionKind("recommendations", lazy("Recommendations"), required=True),
)


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    evaluation = data["evaluation"]
    kind = capfirst(str(Evaluation.Kind(evaluation["kind"]).label))
    about = [evaluation["title"], kind]
    if not evaluation["decided_on"]:
        about.append(_("Not final: %(state)s") % {"state": Evaluation.Status(evaluation["status"]).label})
    warning = _("Illustrative: made up or inferred to show how it works, not a finding.")
    return document_from(
        data,
        _("Evaluation report"),
        about,
        _Writer(data, Drawing(imprint.language, inked)).sections(),
        "assessment.csv",
        warning=warning if evaluation["illustrative"] else "",
    )


class _Writer:
    """Snapshots of format 1 have no results and no frameworks; before format 3 all is as of the day of the report."""

    def __init__(self, data: Data, drawing: Drawing) -> None:
        self.data, self.evaluation, self.drawing = data, data["evaluation"], drawing
        self.as_of = dt.date.fromisoformat(data["as_of"])
        self.until = dt.date.fromisoformat(data.get("until", data["as_of"]))

    def sections(self) -> Iterator[Section]:
        section = sections_of(SECTIONS)
        yield section("summary", self.summary())
        yield section("background", self.background())
        yield section("planning", self.told("planning"))
        yield section("partners", self.told("partners"))
        yield section(
            "steering",
            (
                *self.told("steering"),
                *decisions(self.data["decisions"]),
                *agents(self.data, self.until, self.drawing),
            ),
        )
        yield from self.results()
        yield section("assessment", assessment(self.data["criteria"], self.ratings, self.drawing))
        yield section("comparison", (comparison(self.data["comparison"]),))
        yield section("records", self.records())
        yield section("lessons", self.lessons())
        yield section("recommendations", self.recommendations())

    def told(self, name: str) -> tuple[Block, ...]:
        text = self.evaluation[name]
        return (Paragraphs(text),) if text.strip() else (Paragraphs(_("Not stated."), "note"),)

    def background(self) -> Iterator[Block]:
        yield from self.told("background")
        if self.evaluation["scope"].strip():
            yield Heading(_("Scope"))
            yield from self.told("scope")

    def results(self) -> Iterator[Section]:
        if found := self.data.get("results"):
            blocks = (*self.of_when(), *Figures(found, self.drawing).against_targets())
            yield sections_of(SECTIONS)("results", blocks)

    def of_when(self) -> Iterator[Block]:
        """What the records are asked of, where that ends before the day of the report."""
        if self.until < self.as_of:
            words = _("Up to %(day)s, the last day of the evaluated period.")
            yield Paragraphs(words % {"day": date_format(self.until, "DATE_FORMAT")}, "lead")

    # What evaluators wrote -------------------------------------------------------------------------------

    def summary(self) -> Iterator[Block]:
        told, found = self.evaluation, self.ratings
        first, last = (dt.date.fromisoformat(told[n]) if told[n] else None for n in ("first", "last"))
        final = told["decided_on"]
        mean = found.whole.mean
        yield Facts(
            (
                (_("Evaluation"), told["title"]),
                (_("Kind"), str(Evaluation.Kind(told["kind"]).label)),
                (_("Period"), span_text(first, last) or None),
                (_("Evaluators"), told["evaluators"] or None),
                (_("Made final"), _date(final) if final else _("not yet")),
                (_("Overall rating, of 6"), number_format(mean, 2) if mean is not None else None),
            )
        )
        if told["summary"].strip():
            yield Paragraphs(told["summary"])

    @property
    def ratings(self) -> Ratings:
        return ratings_of(
            CriterionAssessment(
                criterion=row["criterion"], weight=Decimal(row["weight"]), rating=row["rating"]
            )
            for row in self.data["criteria"]
        )

    # What the records say --------------------------------------------------------------------------------

    def records(self) -> Iterator[Block]:
        yield from self.of_when()
        days = [
            TrainingDays(How(one["how"]), one["activities"], one["days"], one["unstated"], [])
            for one in self.data["training"]
        ]
        words = {How.KNOW: _("Know-how"), How.DO: _("Do-how")}
        yield Heading(_("Know-how and do-how"))
        yield Facts(tuple((words[found.how], found.text) for found in days))
        yield Paragraphs(
            _(
                "Know-how: workshops, seminars and courses. Do-how: training on site, in firms. Calendar days that a"
                " period states to the day; a period that names a month or a year states none, and none is made up."
                " Two activities on one day are two days of training."
            ),
            "note",
        )
        lines = tuple(
            cells(
                line["title"],
                words[How(one["how"])],
                str(Activity.Format(line["format"]).label),
                line["period"],
                line["days"] or None,
            )
            for one in self.data["training"]
            for line in one["lines"]
        )
        columns = (
            Column(_("Activity"), 40),
            Column(_("Kind")),
            Column(_("Format")),
            Column(_("Period as written")),
            Column(_("Days"), 0, True),
        )
        yield from has_rows(Table(_("Days of training"), columns, lines, name=_("Days of training")))
        yield from trust_blocks(self.data["trust"])
        yield from frameworks(self.data.get("frameworks", ()), self.until, self.drawing)

    # What follows ----------------------------------------------------------------------------------------

    def lessons(self) -> Iterator[Block]:
        lessons = [
            f"{row['text']} ({row['applies_to']})" if row["applies_to"] else row["text"]
            for row in self.data["lessons"]
        ]
        yield Bullets(tuple(lessons)) if lessons else Paragraphs(_("None was written."), "note")

    def recommendations(self) -> Iterator[Block]:
        rows = tuple(self.recommendation(row) for row in self.data["recommendations"])
        columns = (
            Column(_("Number"), 10, True),
            Column(_("Recommendation"), 32),
            Column(_("Addressed to"), 14),
            Column(_("Owner"), 14),
            Column(_("Due"), 12),
            Column(_("State"), 0),
        )
        if not rows:
            yield Paragraphs(_("None was made."), "note")
            return
        yield Table(_("Recommendations"), columns, rows, heads=False, name=_("Recommendations"))
        notes = tuple(
            cells(row["number"], _date(note["day"]), note["note"], str(Advice(note["state"]).label))
            for row in self.data["recommendations"]
            for note in row["follow_ups"]
        )
        of_notes = (
            Column(_("Number"), 10, True),
            Column(_("Date"), 18),
            Column(_("What was done about it"), 56),
            Column(_("State"), 0),
        )
        yield from has_rows(
            Table(_("What was done about them"), of_notes, notes, heads=False, name=_("Follow-up"))
        )

    def recommendation(self, row: Data) -> tuple[Any, ...]:
        due = dt.date.fromisoformat(row["due"]) if row["due"] else None
        state = str(Advice(row["state"]).label)
        if is_overdue(row["state"], due, self.as_of):
            state = _("%(state)s, overdue") % {"state": state}
        role = str(Role(row["owner_role"]).label) if row["owner_role"] else ""
        owner = ", ".join(part for part in (row["owner"], role) if part)
        return cells(
            row["number"], row["text"], row["addressed_to"], owner, _date(row["due"]) if due else "", state
        )


def _date(day: str) -> str:
    return date_format(dt.date.fromisoformat(day), "DATE_FORMAT")
