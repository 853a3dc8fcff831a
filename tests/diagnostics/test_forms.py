"""A definition says everything that is wrong with it, where it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.rules.forms import form_of
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.rules.soundness import problems_of
from diagnostics.services.library import LIBRARY, definition_in
from diagnostics.services.questionnaires import check_definition
from tests.diagnostics.conftest import definition


def test_the_library_is_sound_and_asks_what_its_kinds_need() -> None:
    files = sorted(LIBRARY.glob("*.toml"))
    assert {"diagnostic-emerging", "diagnostic-advanced"} <= {path.stem for path in files}
    for path in files:
        check_definition(*definition_in(path))


def test_every_kind_says_what_it_needs() -> None:
    assert set(NEEDS) == set(Kind)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"name": "A b", "type": "text", "label": "x"}, "needs a name"),
        ({"name": "country", "type": "text", "label": "x"}, "name of another part"),
        ({"name": "q", "type": "colour", "label": "x"}, "unknown type"),
        ({"name": "q", "type": "text", "label": ""}, "no words"),
        ({"name": "q", "type": "one", "label": "x", "choices": "none"}, "no list of choices"),
        ({"name": "q", "type": "text", "label": "x", "relevant": "${nobody} = 1"}, "no question “nobody”"),
        ({"name": "q", "type": "text", "label": "x", "constraint": "os('x')"}, "not known"),
        ({"name": "q", "type": "text", "label": "x", "relevant": "${figure} = 'x'"}, "once a row"),
        ({"name": "q", "type": "text", "label": "x", "colour": "red"}, "means nothing here"),
        ({"name": "q", "type": "repeat", "label": "x", "items": []}, "has no questions"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(item: dict[str, Any], words: str) -> None:
    found = problems_of(definition(item))
    assert any(words in problem.message and problem.where.startswith("all/") for problem in found)


def test_rows_are_summed_and_counted_from_outside() -> None:
    item = {
        "name": "q",
        "type": "text",
        "label": "x",
        "relevant": "count(${figures}) > 1 and sum(${figure}) > 2",
    }
    assert problems_of(definition(item)) == []


def test_words_fall_back_to_the_questionnaires_own_language() -> None:
    form = form_of(definition(title={"en": "Ours", "it": "Nostro"}))
    assert [form.title.say(code) for code in ("it", "it-ch", "ta", "")] == [
        "Nostro",
        "Nostro",
        "Ours",
        "Ours",
    ]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["title", "language", "sections", "items", "name", "type", "label", "choices", "x"]
            ),
            inner,
        )
    ),
    max_leaves=20,
)


@given(_json)
def test_nonsense_is_refused_in_words(raw: Any) -> None:
    if not problems_of(raw):
        form_of(raw)


@pytest.mark.parametrize(
    ("item", "extra"),
    [
        ({"type": "one", "choices": ["a"]}, {}),
        ({"type": "one", "choices": {"a": 1}}, {}),
        ({"type": "integer", "pillar": ["people"]}, {}),
        ({"type": {}}, {}),
        ({"type": "text"}, {"languages": 5}),
        ({"type": "text"}, {"languages": [["en"]]}),
        ({"type": "text"}, {"pillars": "people"}),
        ({"type": "text"}, {"pillars": {"people": {}}}),
    ],
)
def test_what_is_of_another_shape_is_named_and_breaks_nothing(
    item: dict[str, Any], extra: dict[str, Any]
) -> None:
    assert problems_of(definition({"name": "a", "label": "A", **item}, **extra))
