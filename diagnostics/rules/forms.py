"""A questionnaire as data: sections of questions and of repeated groups of questions, in several languages.

A definition is plain JSON (see ``docs/questionnaires.md``). ``problems_of`` names everything that is wrong with one;
``form_of`` turns a sound one into frozen dataclasses. Names of questions are unique in a questionnaire, so that an
answer has one path: the name, or ``repeat/row/name`` in a repeated group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.rules import expressions
from diagnostics.rules.expressions import BadExpression, parse

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


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``where`` is "title", "section", "section/question" or "choices/list"."""

    where: str
    message: str


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


# What is wrong with a definition -----------------------------------------------------------------------

_OF_QUESTION = frozenset(
    ("name", "type", "label", "hint", "required", "relevant", "constraint", "constraint_message")
) | {"choices", "unit", "pillar"}
_OF_REPEAT = frozenset(["name", "type", "label", "hint", "items", "row_title", "least", "most", "relevant"])
_OF_SECTION = frozenset(["name", "label", "hint", "items", "relevant"])
_OF_FORM = frozenset(["title", "language", "languages", "sections", "choices", "pillars"])
_OF_CHOICE = frozenset(["name", "label", "points"])


def problems_of(definition: Any) -> list[Problem]:
    """Everything that is wrong with a definition, in its order; an empty list for a sound one."""
    return (
        list(_Check(definition).problems())
        if isinstance(definition, Mapping)
        else [Problem("", _("is not a questionnaire"))]
    )


