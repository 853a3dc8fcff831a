"""The words behind the names that forms keep, over all versions of a questionnaire that were answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from diagnostics.models import QuestionnaireVersion
from diagnostics.rules.forms import Form

MOST_VERSIONS = 20


class Labels:
    """Costs one query, whatever the number of forms. The newest version that knows a name gives its label."""

    def __init__(self, versions: Iterable[int]) -> None:
        rows = QuestionnaireVersion.objects.filter(pk__in=set(versions)).order_by("-id")
        self.forms: list[Form] = [version.form for version in rows[:MOST_VERSIONS]]
        self.language = get_language() or ""

    def of(self, question: str, value: str) -> str:
        """A chosen name in words; the name itself where no version knows it, as for words of one's own."""
        for form in self.forms:
            asked = form.question(question)
            for choice in form.choices_of(asked) if asked else ():
                if choice.name == value:
                    return choice.label.say(self.language)
        return value

    def all_of(self, question: str, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.of(question, value) for value in values)

    def translations(self, questions: Iterable[str]) -> dict[str, dict[str, str]]:
        """{a choice of these questions in words, as ``of`` gives it: {language: the same}}."""
        asked = list(questions)
        found: dict[str, dict[str, str]] = {}
        for form in self.forms:
            for question in filter(None, map(form.question, asked)):
                for choice in form.choices_of(question):
                    found.setdefault(choice.label.say(self.language), dict(choice.label.by_language))
        return found

    def pillar(self, name: str) -> str:
        return next(
            (form.pillars[name].say(self.language) for form in self.forms if name in form.pillars), name
        )

    def ordered(self, question: str, values: Iterable[str]) -> list[str]:
        """The values in the order of the list that they are chosen from; others after them, as they come."""
        places: dict[str, int] = {}
        for form in self.forms:
            asked = form.question(question)
            for choice in form.choices_of(asked) if asked else ():
                places.setdefault(choice.name, len(places))
        return sorted(values, key=lambda value: places.get(value, len(places)))
