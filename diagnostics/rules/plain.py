"""A definition in its plain form: two definitions that ask the same read alike, and nothing says what is so anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnostics.rules.forms import (
    CHOOSING,
    MOST_ROWS,
    Choice,
    Form,
    Question,
    Repeat,
    Section,
    Words,
    form_of,
)

Plain = dict[str, Any]


def plain(definition: Mapping[str, Any]) -> Plain:
    """The plain form of a sound definition.

    Texts are {language: text} without a translation that repeats the questionnaire's own language; what is blank, false
    or as many as there can be anyway is left out.
    """
    form = form_of(definition)
    found: Plain = {
        "title": words(form.title),
        "language": form.language,
        "languages": languages_of(form),
        "sections": [_section(section) for section in form.sections],
    }
    if form.choices:
        found["choices"] = {name: [_choice(one) for one in some] for name, some in form.choices.items()}
    if form.pillars:
        found["pillars"] = {name: words(label) for name, label in form.pillars.items()}
    return found


def languages_of(form: Form) -> list[str]:
    """The languages in which a form has words: its own first, then those it names, then any other."""
    texts = [form.title, *form.pillars.values()]
    for section in form.sections:
        texts += [section.label, section.hint]
        texts += [
            text for item in section.items if isinstance(item, Repeat) for text in (item.label, item.hint)
        ]
    for question in form.questions():
        texts += [question.label, question.hint, question.constraint_message]
    texts += [choice.label for some in form.choices.values() for choice in some]
    used = sorted({code for text in texts for code, said in text.by_language.items() if said.strip()})
    return list(dict.fromkeys([form.language, *form.languages, *used]))


def words(text: Words) -> dict[str, str]:
    own = text.by_language.get(text.default, "").strip()
    return {
        code: said.strip()
        for code, said in text.by_language.items()
        if said.strip() and (code == text.default or said.strip() != own)
    }


def _section(section: Section) -> Plain:
    return {
        "name": section.name,
        **_texts(label=section.label, hint=section.hint),
        **_said(relevant=section.relevant.strip()),
        "items": [_repeat(item) if isinstance(item, Repeat) else _question(item) for item in section.items],
    }


def _repeat(repeat: Repeat) -> Plain:
    return {
        "name": repeat.name,
        "type": "repeat",
        **_texts(label=repeat.label, hint=repeat.hint),
        **_said(row_title=repeat.title, least=repeat.least, relevant=repeat.relevant.strip()),
        **({"most": repeat.most} if repeat.most < MOST_ROWS else {}),
        "items": [_question(item) for item in repeat.questions],
    }


def _question(question: Question) -> Plain:
    return {
        "name": question.name,
        "type": question.type.value,
        **_texts(label=question.label, hint=question.hint),
        **(_texts(constraint_message=question.constraint_message) if question.asks else {}),
        **_said(
            required=question.required and question.asks,
            relevant=question.relevant.strip(),
            constraint=question.constraint.strip() if question.asks else "",
            choices=question.choices if question.type in CHOOSING else "",
            unit=question.unit.strip(),
            pillar=question.pillar,
        ),
    }


def _choice(choice: Choice) -> Plain:
    points = {} if choice.points is None else {"points": choice.points}
    return {"name": choice.name, "label": words(choice.label), **points}


def _texts(**texts: Words) -> Plain:
    return {name: words(text) for name, text in texts.items() if words(text)}


def _said(**values: Any) -> Plain:
    return {name: value for name, value in values.items() if value}
