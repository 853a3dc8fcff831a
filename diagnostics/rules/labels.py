"""Answers and their places in the words of a questionnaire."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from diagnostics.rules.answers import Answers, place_of, rows_of
from diagnostics.rules.forms import CHOOSING, Form, Question


def label_at(form: Form, path: str, answers: Answers, language: str = "") -> str:
    """ "Firms that were visited 2: Size" for a path; the path itself where the form has no such place."""
    place = place_of(form, path)
    if place is None:
        return path
    question = place.question.label.say(language) if place.question else ""
    if place.repeat is None:
        return question
    rows = rows_of(answers, place.repeat.name)
    number = rows.index(place.row) + 1 if place.row in rows else len(rows) + 1
    words = {"group": place.repeat.label.say(language), "number": number, "question": question}
    return _("%(group)s %(number)d: %(question)s") % words if question else _("%(group)s %(number)d") % words


def value_in_words(form: Form, path: str, value: Any, language: str = "") -> str:
    """An answer as a person reads it: the words of a choice, a list with commas; "" for none."""
    place = place_of(form, path)
    if value is None:
        return ""
    if place is None or place.question is None:
        return _("added") if place is not None else _plain(value)
    return _said(form, place.question, value, language)


def _said(form: Form, question: Question, value: Any, language: str) -> str:
    if question.type in CHOOSING:
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(form.label_of(question, str(one), language) for one in chosen)
    return f"{_plain(value)} {question.unit}".strip()


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
