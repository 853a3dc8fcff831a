"""What is wrong with a questionnaire as data: everything, each with its place, so that it is mended in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.rules import expressions
from diagnostics.rules.expressions import BadExpression, parse
from diagnostics.rules.forms import CHOOSING, LANGUAGE, MOST_QUESTIONS, MOST_ROWS, NAME, Form, Type


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``where`` is "title", "section", "section/question" or "choices/list"."""

    where: str
    message: str


_OF_QUESTION = frozenset(
    ("name", "type", "label", "hint", "required", "relevant", "constraint", "constraint_message")
) | {"choices", "unit", "pillar"}
_OF_REPEAT = frozenset(["name", "type", "label", "hint", "items", "row_title", "least", "most", "relevant"])
_OF_SECTION = frozenset(["name", "label", "hint", "items", "relevant"])
_OF_FORM = frozenset(["title", "language", "languages", "sections", "choices", "pillars"])
_OF_CHOICE = frozenset(["name", "label", "points"])


def problems_of(definition: Any) -> list[Problem]:
    """Everything that is wrong with a definition, in its order; an empty list for a sound one."""
    return (
        list(_Check(definition).problems())
        if isinstance(definition, Mapping)
        else [Problem("", _("is not a questionnaire"))]
    )


class _Check:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.language = str(definition.get("language", "en"))
        self.found: list[Problem] = []
        self.seen: set[str] = set()
        self.repeat_of: dict[str, str] = {}
        self.expressions: list[tuple[str, str, str, str]] = []  # where, what, text, repeat

    def say(self, where: str, message: str) -> None:
        self.found.append(Problem(where, message))

    def problems(self) -> list[Problem]:
        definition = self.definition
        self.keys("", definition, _OF_FORM)
        if not LANGUAGE.fullmatch(self.language):
            self.say("language", _("is not the code of a language"))
        self.words("title", definition.get("title"), needed=True)
        self.languages()
        self.choices()
        self.pillars()
        sections = definition.get("sections")
        if not isinstance(sections, list) or not sections:
            self.say("sections", _("has no section"))
            return self.found
        for section in sections:
            self.section(section)
        if len(self.repeat_of) > MOST_QUESTIONS:
            self.say("sections", _("has more than %(most)d questions") % {"most": MOST_QUESTIONS})
        for where, what, text, repeat in self.expressions:
            self.expression(where, what, text, repeat)
        return self.found

    def keys(self, where: str, raw: Mapping[str, Any], known: frozenset[str]) -> None:
        for key in raw:
            if key not in known:
                self.say(where, _("has “%(key)s”, which means nothing here") % {"key": key})

    def words(self, where: str, raw: Any, *, needed: bool = False) -> None:
        texts = raw if isinstance(raw, Mapping) else {self.language: raw}
        if needed and not str(texts.get(self.language) or "").strip():
            self.say(where, _("has no words in the questionnaire’s own language"))
        for language, text in texts.items():
            if not LANGUAGE.fullmatch(str(language)):
                self.say(where, _("“%(code)s” is not the code of a language") % {"code": language})
            if text is not None and not isinstance(text, str):
                self.say(where, _("is not a text"))

    def languages(self) -> None:
        codes = self.definition.get("languages", [])
        if not isinstance(codes, list) or not all(
            isinstance(code, str) and LANGUAGE.fullmatch(code) for code in codes
        ):
            self.say("languages", _("is not a list of codes of languages"))

    def pillars(self) -> None:
        pillars = self.definition.get("pillars", {})
        if not isinstance(pillars, Mapping):
            self.say("pillars", _("is not a set of pillars"))
            return
        for name, label in pillars.items():
            self.words(f"pillars/{name}", label, needed=True)

    def choices(self) -> None:
        lists = self.definition.get("choices", {})
        if not isinstance(lists, Mapping):
            self.say("choices", _("is not a set of lists"))
            return
        for name, choices in lists.items():
            where = f"choices/{name}"
            if not NAME.fullmatch(str(name)) or not isinstance(choices, list) or not choices:
                self.say(where, _("is not a list of choices"))
                continue
            taken: set[str] = set()
            for one in choices:
                if not isinstance(one, Mapping) or not re.fullmatch(
                    r"[A-Za-z0-9_-]{1,60}", str(one.get("name", ""))
                ):
                    self.say(where, _("has a choice without a name of letters, digits, _ and -"))
                    continue
                self.keys(where, one, _OF_CHOICE)
                self.words(f"{where}/{one['name']}", one.get("label"), needed=True)
                if str(one["name"]) in taken:
                    self.say(where, _("has “%(name)s” twice") % {"name": one["name"]})
                taken.add(str(one["name"]))
                if not isinstance(one.get("points", 0), int):
                    self.say(where, _("has points that are not a whole number"))

    def section(self, section: Any) -> None:
        if not isinstance(section, Mapping):
            self.say("sections", _("has a section that is none"))
            return
        where = self.name("", section)
        self.keys(where, section, _OF_SECTION)
        self.words(where, section.get("label"), needed=True)
        self.keep(where, section, "relevant", "")
        items = section.get("items")
        if not isinstance(items, list) or not items:
            self.say(where, _("has no questions"))
            return
        for item in items:
            if isinstance(item, Mapping) and item.get("type") == "repeat":
                self.repeat(where, item)
            else:
                self.question(where, item, "")

    def name(self, within: str, raw: Mapping[str, Any]) -> str:
        name = str(raw.get("name", ""))
        where = f"{within}/{name}" if within else name
        if not NAME.fullmatch(name):
            self.say(where, _("needs a name of small letters, digits and _, a letter first"))
        elif name in self.seen:
            self.say(where, _("has the name of another part"))
        self.seen.add(name)
        return where

    def repeat(self, within: str, raw: Mapping[str, Any]) -> None:
        where = self.name(within, raw)
        self.keys(where, raw, _OF_REPEAT)
        self.words(where, raw.get("label"), needed=True)
        self.keep(where, raw, "relevant", "")
        least, most = raw.get("least", 0), raw.get("most", MOST_ROWS)
        if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most <= MOST_ROWS):
            self.say(where, _("has bounds that are not between 0 and %(most)d") % {"most": MOST_ROWS})
        items = raw.get("items")
        if not isinstance(items, list) or not items:
            self.say(where, _("has no questions"))
            return
        for item in items:
            self.question(where, item, str(raw.get("name", "")))
        own = [item.get("name") for item in items if isinstance(item, Mapping)]
        if raw.get("row_title") and raw["row_title"] not in own:
            self.say(
                where,
                _("is titled by “%(name)s”, which is not among its questions") % {"name": raw["row_title"]},
            )

    def question(self, within: str, raw: Any, repeat: str) -> None:
        if not isinstance(raw, Mapping):
            self.say(within, _("has a question that is none"))
            return
        where = self.name(within, raw)
        self.repeat_of[str(raw.get("name", ""))] = repeat
        self.keys(where, raw, _OF_QUESTION)
        self.words(where, raw.get("label"), needed=True)
        self.words(where, raw.get("hint"))
        self.words(where, raw.get("constraint_message"))
        kind = raw.get("type")
        if kind not in list(Type):
            self.say(where, _("is of the unknown type “%(type)s”") % {"type": kind})
        lists = self.definition.get("choices", {})
        if kind in CHOOSING and not _is_among(raw.get("choices"), lists):
            self.say(where, _("has no list of choices “%(name)s”") % {"name": raw.get("choices", "")})
        if not isinstance(raw.get("required", False), bool):
            self.say(where, _("is required neither always nor never"))
        if raw.get("pillar") and not _is_among(raw["pillar"], self.definition.get("pillars", {})):
            self.say(
                where, _("counts for “%(name)s”, which is not among the pillars") % {"name": raw["pillar"]}
            )
        self.keep(where, raw, "relevant", repeat)
        self.keep(where, raw, "constraint", repeat)

    def keep(self, where: str, raw: Mapping[str, Any], what: str, repeat: str) -> None:
        text = raw.get(what, "")
        if text and isinstance(text, str):
            self.expressions.append((where, what, text, repeat))
        elif text:
            self.say(where, _("%(what)s is not a text") % {"what": what})

    def expression(self, where: str, what: str, text: str, repeat: str) -> None:
        try:
            node = parse(text)
        except BadExpression as error:
            self.say(where, f"{what}: {error}")
            return
        over = _over_rows(node)
        for name in sorted(expressions.names(node)):
            known = self.repeat_of.get(name)
            if known is None and name not in self.seen:
                self.say(where, _("%(what)s: there is no question “%(name)s”") % {"what": what, "name": name})
            elif known is None and name not in over:
                self.say(where, _("%(what)s: “%(name)s” is not a question") % {"what": what, "name": name})
            elif known and known != repeat and name not in over:
                self.say(
                    where,
                    _("%(what)s: “%(name)s” is answered once a row; use count or sum")
                    % {"what": what, "name": name},
                )


def _is_among(name: Any, known: Any) -> bool:
    return isinstance(name, str) and isinstance(known, Mapping) and name in known


def _over_rows(node: expressions.Node) -> set[str]:
    """The names that count and sum are asked of."""
    if isinstance(node, expressions.Call):
        own = {node.arguments[0].name} if node.name in ("count", "sum") else set()  # type: ignore[union-attr]
        return own.union(*map(_over_rows, node.arguments))
    if isinstance(node, expressions.Operation):
        return _over_rows(node.left) | _over_rows(node.right)
    return set()


def names_needed(form: Form, needed: Mapping[str, Sequence[str]]) -> list[Problem]:
    """What a kind of questionnaire must have for its pages and reports: {repeat or "": names}."""
    missing = []
    for group, names in needed.items():
        own = {q.name for q in form.questions() if q.repeat == group}
        missing += [
            Problem(
                f"{group}/{name}" if group else name, _("is missing; reports of this kind are made from it")
            )
            for name in names
            if name not in own
        ]
    return missing
