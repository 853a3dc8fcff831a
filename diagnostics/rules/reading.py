"""What answers say in words: labels instead of the names of choices."""

from __future__ import annotations

from diagnostics.rules.answers import Answers
from diagnostics.rules.forms import CHOOSING, Form


def words_of(form: Form, answers: Answers, path: str, language: str = "", other: str = "") -> tuple[str, ...]:
    """The answer at a path, each chosen thing by its label; () where there is none.

    ``other``: the path of the words that stand beside the choice "other" and take its place, parted by commas.
    """
    value = answers.get(path)
    if value is None:
        return ()
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    question = form.question(path.rpartition("/")[2])
    if question is None or question.type not in CHOOSING:
        return tuple(values)
    found: list[str] = []
    for one in values:
        own = str(answers.get(other) or "") if one == "other" and other else ""
        found += [part.strip() for part in own.split(",") if part.strip()] or [
            form.label_of(question, one, language)
        ]
    return tuple(found)


def said(form: Form, answers: Answers, path: str, language: str = "", other: str = "") -> str:
    """The same in one line; "" where there is no answer."""
    return ", ".join(words_of(form, answers, path, language, other))
