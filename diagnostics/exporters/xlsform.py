"""A questionnaire as an XLSForm, for KoboToolbox and ODK. Which part of it becomes what: docs/questionnaires.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnostics.models import QuestionnaireVersion
from diagnostics.rules.answers import MOST_PHOTOS
from diagnostics.rules.forms import CHOOSING, MOST_ROWS, Question, Repeat, Section, Type, Words
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.rules.plain import languages_of
from diagnostics.rules.xlsform import (
    ABOUT,
    FIRM,
    HELD_ON,
    HINT,
    NOT_LISTED,
    ORGANISATION_KEY,
    ORGANISATIONS,
    OTHER,
    PRODUCT_GROUP_KEY,
    PRODUCT_GROUPS,
    TEXTS,
    TITLE,
    VERSION,
    beside,
    field_name,
    language_name,
    shown,
    version_mark,
    with_unit,
)
from diagnostics.rules.xpath import to_xpath
from twinning.core.access import DomainError
from twinning.core.tabular import LONGEST_CELL, SheetOut, write_workbook

_TYPES = {
    Type.TEXT: "text",
    Type.LONG_TEXT: "text",
    Type.INTEGER: "integer",
    Type.DECIMAL: "decimal",
    Type.DATE: "date",
    Type.PHOTO: "image",
    Type.PLACE: "geopoint",
    Type.NOTE: "note",
    Type.ORGANISATION: "text",
    Type.PRODUCT_GROUP: "text",
}
_TRANSLATED = ("label", "hint", "constraint_message")
_PLAIN = (
    "required",
    "relevant",
    "constraint",
    "appearance",
    "default",
    "parameters",
    "unit",
    "pillar",
    "row_title",
    "least",
    "most",
    "asks",
    "constraint_here",
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PIXELS = "max-pixels=2048"

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Line = dict[str, str | int]
Say = Callable[[str], str]  # a language -> words in it


@dataclass(frozen=True, slots=True)
class Lists:
    """What a cluster has to choose from: (id, name) of its organisations and product groups."""

    organisations: Sequence[tuple[int, str]] = field(default_factory=list)
    product_groups: Sequence[tuple[int, str]] = field(default_factory=list)


def export_languages(version: QuestionnaireVersion) -> list[str]:
    return languages_of(version.form)


def xlsform(version: QuestionnaireVersion, *, language: str = "", lists: Lists | None = None) -> bytes:
    """The workbook (XLSX). ``language``: the one in which the form opens, of ``export_languages``; "" for its own.

    With ``lists`` firms and product groups are chosen from them, or typed where they are not among them. Raises
    DomainError for a language that the questionnaire does not have, and for words longer than a cell can hold.
    """
    export = _Export(version, language, lists)
    survey = list(export.survey())
    choices = list(export.choices())
    export.check_lengths([*survey, *choices])
    return write_workbook(
        [
            export.sheet("survey", ("type", "name"), survey, _TRANSLATED, _PLAIN),
            export.sheet("choices", ("list_name", "name"), choices, ("label",), ("points",)),
            export.settings(),
            export.sheet(TEXTS, ("what", "name"), list(export.texts()), ("label",), ()),
        ]
    )


class _Export:
    def __init__(self, version: QuestionnaireVersion, language: str, lists: Lists | None) -> None:
        self.version, self.form, self.lists = version, version.form, lists
        self.languages = languages_of(self.form)
        self.language = language or self.form.language
        if self.language not in self.languages:
            raise DomainError(
                gettext("This questionnaire is not written in “%(language)s”. It has: %(languages)s.")
                % {"language": self.language, "languages": ", ".join(self.languages)},
                code="no_such_language",
            )
        self.repeats = {repeat.name for repeat in self.form.repeats()}
        self.needs = NEEDS[Kind(version.questionnaire.kind)]

    # Cells ------------------------------------------------------------------------------------------------

    def translated(self, what: str, say: Say) -> Line:
        """One cell for each language; none where nothing is said in any."""
        texts = {language: _clean(say(language)) for language in self.languages}
        if not any(texts.values()):
            return {}
        return {f"{what}::{language_name(language)}": shown(text) for language, text in texts.items()}

    def words(self, what: str, words: Words) -> Line:
        return self.translated(what, words.say)

    def own(self, what: str, text: StrOrPromise) -> Line:
        """Words of the application's own, in each language that it speaks."""
        return self.translated(what, lambda language: _in(language, text))

    def same(self, what: str, text: str) -> Line:
        """A name, which is the same in every language."""
        return self.translated(what, lambda language: text)

    def condition(self, what: str, text: str) -> Line:
        return {what: to_xpath(text, self.repeats, field_name)} if text.strip() else {}

    # The survey -------------------------------------------------------------------------------------------

    def survey(self) -> Iterator[Line]:
        yield from self.about()
        for section in self.form.sections:
            yield from self.section(section)

    def about(self) -> Iterator[Line]:
        """What the form says of itself: its version, the day, the firm, a title."""
        yield _line("begin group", ABOUT) | self.own("label", _("About this form"))
        mark = version_mark(self.version.questionnaire.slug, self.version.number)
        yield _line("hidden", VERSION, default=mark)
        yield _line("date", HELD_ON, default="today()") | self.own("label", _("Date"))
        if self.needs.of_firm:
            yield from self.organisation(FIRM, self.own("label", _("Firm")) | {"required": "yes"})
        yield (
            _line("text", TITLE)
            | self.own("label", _("Title"))
            | self.own("hint", _("Left blank, the form is named after the cluster or the firm."))
        )
        yield _line("end group")

    def section(self, section: Section) -> Iterator[Line]:
        head = _line("begin group", field_name(section.name))
        yield head | self.words("label", section.label) | self.condition("relevant", section.relevant)
        yield from self.hint(field_name(section.name), section.hint, "")
        for item in section.items:
            yield from self.repeat(item) if isinstance(item, Repeat) else self.question(item)
        yield _line("end group")

    def hint(self, name: str, hint: Words, relevant: str) -> Iterator[Line]:
        """Groups show no hint in the field, so it is a note before what it belongs to."""
        if hint:
            note = _line("note", beside(name, HINT))
            yield note | self.words("label", hint) | self.condition("relevant", relevant)

    def repeat(self, repeat: Repeat) -> Iterator[Line]:
        yield from self.hint(field_name(repeat.name), repeat.hint, repeat.relevant)
        line: Line = _line("begin repeat", field_name(repeat.name)) | self.words("label", repeat.label)
        line |= self.condition("relevant", repeat.relevant)
        line |= {"row_title": field_name(repeat.title)} if repeat.title else {}
        line |= {"least": repeat.least} if repeat.least else {}
        line |= {"most": repeat.most} if repeat.most < MOST_ROWS else {}
        yield line
        for question in repeat.questions:
            yield from self.question(question)
        yield _line("end repeat")

    def question(self, question: Question) -> Iterator[Line]:
        line = self.line_of(question)
        if question.type is Type.PHOTO:
            yield _line("image", field_name(question.name), parameters=_PIXELS) | line
            yield from self.further_photos(question)
        elif question.type is Type.ORGANISATION:
            yield from self.organisation(field_name(question.name), line | {"asks": question.type.value})
        elif question.type is Type.PRODUCT_GROUP:
            yield from self.product_groups(question, line | {"asks": question.type.value})
        elif question.type in CHOOSING:
            kind = "select_one" if question.type is Type.ONE else "select_multiple"
            yield _line(f"{kind} {question.choices}", field_name(question.name)) | line
        else:
            own = _line(_TYPES[question.type], field_name(question.name))
            yield own | line | ({"appearance": "multiline"} if question.type is Type.LONG_TEXT else {})

    def line_of(self, question: Question) -> Line:
        """What every type of question has."""
        unit = question.unit.strip()
        line = self.translated("label", lambda language: with_unit(question.label.say(language), unit))
        line |= self.words("hint", question.hint) | self.condition("relevant", question.relevant)
        line |= {"unit": unit} if unit else {}
        line |= {"pillar": question.pillar} if question.pillar else {}
        if question.type is Type.NOTE:
            return line
        line |= self.words("constraint_message", question.constraint_message)
        line |= {"required": "yes"} if question.required else {}
        # A photo, and a firm that is chosen, are no values there that the condition could look at.
        chosen = self.lists and question.type in (Type.ORGANISATION, Type.PRODUCT_GROUP)
        here = chosen or question.type is Type.PHOTO
        if here:
            return line | ({"constraint_here": question.constraint} if question.constraint.strip() else {})
        return line | self.condition("constraint", question.constraint)

    def further_photos(self, question: Question) -> Iterator[Line]:
        """An image question takes one picture there: the next is offered when one was taken, up to MOST_PHOTOS."""
        before = field_name(question.name)
        for number in range(2, MOST_PHOTOS + 1):
            name = beside(field_name(question.name), number)
            line = _line("image", name, parameters=_PIXELS, relevant=f"${{{before}}} != ''")

            def say(language: str, number: int = number) -> str:
                return f"{question.label.say(language)} ({number})"

            yield line | self.translated("label", say)
            before = name

    def organisation(self, name: str, line: Line) -> Iterator[Line]:
        if self.lists is None:
            yield _line("text", name) | line
            return
        yield _line(f"select_one {ORGANISATIONS}", name) | line
        yield self.other(
            name, f"${{{name}}} = '{NOT_LISTED}'", self.own("label", _("Name of the organisation"))
        )

    def product_groups(self, question: Question, line: Line) -> Iterator[Line]:
        name = field_name(question.name)
        if self.lists is None:

            def say(language: str) -> str:
                several = _in(language, _("Several: with a semicolon between them."))
                return f"{question.hint.say(language)}\n{several}"

            yield _line("text", name) | line | self.translated("hint", say)
            return
        yield _line(f"select_multiple {PRODUCT_GROUPS}", name) | line
        label = self.own("label", _("Other product groups, with a semicolon between them"))
        yield self.other(name, f"selected(${{{name}}}, '{NOT_LISTED}')", label)

    def other(self, name: str, relevant: str, label: Line) -> Line:
        return _line("text", beside(name, OTHER), relevant=relevant, required="yes") | label

    # The other sheets -------------------------------------------------------------------------------------

    def choices(self) -> Iterator[Line]:
        for name, choices in self.form.choices.items():
            for choice in choices:
                line = _cells(list_name=name, name=choice.name) | self.words("label", choice.label)
                yield line | ({} if choice.points is None else {"points": choice.points})
        if self.lists is None:
            return
        for name, key, records, other in (
            (ORGANISATIONS, ORGANISATION_KEY, self.lists.organisations, _("Another one, not in this list")),
            (PRODUCT_GROUPS, PRODUCT_GROUP_KEY, self.lists.product_groups, _("Others, not in this list")),
        ):
            for pk, label in records:
                yield _cells(list_name=name, name=f"{key}{pk}") | self.same("label", label)
            yield _cells(list_name=name, name=NOT_LISTED) | self.own("label", other)

    def settings(self) -> SheetOut:
        names = {section.name for section in self.form.sections} | self.repeats
        names |= {question.name for question in self.form.questions()}
        title = " ".join(_clean(self.form.title.say(self.language)).split())
        values = {
            "form_title": shown(title),
            "form_id": self.version.questionnaire.slug,
            "version": str(self.version.number),
            "default_language": language_name(self.language),
            "instance_name": self.instance_name(title),
            # The form itself is an element beside its questions, and called so if nothing else is.
            **({"name": "whole-form"} if "data" in names else {}),
        }
        return SheetOut("settings", list(values), [list(values.values())], [40] * len(values))

    def instance_name(self, title: str) -> str:
        """What a filled form is called on the device: the title, and the firm or the day."""
        begin = re.sub(r"['’‘]", " ", title).replace("${", "$ {")[:80]
        if not self.needs.of_firm:
            return f"concat('{begin}', ' ', ${{{HELD_ON}}}, ' ', ${{{TITLE}}})"
        named = f"${{{FIRM}}}"
        if self.lists is not None:
            typed = f"${{{beside(FIRM, OTHER)}}}"
            named = f"if({named} = '{NOT_LISTED}', {typed}, jr:choice-name({named}, '{named}'))"
        return f"concat('{begin}', ' ', {named})"

    def texts(self) -> Iterator[Line]:
        yield _cells(what="title") | self.words("label", self.form.title)
        for name, label in self.form.pillars.items():
            yield _cells(what="pillar", name=name) | self.words("label", label)

    def sheet(
        self,
        name: str,
        first: Sequence[str],
        lines: Sequence[Line],
        translated: Sequence[str],
        others: Sequence[str],
    ) -> SheetOut:
        """The lines under the heads that at least one of them has something under."""
        languages = [self.language, *(one for one in self.languages if one != self.language)]
        heads = [*first]
        for what in translated:
            heads += [f"{what}::{language_name(language)}" for language in languages]
        used = {head for line in lines for head in line} | {*first}
        heads = [head for head in [*heads, *others] if head in used]
        rows = [[line.get(head, "") for head in heads] for line in lines]
        return SheetOut(name, heads, rows, [_width(head) for head in heads])

    def check_lengths(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if any(len(cell) > LONGEST_CELL for cell in line.values() if isinstance(cell, str)):
                raise DomainError(
                    gettext("The words of “%(name)s” are longer than a cell of a sheet can hold.")
                    % {"name": line.get("name", "")},
                    code="too_long",
                )


def _line(kind: str, name: str = "", **more: str) -> Line:
    return {"type": kind, **({"name": name} if name else {}), **more}


def _cells(**cells: str) -> Line:
    return {**cells}


def _in(language: str, text: StrOrPromise) -> str:
    with translation.override(language):
        return str(text)


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _width(head: str) -> int:
    return 45 if head.startswith(("label", "hint")) else 24
