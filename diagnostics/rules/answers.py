"""Answers to a questionnaire: their paths, their values, what is wrong with them, and how two savers are merged.

All answers of a submission are one flat mapping from path to value, so that two people who fill one form on two
phones touch different entries. A path is ``question``, or ``repeat/row/question``; ``repeat/row`` holds the place of
a row among its like (a whole number), and its absence means that there is no such row. ``row`` is an id that the
maker of the row chose, of small letters and digits.

Values are JSON: a text; a number as text ("12.50"), which keeps what was typed; a date as "2011-07-31"; the name of
a choice; a list of names; for photos a list of ids of files; "latitude longitude" for a place. A blank answer has
no entry.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.rules.expressions import evaluate, number_of, parse, truth
from diagnostics.rules.forms import NUMBERS, Form, Question, Repeat, Type

LONGEST_TEXT = 300
LONGEST_LONG_TEXT = 20_000
MOST_PHOTOS = 12
MOST_ENTRIES = 20_000
ROW = re.compile(r"[a-z0-9]{1,36}")

Answers = Mapping[str, Any]


class BadAnswer(ValueError):
    """``str()`` is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a form a path points: to a question (in a row of a repeat), or to a row itself."""

    question: Question | None
    repeat: Repeat | None
    row: str


def place_of(form: Form, path: str) -> Place | None:
    """What a path points to; None where it points to nothing in this form."""
    parts = path.split("/")
    if len(parts) == 1:
        question = form.question(path)
        return Place(question, None, "") if question and question.asks and not question.repeat else None
    repeat = form.repeat(parts[0])
    if repeat is None or len(parts) > 3 or not ROW.fullmatch(parts[1]):
        return None
    if len(parts) == 2:
        return Place(None, repeat, parts[1])
    question = next((one for one in repeat.questions if one.name == parts[2] and one.asks), None)
    return Place(question, repeat, parts[1]) if question else None


def rows_of(answers: Answers, repeat: str) -> list[str]:
    """The ids of the rows of a repeat, in their order."""
    head = f"{repeat}/"
    rows = [
        (number_of(value) or Decimal(0), path[len(head) :])
        for path, value in answers.items()
        if path.startswith(head) and path.count("/") == 1
    ]
    return [row for _at, row in sorted(rows)]


def path_of(question: Question, row: str = "") -> str:
    return f"{question.repeat}/{row}/{question.name}" if question.repeat else question.name


def value_of(answers: Answers, repeat: str, row: str, name: str) -> Any:
    return answers.get(f"{repeat}/{row}/{name}")


# One answer -----------------------------------------------------------------------------------------------


def clean(form: Form, place: Place, raw: Any) -> Any:
    """What was typed as it is kept; None for a blank. Raises BadAnswer.

    Only what cannot be kept at all is refused here: a word where a number belongs, an unknown choice. Whether the
    answer is allowed and whether one is missing is said by ``problems_of``.
    """
    if raw is None or raw in ("", []):
        return None
    if place.question is None:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < 1_000_000:
            raise BadAnswer(_("The place of a row is a whole number."))
        return raw
    question = place.question
    if question.type in (Type.SEVERAL, Type.PHOTO, Type.PRODUCT_GROUP):
        return _list(form, question, raw) or None
    if not isinstance(raw, str | int | float | Decimal) or isinstance(raw, bool):
        raise BadAnswer(_("This is not an answer to this question."))
    text = str(raw).replace("\x00", "").replace("\r\n", "\n").strip()
    return _single(form, question, text) if text else None


def _list(form: Form, question: Question, raw: Any) -> list[Any]:
    if not isinstance(raw, list | tuple):
        raise BadAnswer(_("This is not an answer to this question."))
    if question.type is Type.PHOTO:
        if len(raw) > MOST_PHOTOS or not all(type(one) is int and one > 0 for one in raw):
            raise BadAnswer(_("At most %(most)d photos, each of them sent.") % {"most": MOST_PHOTOS})
        return list(dict.fromkeys(raw))
    texts = [str(one).replace("\x00", "").strip() for one in raw if isinstance(one, str | int)]
    chosen = [text for text in texts if text]
    if question.type is Type.PRODUCT_GROUP:
        return [one[:120] for one in dict.fromkeys(chosen)][:50]
    order = [choice.name for choice in form.choices_of(question)]
    unknown = [one for one in chosen if one not in order]
    if unknown:
        raise BadAnswer(_("“%(value)s” is not among the choices.") % {"value": unknown[0][:60]})
    return sorted(set(chosen), key=order.index)


def _single(form: Form, question: Question, text: str) -> str:
    if question.type is Type.ONE:
        if text not in [choice.name for choice in form.choices_of(question)]:
            raise BadAnswer(_("“%(value)s” is not among the choices.") % {"value": text[:60]})
        return text
    if question.type in NUMBERS:
        return _number(question, text)
    if question.type is Type.DATE:
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise BadAnswer(_("Give the date as year, month and day.")) from error
    if question.type is Type.PLACE:
        return _coordinates(text)
    limit = LONGEST_LONG_TEXT if question.type is Type.LONG_TEXT else LONGEST_TEXT
    if len(text) > limit:
        raise BadAnswer(
            _("At most %(limit)d characters; this has %(length)d.") % {"limit": limit, "length": len(text)}
        )
    return text


def _number(question: Question, text: str) -> str:
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if "," in plain and "." not in plain and not re.fullmatch(r"-?\d{1,3}(,\d{3})+", plain):
        plain = plain.replace(",", ".")  # a decimal comma
    plain = plain.replace(",", "")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain):
        raise BadAnswer(_("“%(text)s” is not a number.") % {"text": text[:30]})
    if question.type is Type.INTEGER and "." in plain:
        raise BadAnswer(_("Give a whole number."))
    return plain


def _coordinates(text: str) -> str:
    parts = re.split(r"[\s,;]+", text)[:2]
    numbers = [found for found in map(number_of, parts) if found is not None]
    if len(numbers) != 2 or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise BadAnswer(_("Give latitude and longitude in degrees, such as 13.08 80.27."))
    return f"{numbers[0]} {numbers[1]}"


# The whole form -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """``code``: missing (needed before it is submitted), constraint, or rows."""

    path: str
    code: str
    message: str


class Asked:
    """Which questions of a form are asked, given the answers. ``today`` is the reader's day."""

    def __init__(self, form: Form, answers: Answers, today: dt.date) -> None:
        self.form, self.answers, self.today = form, answers, today
        self._questions = {question.name: question for question in form.questions()}
        self._rows = {repeat.name: rows_of(answers, repeat.name) for repeat in form.repeats()}

    def rows(self, repeat: Repeat) -> list[str]:
        return self._rows[repeat.name]

    def holds(self, text: str, row: str = "", this: Any = None) -> bool:
        """Whether a condition holds in this row; a blank one does."""
        if not text:
            return True
        return truth(evaluate(parse(text), lambda name: self._value(name, row), this, today=self.today))

    def _value(self, name: str, row: str) -> Any:
        question = self._questions.get(name)
        if question is None:
            return self._rows.get(name)  # count(${repeat})
        if not question.repeat:
            return self.answers.get(name)
        if row and f"{question.repeat}/{row}" in self.answers:
            return self.answers.get(path_of(question, row))
        values = (self.answers.get(path_of(question, one)) for one in self._rows[question.repeat])
        return [value for value in values if value is not None]

    def places(self) -> Iterator[tuple[str, Question, str]]:
        """(path, question, row) of every question that is asked, in the order of the form."""
        for section in self.form.sections:
            if not self.holds(section.relevant):
                continue
            for item in section.items:
                if not isinstance(item, Repeat):
                    if item.asks and self.holds(item.relevant):
                        yield path_of(item), item, ""
                elif self.holds(item.relevant):
                    for row in self.rows(item):
                        for question in item.questions:
                            if question.asks and self.holds(question.relevant, row):
                                yield path_of(question, row), question, row


