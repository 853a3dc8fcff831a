"""The whole form as a page shows it: plain data for templates, in the reader's language.

Rows of a repeated group are folded where there are many, and come whole one by one (``?open=group/row``), so that a
study of hundreds of rows stays a light page. A script unfolds them by itself, from the same template of a row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property

from diagnostics.forms_fill.standing import RemarkLine, Side, Standing, not_in_form, text_of_answer
from diagnostics.rules.answers import Asked, path_of, problems_of
from diagnostics.rules.forms import Form, Question, Repeat, Section, Type

# Fields of rows that a page shows whole, over all repeated groups.
FIELDS_UNFOLDED = 90
MOST_OPENED = 20
# Rows of one group that a page lists; without a script a link leads to the others.
ROWS_LISTED = 50
LONGEST_TITLE = 80
# A choice of more than these is a list that drops down.
MOST_BESIDE = 7
NEW_ROW = "ROW"  # in the template of a row; no row has this id, which has a capital letter


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two answers, in words, with what a form sends to choose it."""

    key: str
    text: str
    name: str
    at: str
    device: str


@dataclass(frozen=True, slots=True)
class Field:
    """A question with its answer. ``text`` is what the control holds: what was typed, or what is kept."""

    path: str
    kind: str
    label: str
    hint: str
    unit: str
    required: bool
    asked: bool
    answered: bool
    text: str
    options: list[Option]
    photos: list[tuple[int, str]]
    error: str
    remarks: list[RemarkLine]
    choices: list[Choice]
    both: bool  # the answers are lists, so that both can be kept

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, *([f"{self.id}-error"] if self.error else [])])

    @property
    def beside(self) -> bool:
        return len(self.options) <= MOST_BESIDE


