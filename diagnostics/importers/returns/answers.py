"""The cells of a returned form as answers of a version of its questionnaire, each with what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.returns.fields import Fields, Gathered, Records, organisation_named, raw_answer
from diagnostics.importers.returns.model import Returned
from diagnostics.rules.answers import MOST_PHOTOS, BadAnswer, clean, path_of, place_of
from diagnostics.rules.forms import Form, Question, Type
from diagnostics.rules.xlsform import FIRM, HELD_ON, OTHER, TITLE, beside, field_name


@dataclass(slots=True)
class Answered:
    """``values``: {path: answer}; ``photos``: {path: names of files}; ``problems``: [path or head, why]."""

    values: dict[str, Any] = field(default_factory=dict)
    photos: dict[str, Any] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    firm: str = ""
    title: str = ""
    held_on: dt.date | None = None


def answers_of(one: Returned, fields: Fields, form: Form, records: Records) -> Answered:
    """What a form says. ``fields``: of the version in which it was filled; ``form``: of the one in which it is kept."""
    found = Answered()
    reader = _Reader(found, form, records)
    outside = fields.gather(one.values)
    found.unknown += outside.unknown
    reader.about(outside)
    reader.answers(outside, fields.form, "", "")
    for name, rows in one.rows.items():
        repeat = fields.repeat_named(name)
        if repeat is None:
            found.unknown.append(name)
            continue
        for place, cells in enumerate(rows):
            inside = fields.gather(cells, repeat.name)
            found.unknown += inside.unknown
            if inside.cells:
                # The same row has the same id each time that the file is imported.
                row = f"r{place + 1}"
                found.values[f"{repeat.name}/{row}"] = place
                reader.answers(inside, fields.form, repeat.name, row)
    return found


class _Reader:
    def __init__(self, found: Answered, form: Form, records: Records) -> None:
        self.found, self.form, self.records = found, form, records

    def about(self, gathered: Gathered) -> None:
        """What the form says of itself: the day, the firm, a title."""
        cells = {name: parts.get("", "").strip() for name, parts in gathered.cells.items()}
        self.found.title = cells.get(TITLE, "")
        try:
            self.found.firm = organisation_named(
                cells.get(FIRM, ""), cells.get(beside(FIRM, OTHER), ""), self.records
            )
        except ValueError as error:
            self.found.problems.append([_("Firm"), _not_known(error)])
        if day := cells.get(HELD_ON, ""):
            try:
                self.found.held_on = dt.date.fromisoformat(day[:10])
            except ValueError:
                self.found.problems.append([_("Date"), _("Give the date as year, month and day.")])

    def answers(self, gathered: Gathered, asked: Form, repeat: str, row: str) -> None:
        for question in _questions(asked, repeat):
            parts = gathered.cells.get(field_name(question.name), {})
            if parts:
                self._answer(path_of(question, row), question, parts)

    def _answer(self, path: str, question: Question, parts: Mapping[str, str]) -> None:
        place = place_of(self.form, path)
        if place is None or place.question is None:
            self.found.notes.append(
                _("“%(question)s” is not asked in the version of the form any more.")
                % {"question": question.label.say()}
            )
            return
        try:
            raw = raw_answer(question, parts, self.records)
            if place.question.type is Type.PHOTO:
                self._photos(path, raw)
                return
            value = clean(self.form, place, raw)
        except BadAnswer as error:
            self.found.problems.append([path, str(error)])
        except ValueError as error:
            self.found.problems.append([path, _not_known(error)])
        else:
            if value is not None:
                self.found.values[path] = value

    def _photos(self, path: str, names: Any) -> None:
        if not isinstance(names, list):
            return
        if len(names) > MOST_PHOTOS:
            self.found.problems.append([path, _("At most %(most)d photos.") % {"most": MOST_PHOTOS}])
        self.found.photos[path] = names


def _questions(form: Form, repeat: str) -> Iterator[Question]:
    return (question for question in form.questions() if question.repeat == repeat and question.asks)


def _not_known(error: ValueError) -> str:
    return _("“%(key)s” is no organisation or product group that you see here.") % {"key": str(error)[:60]}
