"""What a page hands to its script: the questions as data, how the form stands, addresses, words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from diagnostics.models import Submission
from diagnostics.rules.forms import Form, Question, Repeat

_ENGINE = ("expressions", "store", "sync", "parts", "kept")
SCRIPTS_OF_FORM = tuple(
    f"js/field/{name}.js" for name in (*_ENGINE, "model", "photos", "rows", "shown", "bar", "form")
)
SCRIPTS_OF_LIST = tuple(f"js/field/{name}.js" for name in (*_ENGINE[1:], "list"))


def embedded(data: Any) -> SafeString:
    """JSON as the text of a template element, where no character of it can end the element."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return SafeString(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))


def packed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers without the paths of rows written out at each: {"single": {name: value}, "rows": {group: [names, rows]}}.

    A row is [id, place, answers in the order of the names]. A study of many rows takes half the bytes.
    """
    single: dict[str, Any] = {}
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for path, value in answers.items():
        group, _slash, rest = path.partition("/")
        if not rest:
            single[path] = value
        else:
            row, _slash, name = rest.partition("/")
            groups.setdefault(group, {}).setdefault(row, {})[name] = value
    rows = {}
    for group, of_group in groups.items():
        names = list(dict.fromkeys(name for row in of_group.values() for name in row if name))
        rows[group] = [
            names,
            [[row, own.get(""), *(own.get(name) for name in names)] for row, own in of_group.items()],
        ]
    return {"single": single, "rows": rows}


def questions_of(form: Form, language: str) -> dict[str, Any]:
    """The form as the script works it out: names, types, labels, conditions; what is blank is left out."""
    return {
        "sections": [
            _filled(
                name=section.name,
                label=section.label.say(language),
                relevant=section.relevant,
                items=[
                    _repeat(item, language) if isinstance(item, Repeat) else _question(item, language)
                    for item in section.items
                ],
            )
            for section in form.sections
        ],
        "choices": {
            name: {choice.name: choice.label.say(language) for choice in choices}
            for name, choices in form.choices.items()
        },
    }


def _repeat(repeat: Repeat, language: str) -> dict[str, Any]:
    return _filled(
        name=repeat.name,
        label=repeat.label.say(language),
        title=repeat.title,
        relevant=repeat.relevant,
        least=repeat.least,
        most=repeat.most,
        rows=[_question(question, language) for question in repeat.questions],
    )


def _question(question: Question, language: str) -> dict[str, Any]:
    return _filled(
        name=question.name,
        type=question.type.value,
        label=question.label.say(language),
        required=question.required,
        relevant=question.relevant,
        constraint=question.constraint,
        message=question.constraint_message.say(language),
        choices=question.choices,
    )


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def urls_of(submission: Submission) -> dict[str, str]:
    """The addresses that a device needs for a form that was begun."""
    arguments = [submission.programme.slug, submission.pk]
    urls = {
        "fill": reverse("form_fill", args=arguments),
        "save": reverse("form_save", args=arguments),
        "photo": reverse("form_photo", args=arguments),
    }
    with suppress(NoReverseMatch):
        urls["detail"] = reverse("filed_form", args=arguments)
    return urls