@dataclass(frozen=True, slots=True)
class Row:
    """``fields`` is empty where the row is folded."""

    path: str
    number: int
    title: str
    answered: int
    asked: int
    open: bool
    fields: list[Field]
    remarks: list[RemarkLine]

    @property
    def id(self) -> str:
        return id_of(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    label: str
    hint: str
    asked: bool
    error: str
    count: int
    first: int  # the place of the first row that is listed, from 0
    rows: list[Row]
    blank: Row
    is_group: bool = True

    @property
    def earlier(self) -> int | None:
        """Where the rows before these begin; None where there are none."""
        return max(0, self.first - ROWS_LISTED) if self.first else None

    @property
    def later(self) -> int | None:
        after = self.first + len(self.rows)
        return after if after < self.count else None


@dataclass(frozen=True, slots=True)
class Part:
    """A section, with how many of its questions are answered."""

    name: str
    label: str
    hint: str
    asked_at_all: bool
    answered: int
    asked: int
    items: list[Field | Group]
    needs_look: int
    next_id: str

    @property
    def id(self) -> str:
        return f"s-{self.name}"


def id_of(path: str) -> str:
    """The id of a field or row in a page."""
    return f"f-{path.replace('/', '-')}"


@dataclass
class FillPage:
    """A form with its answers.

    ``typed``: {path: what was typed and could not be kept}; ``errors``: {path: why}; ``opened``: rows to unfold.
    """

    form: Form
    standing: Standing
    groups: list[str]  # product groups of the cluster
    language: str
    today: dt.date
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    listed_from: Mapping[str, int] = field(
        default_factory=dict
    )  # {group: place of its first row to be listed}

    def __post_init__(self) -> None:
        self._left = FIELDS_UNFOLDED
        self._asked = Asked(self.form, self.standing.answers, self.today)
        self._places = {path: question for path, question, _row in self._asked.places()}
        self._remarks: dict[str, list[RemarkLine]] = {}
        for remark in self.standing.remarks:
            self._remarks.setdefault(remark.path, []).append(remark)

    @cached_property
    def parts(self) -> list[Part]:
        following = [f"s-{section.name}" for section in self.form.sections[1:]]
        return [
            self._part(section, next_id)
            for section, next_id in zip(self.form.sections, [*following, ""], strict=True)
        ]

    @cached_property
    def problems(self) -> dict[str, str]:
        """What is wrong with answers that are given. What is missing is not wrong before it is handed in."""
        found = problems_of(self.form, self.standing.answers, today=self.today, language=self.language)
        return {problem.path: problem.message for problem in found if problem.code != "missing"} | dict(
            self.errors
        )

    @property
    def general_remarks(self) -> list[RemarkLine]:
        return self._remarks.get("", [])

    @property
    def answered(self) -> int:
        return sum(path in self.standing.answers for path in self._places)

    @property
    def asked(self) -> int:
        return len(self._places)

    @cached_property
    def leftover(self) -> list[tuple[str, str]]:
        """Answers to questions that this version does not ask any more: (path, text)."""
        answers = self.standing.answers
        return [
            (path, ", ".join(map(str, answers[path])) if isinstance(answers[path], list) else answers[path])
            for path in not_in_form(self.form, answers)
        ]

    @cached_property
    def mistakes(self) -> list[tuple[str, str]]:
        """For the summary above: (id of the field, its label and what is wrong)."""
        labels = {question.name: question.label.say(self.language) for question in self.form.questions()}
        return [
            (id_of(path), f"{labels.get(path.rpartition('/')[2], path)}: {message}")
            for path, message in self.errors.items()
        ]

    def _part(self, section: Section, next_id: str) -> Part:
        names = {q.name for item in section.items for q in _questions(item)}
        paths = [path for path, question in self._places.items() if question.name in names]
        wrong = {*self.problems, *self.standing.clashes}
        return Part(
            section.name,
            section.label.say(self.language),
            section.hint.say(self.language),
            self._asked.holds(section.relevant),
            sum(path in self.standing.answers for path in paths),
            len(paths),
            [
                self._group(item) if isinstance(item, Repeat) else self._field(item, "")
                for item in section.items
            ],
            sum(path.rpartition("/")[2] in names for path in wrong),
            next_id,
        )

    def _group(self, repeat: Repeat) -> Group:
        rows = self._asked.rows(repeat)
        first = self._first(repeat, rows)
        listed = rows[first : first + ROWS_LISTED]
        return Group(
            repeat.name,
            repeat.label.say(self.language),
            repeat.hint.say(self.language),
            self._asked.holds(repeat.relevant),
            self.problems.get(repeat.name, ""),
            len(rows),
            first,
            [self._row(repeat, row, number) for number, row in enumerate(listed, first + 1)],
            Row(
                f"{repeat.name}/{NEW_ROW}",
                len(rows) + 1,
                "",
                0,
                0,
                True,
                [self._field(question, NEW_ROW) for question in repeat.questions],
                [],
            ),
        )

    def _first(self, repeat: Repeat, rows: list[str]) -> int:
        """Where the list begins: as asked for, else with the rows around one that is opened."""
        asked_for = self.listed_from.get(repeat.name)
        opened = next((at for at, row in enumerate(rows) if f"{repeat.name}/{row}" in self.opened), 0)
        first = opened - opened % ROWS_LISTED if asked_for is None else asked_for
        return first if 0 <= first < len(rows) else 0

    def _row(self, repeat: Repeat, row: str, number: int) -> Row:
        path = f"{repeat.name}/{row}"
        paths = [path_of(question, row) for question in repeat.questions if question.asks]
        looked_at = path in self.opened or any(one in self.problems or one in self.typed for one in paths)
        flagged = looked_at or any(one in self._remarks or one in self.standing.clashes for one in paths)
        whole = flagged or self._left >= len(paths)
        if whole:
            self._left -= len(paths)
        asked = [one for one in paths if one in self._places]
        return Row(
            path,
            number,
            self._title(repeat, row),
            sum(one in self.standing.answers for one in asked),
            len(asked),
            looked_at,
            [self._field(question, row) for question in repeat.questions] if whole else [],
            self._remarks.get(path, []),
        )

    def _title(self, repeat: Repeat, row: str) -> str:
        """What a row is called: the answer that the questionnaire names, else the first that is given."""
        named = [question for question in repeat.questions if question.name == repeat.title]
        for question in [*named, *repeat.questions]:
            path = path_of(question, row)
            if question.type is not Type.PHOTO and path in self.standing.answers:
                return self._words(path, self.standing.answers[path])[:LONGEST_TITLE]
        return ""

    def _words(self, path: str, value: Any) -> str:
        return text_of_answer(self.form, path, value, self.standing.photos, self.language)

    def _field(self, question: Question, row: str) -> Field:
        path = path_of(question, row)
        value = self.standing.answers.get(path)
        shown = self.typed.get(path, value)
        photos = shown if question.type is Type.PHOTO and isinstance(shown, list) else []
        return Field(
            path,
            question.type.value,
            question.label.say(self.language),
            question.hint.say(self.language),
            question.unit,
            question.required,
            self._is_asked(question, path, row),
            value is not None,
            self._text(question, shown),
            self._options(question, shown),
            [(one, self.standing.photos.get(one, "")) for one in photos],
            self.problems.get(path, ""),
            self._remarks.get(path, []),
            [self._choice(path, side) for side in self.standing.clashes.get(path, [])],
            question.type in (Type.SEVERAL, Type.PHOTO, Type.PRODUCT_GROUP),
        )

    def _is_asked(self, question: Question, path: str, row: str) -> bool:
        if row == NEW_ROW or not question.asks:
            return self._asked.holds(question.relevant, row)
        return path in self._places

    def _text(self, question: Question, shown: Any) -> str:
        if question.type is Type.PRODUCT_GROUP:
            return ", ".join(one for one in shown or [] if one not in self.groups)
        return "" if shown is None or isinstance(shown, list) else str(shown)

    def _options(self, question: Question, shown: Any) -> list[Option]:
        chosen = {str(one) for one in shown} if isinstance(shown, list) else {str(shown)}
        if question.type is Type.PRODUCT_GROUP:
            return [Option(name, name, name in chosen) for name in self.groups]
        return [
            Option(choice.name, choice.label.say(self.language), choice.name in chosen)
            for choice in self.form.choices_of(question)
        ]

    def _choice(self, path: str, side: Side) -> Choice:
        return Choice(side.key, self._words(path, side.value), side.name, side.at, side.device)


def _questions(item: Question | Repeat) -> Iterable[Question]:
    return item.questions if isinstance(item, Repeat) else (item,)
