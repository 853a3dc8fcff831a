"""Definitions as nobody would think of them, for the tests of what takes any questionnaire."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

LANGUAGES = ["en", "it", "ta", "pt-BR"]
# Names that mean something to XLSForm, or nearly: nothing of ours may get in their way.
NAMES = [
    *[
        "data",
        "meta",
        "name",
        "type",
        "label",
        "photo",
        "photo_2",
        "instanceid",
        "about",
        "about_date",
        "hint",
    ],
    *["firm", "firm_other", "a", "b", "c_d", "note", "version", "other", "list_name", "end", "x" * 60],
]
MOST_NAMES = 39
_plain_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\u200b"),
    min_size=1,
    max_size=30,
)
_text = st.one_of(
    st.sampled_from(
        ["Firms", "=1+1", "${a}", "a\nb", "<b>&amp;</b>", "it’s “so”", "x (%)", "TRUE", "007", "-", "*bold*"]
    ),
    _plain_text,
).filter(lambda text: text.strip())


def _texts(codes: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({codes[0]: _text}, optional=dict.fromkeys(codes[1:], _text))


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A sound definition: sections, repeats, every type, conditions over what was asked before, translations."""
    codes = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True))
    maker = _Maker(draw, codes)
    sections = [maker.section() for _n in range(draw(st.integers(1, 3)))]
    choices = {
        name: [
            {
                "name": choice,
                "label": draw(_texts(codes)),
                **({"points": draw(st.integers(-5, 5))} if scored else {}),
            }
            for choice in ("0", "yes", "No-1")
        ]
        for name, scored in (("list", True), ("data", False))
    }
    found = {"title": draw(_texts(codes)), "language": codes[0], "languages": codes, "sections": sections}
    return found | {"choices": choices, "pillars": {"people": draw(_texts(codes))}}


class _Maker:
    def __init__(self, draw: st.DrawFn, codes: list[str]) -> None:
        self.draw, self.codes = draw, codes
        # A definition of the most sections, groups and questions has more names than those.
        self.names = [*(f"plain_{number}" for number in range(MOST_NAMES)), *draw(st.permutations(NAMES))]
        self.outside: list[str] = []
        self.in_repeats: list[tuple[str, str]] = []

    def words(self) -> dict[str, str]:
        return self.draw(_texts(self.codes))

    def section(self) -> dict[str, Any]:
        head = {"name": self.names.pop(), "label": self.words(), **self.maybe(hint=self.words())}
        items = [
            self.repeat() if self.draw(st.integers(0, 3)) == 0 else self.question("", [])
            for _n in range(self.draw(st.integers(1, 3)))
        ]
        return head | {"items": items}

    def repeat(self) -> dict[str, Any]:
        name = self.names.pop()
        head = {
            "name": name,
            "type": "repeat",
            "label": self.words(),
            **self.maybe(hint=self.words(), least=2, most=9),
        }
        head |= self.maybe(relevant=self.condition([]))
        own: list[str] = []
        items = [self.question(name, own) for _n in range(self.draw(st.integers(1, 3)))]
        return head | {"items": items, **self.maybe(row_title=items[0]["name"])}

    def question(self, repeat: str, own: list[str]) -> dict[str, Any]:
        name = self.names.pop()
        kind = self.draw(
            st.sampled_from(
                [
                    *["text", "long-text", "integer", "decimal", "date", "one", "several", "photo", "place"],
                    *["note", "organisation", "product-group"],
                ]
            )
        )
        question = {"name": name, "type": kind, "label": self.words()}
        question |= self.maybe(
            hint=self.words(),
            required=True,
            relevant=self.condition(own),
            constraint=self.draw(st.sampled_from([". >= 0", ". != ''", ". <= '2011-07-31'"])),
            constraint_message=self.words(),
            unit="%",
            pillar="people",
        )
        question |= (
            {"choices": self.draw(st.sampled_from(["list", "data"]))} if kind in ("one", "several") else {}
        )
        (own if repeat else self.outside).append(name)
        if repeat:
            self.in_repeats.append((repeat, name))
        return question

    def condition(self, own: list[str]) -> str:
        """Over questions that were asked before, as the field has them."""
        parts = [f"${{{name}}} != ''" for name in [*self.outside, *own]]
        parts += [f"not(selected(${{{name}}}, 'yes'))" for name in self.outside]
        parts += [f"${{{name}}} < '2011-07-31' or ${{{name}}} >= 2" for name in self.outside]
        for repeat, name in self.in_repeats:
            if name not in own:
                parts += [f"count(${{{repeat}}}) > 1", f"sum( ${{{name}}} ) > 2", f"count(${{{name}}}) = 1"]
        return self.draw(st.sampled_from(parts)) if parts else ""

    def maybe(self, **values: Any) -> dict[str, Any]:
        return {name: value for name, value in values.items() if value and self.draw(st.booleans())}
