"""Every text of the library is said in every language that the library has, and says the same figures in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings

from diagnostics import services
from diagnostics.services.library import LIBRARY, definition_in
from diagnostics.services.questionnaires import bring
from tests.conftest import World
from tests.diagnostics.conftest import version_of

TEXTS = ("title", "label", "hint", "constraint_message")
SAME_EVERYWHERE = {"%"}  # units that are signs; a unit in words belongs into the label, which is translated
_FIGURES = re.compile(r"\d+(?:[.,]\d+)*|\$\{\w*\}|%\(\w+\)[sd]|\{\w*\}")
_OWN_MARKS = {  # what a text of the language does not have
    "en": re.compile(r"['\"]|\s[?!:;]"),
    "it": re.compile(r"['\"]|\s[?!:;]"),
    "fr": re.compile(r"['\"]|\S[?!:;]"),
    "es": re.compile(r"['\"]|\s[?!:;]|^[^¿]*\?|^[^¡]*!"),
}

each_file = pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)


def texts_in(raw: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """(place, text) for everything in a definition that people read, however deep."""
    if isinstance(raw, list):
        for number, one in enumerate(raw):
            yield from texts_in(
                one, f"{where}/{one.get('name', number) if isinstance(one, dict) else number}"
            )
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in TEXTS or where == "/pillars":
                yield f"{where}/{key}", value
            else:
                yield from texts_in(value, f"{where}/{key}")


def test_the_library_has_the_languages_of_the_application() -> None:
    for path in LIBRARY.glob("*.toml"):
        _kind, raw = definition_in(path)
        assert set(raw["languages"]) == {code for code, _name in settings.LANGUAGES}, path.stem


@each_file
def test_every_text_is_said_in_every_language(path: Any) -> None:
    _kind, raw = definition_in(path)
    found = dict(texts_in(raw))
    assert {"/title", "/sections/" + raw["sections"][0]["name"] + "/label"} <= set(found)
    unsaid = {
        place: text
        for place, text in found.items()
        if not isinstance(text, Mapping)
        or set(text) != set(raw["languages"])
        or any(not said.strip() or said != said.strip() for said in text.values())
    }
    assert unsaid == {}


@each_file
def test_the_languages_agree_on_figures_and_placeholders(path: Any) -> None:
    _kind, raw = definition_in(path)
    apart = {
        place: text
        for place, text in texts_in(raw)
        if len({tuple(sorted(_FIGURES.findall(said))) for said in text.values()}) > 1
    }
    assert apart == {}


@each_file
def test_a_text_ends_alike_in_every_language_and_has_the_marks_of_its_own(path: Any) -> None:
    _kind, raw = definition_in(path)
    odd = {
        f"{place} {language}": said
        for place, text in texts_in(raw)
        for language, said in text.items()
        if _OWN_MARKS[language].search(said) or _end(said) != _end(text[raw["language"]])
    }
    assert odd == {}


def _end(text: str) -> str:
    return text[-1] if text[-1] in ".?!…:" else ""


@each_file
def test_the_choices_of_a_list_differ_in_every_language(path: Any) -> None:
    _kind, raw = definition_in(path)
    twice = {
        f"{name} {language}": said
        for name, choices in raw["choices"].items()
        for language in raw["languages"]
        for said, times in Counter(one["label"][language] for one in choices).items()
        if times > 1
    }
    assert twice == {}


@each_file
def test_units_are_signs_that_need_no_translation(path: Any) -> None:
    _kind, raw = definition_in(path)
    questions = [
        part for section in raw["sections"] for item in section["items"] for part in item.get("items", [item])
    ]
    assert {part["unit"] for part in questions if part.get("unit")} <= SAME_EVERYWHERE


def test_new_words_come_as_the_next_version_once_and_forms_keep_theirs(world: World) -> None:
    kind, raw = definition_in(LIBRARY / "training-needs.toml")
    bring("training-needs", kind, raw["title"]["en"], {**raw, "languages": ["en"]})  # as it was once
    old = version_of("training-needs")
    form = services.start(actor=world.cda, programme=world.programme, version=old, cluster=world.leather)
    assert [services.bring_library(), services.bring_library()] == [1, 0]
    new = version_of("training-needs")
    assert (new.number, new.definition) == (old.number + 1, raw)
    form.refresh_from_db()
    assert form.questionnaire_version == old
    assert services.move_to_current(actor=world.cda, submission=form).questionnaire_version == new
