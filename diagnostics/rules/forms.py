"""A questionnaire as data: sections of questions and of repeated groups of questions, in several languages.

A definition is plain JSON (see ``docs/questionnaires.md``). ``form_of`` turns a sound one into frozen dataclasses;
``rules.soundness`` names everything that is wrong with one. Names of questions are unique in a questionnaire, so that
an answer has one path: the name, or ``repeat/row/name`` in a repeated group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_QUESTIONS = 600
MOST_ROWS = 500
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class Type(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long-text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    ONE = "one"  # one of the choices
    SEVERAL = "several"
    PHOTO = "photo"
    PLACE = "place"  # latitude and longitude, in degrees
    NOTE = "note"  # words that ask nothing
    ORGANISATION = "organisation"  # one of the programme's, or a name that is not among them yet
    PRODUCT_GROUP = "product-group"  # some of the cluster's, or names that are not among them yet


CHOOSING = (Type.ONE, Type.SEVERAL)
NUMBERS = (Type.INTEGER, Type.DECIMAL)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in several languages."""

    by_language: Mapping[str, str]
    default: str

    def say(self, language: str = "") -> str:
        """In this language, or in its base ("pt" for "pt-br"), or in the questionnaire's own."""
        texts = self.by_language
        return texts.get(language) or texts.get(language.split("-")[0]) or texts.get(self.default, "")

    def __bool__(self) -> bool:
        return any(self.by_language.values())


@dataclass(frozen=True, slots=True)
class Choice:
    """``points`` counts in a score; ``other`` asks for words beside it."""

    name: str
    label: Words
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    type: Type
    label: Words
    hint: Words
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words = field(default_factory=lambda: Words({}, ""))
    choices: str = ""
    unit: str = ""
    pillar: str = ""  # what its points count for
    repeat: str = ""  # the repeated group that it stands in

    @property
    def asks(self) -> bool:
        return self.type is not Type.NOTE


@dataclass(frozen=True, slots=True)
class Repeat:
    """A group of questions that is answered once for each row. ``title`` is the question that names a row."""

    name: str
    label: Words
    hint: Words
    questions: tuple[Question, ...]
    title: str = ""
    least: int = 0
    most: int = MOST_ROWS
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    label: Words
    hint: Words
    items: tuple[Question | Repeat, ...]
    relevant: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A sound definition, read."""

    title: Words
    language: str
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    pillars: Mapping[str, Words]

    def questions(self) -> Iterator[Question]:
        """Every question, those of repeated groups included, in their order."""
        for section in self.sections:
            for item in section.items:
                yield from item.questions if isinstance(item, Repeat) else (item,)

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions() if question.name == name), None)

    def repeats(self) -> Iterator[Repeat]:
        for section in self.sections:
            yield from (item for item in section.items if isinstance(item, Repeat))

    def repeat(self, name: str) -> Repeat | None:
        return next((repeat for repeat in self.repeats() if repeat.name == name), None)

    def choices_of(self, question: Question) -> tuple[Choice, ...]:
        return self.choices.get(question.choices, ())

    def label_of(self, question: Question, value: str, language: str = "") -> str:
        """A chosen name in words."""
        return next(
            (choice.label.say(language) for choice in self.choices_of(question) if choice.name == value),
            value,
        )


def _words(raw: Any, language: str) -> Words:
    """A text may be written plainly; it is then in the questionnaire's own language."""
    if isinstance(raw, Mapping):
        return Words({str(key): str(value) for key, value in raw.items()}, language)
    return Words({language: str(raw)} if raw else {}, language)


def form_of(definition: Mapping[str, Any]) -> Form:
    """Read a definition in which ``problems_of`` finds nothing."""
    language = definition.get("language", "en")
    sections = tuple(
        Section(
            name=section["name"],
            label=_words(section["label"], language),
            hint=_words(section.get("hint"), language),
            relevant=section.get("relevant", ""),
            items=tuple(_item(item, language) for item in section["items"]),
        )
        for section in definition["sections"]
    )
    return Form(
        title=_words(definition["title"], language),
        language=language,
        languages=tuple(definition.get("languages", [language])),
        sections=sections,
        choices={
            name: tuple(
                Choice(str(one["name"]), _words(one["label"], language), one.get("points")) for one in choices
            )
            for name, choices in definition.get("choices", {}).items()
        },
        pillars={name: _words(label, language) for name, label in definition.get("pillars", {}).items()},
    )


def _item(raw: Mapping[str, Any], language: str) -> Question | Repeat:
    if raw.get("type") != "repeat":
        return _question(raw, language, "")
    return Repeat(
        name=raw["name"],
        label=_words(raw["label"], language),
        hint=_words(raw.get("hint"), language),
        questions=tuple(_question(one, language, raw["name"]) for one in raw["items"]),
        title=raw.get("row_title", ""),
        least=raw.get("least", 0),
        most=min(raw.get("most", MOST_ROWS), MOST_ROWS),
        relevant=raw.get("relevant", ""),
    )


def _question(raw: Mapping[str, Any], language: str, repeat: str) -> Question:
    return Question(
        name=raw["name"],
        type=Type(raw["type"]),
        label=_words(raw["label"], language),
        hint=_words(raw.get("hint"), language),
        required=raw.get("required", False),
        relevant=raw.get("relevant", ""),
        constraint=raw.get("constraint", ""),
        constraint_message=_words(raw.get("constraint_message"), language),
        choices=raw.get("choices", ""),
        unit=raw.get("unit", ""),
        pillar=raw.get("pillar", ""),
        repeat=repeat,
    )