class _Check:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.language = str(definition.get("language", "en"))
        self.found: list[Problem] = []
        self.seen: set[str] = set()
        self.repeat_of: dict[str, str] = {}
        self.expressions: list[tuple[str, str, str, str]] = []  # where, what, text, repeat

    def say(self, where: str, message: str) -> None:
        self.found.append(Problem(where, message))

    def problems(self) -> list[Problem]:
        definition = self.definition
        self.keys("", definition, _OF_FORM)
        if not LANGUAGE.fullmatch(self.language):
            self.say("language", _("is not the code of a language"))
        self.words("title", definition.get("title"), needed=True)
        self.languages()
        self.choices()
        self.pillars()
        sections = definition.get("sections")
        if not isinstance(sections, list) or not sections:
            self.say("sections", _("has no section"))
            return self.found
        for section in sections:
            self.section(section)
        if len(self.repeat_of) > MOST_QUESTIONS:
            self.say("sections", _("has more than %(most)d questions") % {"most": MOST_QUESTIONS})
        for where, what, text, repeat in self.expressions:
            self.expression(where, what, text, repeat)
        return self.found

    def keys(self, where: str, raw: Mapping[str, Any], known: frozenset[str]) -> None:
        for key in raw:
            if key not in known:
                self.say(where, _("has “%(key)s”, which means nothing here") % {"key": key})

    def words(self, where: str, raw: Any, *, needed: bool = False) -> None:
        texts = raw if isinstance(raw, Mapping) else {self.language: raw}
        if needed and not str(texts.get(self.language) or "").strip():
            self.say(where, _("has no words in the questionnaire’s own language"))
        for language, text in texts.items():
            if not LANGUAGE.fullmatch(str(language)):
                self.say(where, _("“%(code)s” is not the code of a language") % {"code": language})
            if text is not None and not isinstance(text, str):
                self.say(where, _("is not a text"))

    def languages(self) -> None:
        codes = self.definition.get("languages", [])
        if not isinstance(codes, list) or not all(
            isinstance(code, str) and LANGUAGE.fullmatch(code) for code in codes
        ):
            self.say("languages", _("is not a list of codes of languages"))

    def pillars(self) -> None:
        pillars = self.definition.get("pillars", {})
        if not isinstance(pillars, Mapping):
            self.say("pillars", _("is not a set of pillars"))
            return
        for name, label in pillars.items():
            self.words(f"pillars/{name}", label, needed=True)

    def choices(self) -> None:
        lists = self.definition.get("choices", {})
        if not isinstance(lists, Mapping):
            self.say("choices", _("is not a set of lists"))
            return
        for name, choices in lists.items():
            where = f"choices/{name}"
            if not NAME.fullmatch(str(name)) or not isinstance(choices, list) or not choices:
                self.say(where, _("is not a list of choices"))
                continue
            taken: set[str] = set()
            for one in choices:
                if not isinstance(one, Mapping) or not re.fullmatch(
                    r"[A-Za-z0-9_-]{1,60}", str(one.get("name", ""))
                ):
                    self.say(where, _("has a choice without a name of letters, digits, _ and -"))
                    continue
                self.keys(where, one, _OF_CHOICE)
                self.words(f"{where}/{one['name']}", one.get("label"), needed=True)
                if str(one["name"]) in taken:
                    self.say(where, _("has “%(name)s” twice") % {"name": one["name"]})
                taken.add(str(one["name"]))
                if not isinstance(one.get("points", 0), int):
                    self.say(where, _("has points that are not a whole number"))

    def section(self, section: Any) -> None:
        if not isinstance(section, Mapping):
            self.say("sections", _("has a section that is none"))
            return
        where = self.name("", section)
        self.keys(where, section, _OF_SECTION)
        self.words(where, section.get("label"), needed=True)
        self.keep(where, section, "relevant", "")
        items = section.get("items")
        if not isinstance(items, list) or not items:
            self.say(where, _("has no questions"))
            return
        for item in items:
            if isinstance(item, Mapping) and item.get("type") == "repeat":
                self.repeat(where, item)
            else:
                self.question(where, item, "")

    def name(self, within: str, raw: Mapping[str, Any]) -> str:
        name = str(raw.get("name", ""))
        where = f"{within}/{name}" if within else name
        if not NAME.fullmatch(name):
            self.say(where, _("needs a name of small letters, digits and _, a letter first"))
        elif name in self.seen:
            self.say(where, _("has the name of another part"))
        self.seen.add(name)
        return where

    def repeat(self, within: str, raw: Mapping[str, Any]) -> None:
        where = self.name(within, raw)
        self.keys(where, raw, _OF_REPEAT)
        self.words(where, raw.get("label"), needed=True)
        self.keep(where, raw, "relevant", "")
        least, most = raw.get("least", 0), raw.get("most", MOST_ROWS)
        if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most <= MOST_ROWS):
            self.say(where, _("has bounds that are not between 0 and %(most)d") % {"most": MOST_ROWS})
        items = raw.get("items")
        if not isinstance(items, list) or not items:
            self.say(where, _("has no questions"))
            return
        for item in items:
            self.question(where, item, str(raw.get("name", "")))
        own = [item.get("name") for item in items if isinstance(item, Mapping)]
        if raw.get("row_title") and raw["row_title"] not in own:
            self.say(
                where,
                _("is titled by “%(name)s”, which is not among its questions") % {"name": raw["row_title"]},
            )

    def question(self, within: str, raw: Any, repeat: str) -> None:
        if not isinstance(raw, Mapping):
            self.say(within, _("has a question that is none"))
            return
        where = self.name(within, raw)
        self.repeat_of[str(raw.get("name", ""))] = repeat
        self.keys(where, raw, _OF_QUESTION)
        self.words(where, raw.get("label"), needed=True)
        self.words(where, raw.get("hint"))
        self.words(where, raw.get("constraint_message"))
        kind = raw.get("type")
        if kind not in list(Type):
            self.say(where, _("is of the unknown type “%(type)s”") % {"type": kind})
        lists = self.definition.get("choices", {})
        if kind in CHOOSING and not _is_among(raw.get("choices"), lists):
            self.say(where, _("has no list of choices “%(name)s”") % {"name": raw.get("choices", "")})
        if not isinstance(raw.get("required", False), bool):
            self.say(where, _("is required neither always nor never"))
        if raw.get("pillar") and not _is_among(raw["pillar"], self.definition.get("pillars", {})):
            self.say(
                where, _("counts for “%(name)s”, which is not among the pillars") % {"name": raw["pillar"]}
            )
        self.keep(where, raw, "relevant", repeat)
        self.keep(where, raw, "constraint", repeat)

    def keep(self, where: str, raw: Mapping[str, Any], what: str, repeat: str) -> None:
        text = raw.get(what, "")
        if text and isinstance(text, str):
            self.expressions.append((where, what, text, repeat))
        elif text:
            self.say(where, _("%(what)s is not a text") % {"what": what})

    def expression(self, where: str, what: str, text: str, repeat: str) -> None:
        try:
            node = parse(text)
        except BadExpression as error:
            self.say(where, f"{what}: {error}")
            return
        over = _over_rows(node)
        for name in sorted(expressions.names(node)):
            known = self.repeat_of.get(name)
            if known is None and name not in self.seen:
                self.say(where, _("%(what)s: there is no question “%(name)s”") % {"what": what, "name": name})
            elif known is None and name not in over:
                self.say(where, _("%(what)s: “%(name)s” is not a question") % {"what": what, "name": name})
            elif known and known != repeat and name not in over:
                self.say(
                    where,
                    _("%(what)s: “%(name)s” is answered once a row; use count or sum")
                    % {"what": what, "name": name},
                )


def _is_among(name: Any, known: Any) -> bool:
    return isinstance(name, str) and isinstance(known, Mapping) and name in known


def _over_rows(node: expressions.Node) -> set[str]:
    """The names that count and sum are asked of."""
    if isinstance(node, expressions.Call):
        own = {node.arguments[0].name} if node.name in ("count", "sum") else set()  # type: ignore[union-attr]
        return own.union(*map(_over_rows, node.arguments))
    if isinstance(node, expressions.Operation):
        return _over_rows(node.left) | _over_rows(node.right)
    return set()


def names_needed(form: Form, needed: Mapping[str, Sequence[str]]) -> list[Problem]:
    """What a kind of questionnaire must have for its pages and reports: {repeat or "": names}."""
    missing = []
    for group, names in needed.items():
        own = {q.name for q in form.questions() if q.repeat == group}
        missing += [
            Problem(
                f"{group}/{name}" if group else name, _("is missing; reports of this kind are made from it")
            )
            for name in names
            if name not in own
        ]
    return missing
