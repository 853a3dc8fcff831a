"""A diagnostic study as a document, in the active language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from diagnostics.queries.answers import value_text
from diagnostics.queries.words import GAPS, looked_for, why
from diagnostics.reports.study import Candidate, Study
from diagnostics.rules.answers import rows_of
from diagnostics.rules.expressions import number_of
from diagnostics.rules.forms import NUMBERS, Question, Repeat, Type
from diagnostics.rules.kinds import Kind
from diagnostics.rules.studies import Gap
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
    cells,
)
from twinning.core.reports import Imprint

WIDTH = 720
_FONTS = "Noto Sans, DejaVu Sans, sans-serif"
_BEGIN_A_PAGE = ("introduction", "operation")
_STRENGTHS = {"weak": 1, "fair": 2, "strong": 3}


def document_of(study: Study, imprint: Imprint, *, inked: bool) -> Document:
    """``inked``: pictures in plain colours, for files that know no variables."""
    writer = _Writer(study, imprint, inked=inked)
    return Document(
        title=_("Diagnostic study"),
        programme_title=study.programme_title,
        programme_code=study.programme_code,
        as_of=study.as_of,
        about=(f"{study.cluster}, {country_name(study.country)}",),
        sections=tuple(writer.sections()),
        warning=_("Illustrative: made up or inferred to show how it works, not a finding.")
        if study.illustrative
        else "",
        attached=("answers.csv", "snapshot.json"),
    )


class _Writer:
    def __init__(self, study: Study, imprint: Imprint, *, inked: bool) -> None:
        self.study, self.form, self.answers = study, study.form, study.answers
        self.language, self.inked = imprint.language, inked

    def sections(self) -> Iterator[Section]:
        yield Section("state", _("State of the study"), tuple(self.state()))
        for section in self.form.sections:
            blocks = tuple(self.blocks(section.items))
            heading = section.label.say(self.language)
            yield Section(section.name, heading, blocks, breaks=section.name in _BEGIN_A_PAGE)
        if self.study.kind == Kind.EMERGING:
            yield Section(
                "candidates", _("Advanced clusters that it points to"), tuple(self.candidates()), breaks=True
            )

    # What the method says --------------------------------------------------------------------------------

    def state(self) -> Iterator[Block]:
        study = self.study
        approved = study.approved_on
        yield Facts(
            (
                (_("Study"), study.study_title),
                (_("Edition"), study.edition),
                (
                    _("Approved on"),
                    date_format(approved, "DATE_FORMAT") if approved else _("not approved yet"),
                ),
                (_("Questionnaire"), f"{study.questionnaire}, {study.questionnaire_version}"),
            )
        )
        yield Heading(_("What it leaves open"))
        said = [f"{GAPS[Gap(gap)]} {'; '.join(about)}".strip() for gap, about in study.gaps]
        yield Bullets(tuple(said)) if said else Paragraphs(_("Nothing that the method asks for."))
        if study.coverage:
            yield Table(
                _("Sample of firms by product group"),
                (
                    Column(_("Product group"), 50),
                    Column(_("Firms"), 0, True),
                    Column(_("AOBO rows"), 0, True),
                ),
                tuple(study.coverage),
                name=_("Coverage"),
            )

    def candidates(self) -> Iterator[Block]:
        yield Paragraphs(
            _(
                "Derived from the rows whose solution lies in an advanced cluster; nothing was chosen beforehand."
            ),
            "lead",
        )
        for one in self.study.candidates:
            yield Table(
                self.place(one),
                (Column(_("Item"), 20), Column(_("Issue"), 40), Column(_("Why it points there"), 40)),
                tuple(cells(item, issue, why(basis, words)) for item, issue, basis, words in one.rows),
                name=_("To %(place)s") % {"place": one.name},
            )
        if self.study.nowhere:
            yield Heading(_("Rows that point nowhere"))
            yield Bullets(self.study.nowhere)

    def place(self, one: Candidate) -> str:
        country = country_name(one.country)
        name = country if one.kind == "country" else f"{one.name}, {country}".rstrip(", ")
        kinds = ", ".join(looked_for(one.stakeholder_kinds))
        return f"{name}: {kinds}" if kinds else name

    # The answers -----------------------------------------------------------------------------------------

    def blocks(self, items: Sequence[Question | Repeat]) -> Iterator[Block]:
        facts: list[tuple[str, Cell]] = []
        silent: list[str] = []
        for item in items:
            label = item.label.say(self.language)
            if isinstance(item, Repeat):
                yield from self.repeat(item, label)
            elif item.type is Type.PHOTO:
                if photos := self.answers.get(item.name):
                    facts.append((label, len(photos)))
            elif item.asks:
                text = self.text(item, self.answers.get(item.name))
                if not text:
                    silent.append(label)
                elif item.type is Type.LONG_TEXT:
                    yield Heading(label)
                    yield Paragraphs(text)
                else:
                    facts.append((label, text))
        if facts:
            yield Facts(tuple(facts))
        if silent:
            yield Paragraphs(_("Not stated: %(labels)s.") % {"labels": "; ".join(silent)}, "note")

    def repeat(self, repeat: Repeat, label: str) -> Iterator[Block]:
        rows = rows_of(self.answers, repeat.name)
        if not rows:
            yield Paragraphs(_("Not stated: %(labels)s.") % {"labels": label}, "note")
        elif repeat.name == "aobo":
            yield from self.aobo(rows)
        else:
            yield from self.pictures(repeat.name, rows)
            yield from self.table(repeat, label, rows)

    def table(self, repeat: Repeat, label: str, rows: Sequence[str]) -> Iterator[Block]:
        """One table of the short answers, and below it what was written at length, row by row."""
        asked = [one for one in repeat.questions if one.asks and one.type is not Type.PHOTO]
        used = [one for one in asked if any(self.say(repeat.name, row, one.name) for row in rows)]
        short = [one for one in used if one.type is not Type.LONG_TEXT]
        columns = tuple(Column(one.label.say(self.language), 0, one.type in NUMBERS) for one in short)
        body = tuple(tuple(self.cell(one, repeat.name, row) for one in short) for row in rows)
        yield Table(label, columns, body, name=label)
        for one in (one for one in used if one.type is Type.LONG_TEXT):
            said = [
                f"{self.text(short[0], self.say(repeat.name, row, short[0].name))}: {text}"
                for row in rows
                if (text := self.say(repeat.name, row, one.name)) and short
            ]
            if said:
                yield Heading(one.label.say(self.language))
                yield Bullets(tuple(said))

    def aobo(self, rows: Sequence[str]) -> Iterator[Block]:
        """The analysis as the method prints it: a table for each type of principal firm, four columns."""
        where = Counter(self.say("aobo", row, "aobo_where") for row in rows)
        labels = self.labels("aobo_where")
        counts = [
            charts.Count(labels.get(key, key), where[key], colour)
            for colour, key in ((3, "cluster"), (5, "country"), (1, "advanced"))
            if where[key]
        ]
        if counts:
            words = ", ".join(f"{count.label} {count.value}" for count in counts)
            yield self.picture(
                "aobo-by-source",
                _("Where the solutions lie"),
                words,
                lambda look: charts.bar_counts(counts, **look),
            )
        by_firms: dict[str, list[str]] = {}
        for row in rows:
            by_firms.setdefault(self.say("aobo", row, "aobo_firms") or "", []).append(row)
        for firms, own in by_firms.items():
            yield Table(
                _("Principal firms: %(firms)s") % {"firms": firms or _("not stated")},
                (
                    Column(_("Item"), 15),
                    Column(_("Major issue where twinning can help"), 28),
                    Column(_("Advanced cluster and relevant stakeholders"), 26),
                    Column(_("Likely entry points"), 0),
                ),
                tuple(self.aobo_row(row) for row in own),
                name=_("AOBO %(firms)s") % {"firms": firms},
            )

    def aobo_row(self, row: str) -> tuple[Cell, ...]:
        where = self.say("aobo", row, "aobo_where")
        solution = self.say("aobo", row, "aobo_stakeholders") or self.labels("aobo_where").get(where, "")
        issue = self.say("aobo", row, "aobo_issue")
        if self.say("aobo", row, "aobo_status") == "retired":
            reason = self.say("aobo", row, "aobo_reason")
            issue = _("%(issue)s (retired: %(reason)s)") % {"issue": issue, "reason": reason}
        return cells(self.say("aobo", row, "aobo_item"), issue, solution, self.say("aobo", row, "aobo_entry"))

    # Pictures --------------------------------------------------------------------------------------------

    def pictures(self, repeat: str, rows: Sequence[str]) -> Iterator[Block]:
        if repeat == "value_chain":
            stages = [
                charts.Stage(self.say(repeat, row, "stage"), self.number(repeat, row, "stage_share"))
                for row in rows
            ]
            yield self.picture(
                "value-chain",
                _("Value chain"),
                " → ".join(stage.label for stage in stages),
                lambda look: charts.value_chain(stages, **look),
            )
        elif repeat == "statistics":
            sizes = self.labels("size_class")
            counts = [
                charts.Count(
                    capfirst(sizes.get(self.say(repeat, row, "size_class"), "")),
                    int(self.number(repeat, row, "size_count") or 0),
                    1,
                )
                for row in rows
            ]
            yield self.picture(
                "firm-sizes",
                _("Firms by size"),
                ", ".join(f"{count.label} {count.value}" for count in counts),
                lambda look: charts.bar_counts(counts, **look),
            )
        elif repeat == "links":
            links = [
                charts.Link(
                    self.say(repeat, row, "link_from"),
                    self.say(repeat, row, "link_to"),
                    _STRENGTHS.get(self.say(repeat, row, "link_strength"), 2),
                )
                for row in rows
            ]
            yield self.picture(
                "linkage-map",
                _("Who works with whom"),
                _("%(count)d links; the table names them.") % {"count": len(links)},
                lambda look: charts.linkage_map(links, **look),
            )

    def picture(self, ident: str, caption: str, words: str, draw: Any) -> Picture:
        look: Look = {
            "language": self.language,
            "width": WIDTH,
            "title": f"{caption}: {words}",
            "description": _("The table beside it says the same."),
            "ident": ident,
            "inked": self.inked,
            "font": _FONTS if self.inked else "",
        }
        return Picture(caption, draw(look))

    # Values ----------------------------------------------------------------------------------------------

    def say(self, repeat: str, row: str, name: str) -> str:
        value = self.answers.get(f"{repeat}/{row}/{name}", "")
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def number(self, repeat: str, row: str, name: str) -> float | None:
        found = number_of(self.say(repeat, row, name))
        return None if found is None else float(found)

    def cell(self, question: Question, repeat: str, row: str) -> Cell:
        value = self.answers.get(f"{repeat}/{row}/{question.name}")
        if question.type in NUMBERS:
            found = number_of(value)
            return int(found) if found is not None and found == found.to_integral_value() else found
        return self.text(question, value) or None

    def text(self, question: Question, value: Any) -> str:
        if question.type is Type.DATE and value:
            return date_format(dt.date.fromisoformat(str(value)), "DATE_FORMAT")
        return value_text(self.form, question, value, self.language)

    def labels(self, name: str) -> dict[str, str]:
        question = self.form.question(name)
        choices = self.form.choices_of(question) if question else ()
        return {choice.name: choice.label.say(self.language) for choice in choices}