def problems_of(form: Form, answers: Answers, *, today: dt.date, language: str = "") -> list[Problem]:
    """What must be mended before a form is submitted. What is not asked (any more) is kept and not looked at."""
    asked = Asked(form, answers, today)
    found = []
    for path, question, row in asked.places():
        value = answers.get(path)
        if value is None:
            if question.required:
                found.append(Problem(path, "missing", _("This is needed.")))
        elif question.constraint and not asked.holds(question.constraint, row, value):
            message = question.constraint_message.say(language) or _("This answer is not allowed here.")
            found.append(Problem(path, "constraint", message))
    for repeat in form.repeats():
        count = len(asked.rows(repeat))
        if count < repeat.least and asked.holds(repeat.relevant):
            found.append(
                Problem(repeat.name, "rows", _("At least %(least)d are needed.") % {"least": repeat.least})
            )
        elif count > repeat.most:
            found.append(
                Problem(repeat.name, "rows", _("At most %(most)d are allowed.") % {"most": repeat.most})
            )
    return found


def progress_of(form: Form, answers: Answers, *, today: dt.date) -> tuple[int, int]:
    """(answered, asked) over the questions that are asked now."""
    paths = [path for path, _question, _row in Asked(form, answers, today).places()]
    return sum(path in answers for path in paths), len(paths)


# Two savers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as a device sends it. ``seen``: the version of the submission in which it last saw this path."""

    path: str
    value: Any
    seen: int


@dataclass(frozen=True, slots=True)
class Merged:
    """``taken``: {path: value or None} to be written; ``clashes``: what both changed, and changed differently."""

    taken: dict[str, Any]
    clashes: tuple[Change, ...]


def merge(answers: Answers, revisions: Mapping[str, int], changes: Sequence[Change]) -> Merged:
    """Put a device's changes over what stands: field by field, so that only the same answer can clash.

    ``revisions``: {path: version of the submission that wrote it last}. A row that somebody removed while it was
    being filled elsewhere comes back with what was typed, and one that somebody else goes on filling is not taken
    from under them: nothing that was typed is lost. Nobody is asked to choose between two places of a row.
    """
    taken: dict[str, Any] = {}
    clashes = []
    for change in changes:
        depth = change.path.count("/")
        if change.value == answers.get(change.path):
            continue
        if change.seen >= _last_written(revisions, change) or (
            depth == 2 and change.path.rpartition("/")[0] not in answers
        ):
            taken[change.path] = change.value
        elif depth != 1:
            clashes.append(change)
    for path in [path for path, value in taken.items() if value is not None and path.count("/") == 2]:
        row = path.rpartition("/")[0]
        if row not in answers and row not in taken:
            taken[row] = len(rows_of(answers, row.partition("/")[0]))
    return Merged(taken, tuple(clashes))


def _last_written(revisions: Mapping[str, int], change: Change) -> int:
    """The version that last wrote what a change would replace; who removes a row would take all that is in it."""
    own = revisions.get(change.path, 0)
    if change.value is not None or change.path.count("/") != 1:
        return own
    within = f"{change.path}/"
    return max([own, *(version for path, version in revisions.items() if path.startswith(within))])
