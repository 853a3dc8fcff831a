"""A version of a questionnaire as a person would see it, to be read and not to be filled."""

from __future__ import annotations

from dataclasses import dataclass

from diagnostics.rules.forms import CHOOSING, NUMBERS, Form, Question, Repeat, Type


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """``look``: text, long, number, date, one, several, photo, place or note."""

    name: str
    label: str
    hint: str
    look: str
    type: str
    required: bool
    unit: str
    choices: list[tuple[str, int | None]]
    relevant: str
    constraint: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A section, or a repeated group within one (``least`` and ``most`` rows)."""

    name: str
    label: str
    hint: str
    relevant: str
    parts: list[ShownQuestion | ShownGroup]
    repeated: bool = False
    least: int = 0
    most: int = 0


_LOOKS = {
    Type.LONG_TEXT: "long",
    Type.DATE: "date",
    Type.PHOTO: "photo",
    Type.PLACE: "place",
    Type.NOTE: "note",
}


def preview(form: Form, language: str = "") -> list[ShownGroup]:
    """The sections in this language, or where a text is not written in it in the questionnaire's own."""
    return [
        ShownGroup(
            name=section.name,
            label=section.label.say(language),
            hint=section.hint.say(language),
            relevant=section.relevant,
            parts=[
                _repeat(form, item, language) if isinstance(item, Repeat) else _question(form, item, language)
                for item in section.items
            ],
        )
        for section in form.sections
    ]


def _repeat(form: Form, repeat: Repeat, language: str) -> ShownGroup:
    return ShownGroup(
        name=repeat.name,
        label=repeat.label.say(language),
        hint=repeat.hint.say(language),
        relevant=repeat.relevant,
        parts=[_question(form, question, language) for question in repeat.questions],
        repeated=True,
        least=repeat.least,
        most=repeat.most,
    )


def _question(form: Form, question: Question, language: str) -> ShownQuestion:
    look = _LOOKS.get(question.type, "text")
    if question.type in NUMBERS:
        look = "number"
    if question.type in CHOOSING:
        look = question.type.value
    return ShownQuestion(
        name=question.name,
        label=question.label.say(language),
        hint=question.hint.say(language),
        look=look,
        type=question.type.value,
        required=question.required and question.asks,
        unit=question.unit,
        choices=[(choice.label.say(language), choice.points) for choice in form.choices_of(question)],
        relevant=question.relevant,
        constraint=question.constraint,
    )
