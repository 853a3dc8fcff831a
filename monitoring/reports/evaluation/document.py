"""An evaluation as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import Activity
from clusters.models import CDAEngagement, Twinning
from clusters.queries.words import held_text, span_text
from clusters.rules import Role
from monitoring import pictures
from monitoring.models import AssessmentEvidence, ComparisonRow, CriterionAssessment, Evaluation
from monitoring.queries.evaluations import (
    LinkStep,
    Ratings,
    TrainingDays,
    TrustLine,
    left_out_text,
    moment_text,
    rating_text,
    ratings_of,
)
from monitoring.rules.evaluation import PRINTED, Advice, Aspect, Criterion, How, Moment, Table11, is_overdue
from twinning.core.documents import (
    Block,
    Bullets,
    Column,
    Document,
    Facts,
    Heading,
    Paragraphs,
    Picture,
    Section,
    Table,
    cells,
    has_rows,
)
from twinning.core.reports import Imprint

_FONTS = "Noto Sans, DejaVu Sans, sans-serif"
Data = Mapping[str, Any]


def document_of(data: Data, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    evaluation = data["evaluation"]
    kind = capfirst(str(Evaluation.Kind(evaluation["kind"]).label))
    about = [evaluation["title"], kind]
    if not evaluation["decided_on"]:
        about.append(_("Not final: %(state)s") % {"state": Evaluation.Status(evaluation["status"]).label})
    return Document(
        title=_("Evaluation report"),
        programme_title=data["programme_title"],
        programme_code=data["programme_code"],
        as_of=dt.date.fromisoformat(data["as_of"]),
        about=tuple(about),
        sections=tuple(_Writer(data, inked=inked).sections()),
        warning=_("Illustrative: made up or inferred to show how it works, not a finding.")
        if evaluation["illustrative"]
        else "",
        attached=("assessment.csv", "snapshot.json"),
    )


class _Writer:
    def __init__(self, data: Data, *, inked: bool) -> None:
        self.data, self.evaluation, self.inked = data, data["evaluation"], inked
        self.as_of = dt.date.fromisoformat(data["as_of"])

    def sections(self) -> Iterator[Section]:
        told = self.evaluation
        yield Section("summary", _("Summary"), tuple(self.summary()))
        yield Section(
            "background", _("Background and context"), (*self.told("background"), *self.told("scope"))
        )
        yield Section("planning", _("Planning and outputs"), self.told("planning"))
        yield Section("partners", _("Partners"), self.told("partners"))
        yield Section("steering", _("Steering and management"), tuple(self.steering()), breaks=True)
        yield Section("assessment", _("Assessment"), tuple(self.assessment()), breaks=True)
        yield Section(
            "comparison", _("Standard against twinning (Table 11)"), (self.comparison(),), breaks=True
        )
        yield Section("records", _("What the records say"), tuple(self.records()), breaks=True)
        yield Section("lessons", _("Lessons"), tuple(self.lessons()), breaks=bool(told["summary"]))
        yield Section("recommendations", _("Recommendations"), tuple(self.recommendations()))

    def told(self, name: str) -> tuple[Block, ...]:
        text = self.evaluation[name]
        return (Paragraphs(text),) if text.strip() else (Paragraphs(_("Not stated."), "note"),)

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

    def steering(self) -> Iterator[Block]:
        yield from self.told("steering")
        decisions = tuple(
            cells(
                row["meeting"],
                held_text(row["held"], row["held_text"]),
                row["cluster"],
                _decision(row),
                row["reason"],
            )
            for row in self.data["decisions"]
        )
        columns = (
            Column(_("Meeting"), 10, True),
            Column(_("Date"), 18),
            Column(_("Cluster"), 18),
            Column(_("Decision"), 30),
            Column(_("Reason"), 0),
        )
        yield from has_rows(
            Table(_("Decisions of the steering committee"), columns, decisions, name=_("Decisions"))
        )
        yield from self.agents()

    def agents(self) -> Iterator[Block]:
        rows = tuple(
            cells(
                row["cluster"],
                row["post"],
                str(CDAEngagement.Side(row["side"]).label),
                str(CDAEngagement.Function(row["function"]).label),
                row["qualified"],
                span_text(*(dt.date.fromisoformat(row[n]) if row[n] else None for n in ("first", "last"))),
            )
            for row in self.data["agents"]
        )
        columns = tuple(
            Column(label)
            for label in (
                _("Cluster"),
                _("Post"),
                _("Side"),
                _("Function"),
                _("Qualification"),
                _("Period"),
            )
        )
        yield from has_rows(Table(_("Agents by cluster"), columns, rows, name=_("Agents")))
        if gaps := self.data["gaps"]:
            yield Heading(_("Twinnings without an agent on the advanced side on that day"))
            yield Bullets(tuple(gaps))

    # The criteria ----------------------------------------------------------------------------------------

    def assessment(self) -> Iterator[Block]:
        found = self.ratings
        radar = pictures.criteria(found, inked=self.inked, font=_FONTS if self.inked else "")
        if radar:
            yield Picture(_("Ratings by criterion"), radar)
        columns = (
            Column(_("Criterion"), 40),
            Column(_("Mean rating"), 0, True),
            Column(_("Rated"), 0, True),
            Column(_("Unable to assess"), 0, True),
        )
        rows = tuple(
            (str(line.criterion.label), line.found.mean, line.found.rated, line.found.unable)
            for line in found.lines
        )
        yield Table(_("Ratings by criterion"), columns, rows, name=_("Ratings"))
        if words := left_out_text(found.whole):
            yield Paragraphs(words, "note")
        yield Paragraphs(
            _(
                "6 highly satisfactory, 5 satisfactory, 4 moderately satisfactory, 3 moderately unsatisfactory,"
                " 2 unsatisfactory, 1 highly unsatisfactory. Means by weight; what is not rated or cannot be assessed"
                " is left out, not counted as 0."
            ),
            "note",
        )
        for row in self.data["criteria"]:
            yield from self.criterion(row)

    def criterion(self, row: Data) -> Iterator[Block]:
        name = str(Criterion(row["criterion"]).label)
        if row["aspect"]:
            name = f"{name}, {Aspect(row['aspect']).label}"
        yield Heading(name)
        yield Facts(
            (
                (_("Question"), row["question"]),
                (_("Rating"), rating_text(row["rating"]) or _("not rated")),
                (_("Weight"), number_format(Decimal(row["weight"]))),
                (_("Justification"), row["justification"] or None),
                (_("Finding"), row["finding"] or None),
            )
        )
        evidence = tuple(
            cells(
                str(AssessmentEvidence.Kind(one["kind"]).label),
                one["label"] or _("not named in reports"),
                one["text"],
            )
            for one in row["evidence"]
        )
        columns = (
            Column(_("Evidence"), 18),
            Column(_("Record or document"), 36),
            Column(_("What it shows"), 0),
        )
        yield from has_rows(Table(_("Evidence: %(what)s") % {"what": name}, columns, evidence))

    def comparison(self) -> Table:
        columns = (
            Column(_("Aspect"), 12),
            Column(_("Standard programme"), 18),
            Column(_("Twinning programme"), 20),
            Column(_("Planned"), 18),
            Column(_("Observed"), 20),
            Column(_("Judged"), 0),
        )
        rows = tuple(
            cells(
                str(Table11(row["aspect"]).label),
                *(str(words) for words in PRINTED[row["aspect"]]),
                row["planned"],
                row["observed"],
                str(ComparisonRow.Judged(row["judged"]).label),
            )
            for row in self.data["comparison"]
        )
        return Table(_("Standard against twinning (Table 11)"), columns, rows, name=_("Table 11"))

    # What the records say --------------------------------------------------------------------------------

    def records(self) -> Iterator[Block]:
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
        yield from self.trust()

    def trust(self) -> Iterator[Block]:
        rows = []
        for one in self.data["trust"]:
            c2c, c2b, b2b = (_step(one[name]) for name in ("c2c", "c2b", "b2b"))
            line = TrustLine(Twinning(), c2c, c2b, b2b)
            steps = [_step_words(one[name]) for name in ("c2c", "c2b", "b2b")]
            rows.append(cells(one["twinning"], *steps, line.to_b2b, line.to_business))
        columns = tuple(
            Column(label)
            for label in (
                _("Twinning"),
                _("First C2C"),
                _("First C2B"),
                _("First B2B"),
                _("C2C to B2B"),
                _("C2C to business"),
            )
        )
        caption = _("From cluster-to-cluster to business")
        yield from has_rows(Table(caption, columns, tuple(rows), name=_("From C2C to B2B")))

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
            Column(_("Number"), 8, True),
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
            Column(_("Number"), 8, True),
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


def _decision(row: Data) -> str:
    if row["superseded_at"] is None:
        return str(row["text"])
    return _("%(text)s (superseded at meeting %(number)d)") % {
        "text": row["text"],
        "number": row["superseded_at"],
    }


def _step(data: Data | None) -> LinkStep | None:
    if data is None:
        return None
    moment = Moment(dt.date.fromisoformat(data["first"]), dt.date.fromisoformat(data["last"]))
    return LinkStep(moment, moment_text(moment), None)


def _step_words(data: Data | None) -> str:
    step = _step(data)
    if step is None or data is None:
        return ""
    return f"{step.when}: {data['title']}" if data["title"] else step.when
