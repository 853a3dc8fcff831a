"""The sheet "survey" of an XLSForm as sections, repeats and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.xlsform.choices import read_choices
from diagnostics.importers.xlsform.tables import Book, Line, Remarks
from diagnostics.rules.expressions import BadExpression, parse
from diagnostics.rules.forms import Type
from diagnostics.rules.xlsform import (
    ABOUT,
    FIRM,
    HELD_ON,
    HINT,
    OTHER,
    TITLE,
    VERSION,
    base_of,
    beside,
    field_name,
    own_name,
    without_unit,
)
from diagnostics.rules.xpath import from_xpath

_SHEET = "survey"
_TYPES = {
    "text": Type.TEXT,
    "string": Type.TEXT,
    "integer": Type.INTEGER,
    "int": Type.INTEGER,
    "decimal": Type.DECIMAL,
    "date": Type.DATE,
    "image": Type.PHOTO,
    "photo": Type.PHOTO,
    "geopoint": Type.PLACE,
    "location": Type.PLACE,
    "gps": Type.PLACE,
    "note": Type.NOTE,
}
_SELECTS = {
    "select_one": Type.ONE,
    "select1": Type.ONE,
    "select one": Type.ONE,
    "select one from": Type.ONE,
    "select_multiple": Type.SEVERAL,
    "select all that apply": Type.SEVERAL,
    "select all that apply from": Type.SEVERAL,
    "select multiple": Type.SEVERAL,
}
_SELECT = re.compile(rf"({'|'.join(sorted(_SELECTS, key=len, reverse=True))})\s+(\S+)(\s+or[_ ]other)?", re.I)
_CONTROL = re.compile(r"(begin|end)[\s_]+(group|repeat)", re.I)
_KNOWN = frozenset(
    ("type", "name", "required", "relevant", "constraint", "appearance", "parameters", "unit")
) | {
    "pillar",
    "row_title",
    "least",
    "most",
    "asks",
    "constraint_here",
}
_ASKS = {Type.ORGANISATION.value: Type.ORGANISATION, Type.PRODUCT_GROUP.value: Type.PRODUCT_GROUP}
_OF_ABOUT = {ABOUT, VERSION, HELD_ON, FIRM, TITLE, beside(FIRM, OTHER)}
_YES = {"yes", "true", "true()", "1"}
_NO = {"", "no", "false", "false()", "0"}

Item = dict[str, Any]


@dataclass(slots=True)
class _Level:
    """An open group. ``kind``: section, repeat, inner (a group within one), skipped (nothing in it is taken)."""

    kind: str
    relevant: str = ""


class Survey:
    """``sections`` and ``choices`` as a definition has them, ``rows``: {place as problems name it: row}."""

    def __init__(self, book: Book, remarks: Remarks) -> None:
        self.book, self.remarks = book, remarks
        self.choices, self._lists = read_choices(book, remarks)
        self.lines = list(book.lines(_SHEET))
        self._by_name = {line.cells["name"]: line for line in self.lines if line.cells.get("name")}
        self.sections: list[Item] = []
        self.rows: dict[str, int] = {}
        self.hints: dict[str, dict[str, str]] = {}
        self._levels: list[_Level] = []
        self._repeat: Item | None = None
        self._loose = False  # whether the last section was made for questions outside of groups
        self._names = self._own_names()
        self._repeat_of = dict(self._questions_of_repeats())
        for line in self.lines:
            self._line(line)
        self._tidy()

    # Names ------------------------------------------------------------------------------------------------

    def _own_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for line in self.lines:
            raw = line.cells.get("name", "")
            if raw and raw not in _OF_ABOUT and _control(line)[0] != "end" and not self._beside(line):
                names.setdefault(raw, own_name(raw, names.values()))
        return names

    def _beside(self, line: Line) -> str:
        """What a row is that the export put beside a question or a group of ours; "" for any other row."""
        base, what = base_of(line.cells.get("name", ""))
        other = self._by_name.get(base) if what else None
        if other is None:
            return ""
        kind, its = line.cells.get("type", ""), other.cells.get("type", "")
        is_ours = {
            HINT: kind == "note" and _control(other)[0] == "begin",
            OTHER: kind == "text" and other.cells.get("asks", "") in _ASKS,
        }.get(what, what.isdigit() and kind == its == "image")
        return what if is_ours else ""

    def _questions_of_repeats(self) -> Iterator[tuple[str, str]]:
        within: list[str] = []
        for line in self.lines:
            control = _control(line)
            name = self._names.get(line.cells.get("name", ""), "")
            if control == ("begin", "repeat"):
                within.append(name)
            elif control == ("end", "repeat"):
                within = within[:-1]
            elif within and name and not control[0]:
                yield name, within[0]

    def _lost(self, line: Line, text: str) -> None:
        self.remarks.lost(_SHEET, line.row, text)

    def _noted(self, line: Line, text: str) -> None:
        self.remarks.noted(_SHEET, line.row, text)

    # Groups -----------------------------------------------------------------------------------------------

    def _line(self, line: Line) -> None:
        does, what = _control(line)
        if does == "end":
            self._end(line)
        elif self._skipping:
            if does:
                self._levels.append(_Level("skipped"))
        elif what == "group":
            self._group(line)
        elif what == "repeat":
            self._begin_repeat(line)
        elif line.cells.get("type"):
            self._question(line, re.sub(r"\s+", " ", line.cells["type"]))
        elif line.cells.get("name") or line.texts:
            self._lost(line, _("A row without a type was left out."))

    @property
    def _skipping(self) -> bool:
        return bool(self._levels) and self._levels[-1].kind == "skipped"

    def _end(self, line: Line) -> None:
        if not self._levels:
            self._lost(line, _("A group ends here that did not begin."))
            return
        if self._levels.pop().kind == "repeat":
            self._repeat = None

    def _group(self, line: Line) -> None:
        if line.cells.get("name") == ABOUT:
            self._levels.append(_Level("skipped"))
            return
        self._check_columns(line, {"relevant", "appearance"})
        if not self._levels:
            self._levels.append(_Level("section"))
            self._loose = False
            self.sections.append(self._head(line) | self._asked_if(line) | {"items": []})
            self.rows[self.sections[-1]["name"]] = line.row
            return
        self._noted(line, _("A group within a group: its questions stand in the outer one, under its title."))
        if line.texts.get("label"):
            note = {"type": "note", "label": line.texts["label"]}
            self._add(line, self._named(line) | note | self._asked_if(line))
        self._levels.append(_Level("inner", self._condition(line, "relevant")))

    def _begin_repeat(self, line: Line) -> None:
        if self._repeat is not None:
            self._lost(line, _("A repeated group within another one: it was left out with its questions."))
            self._levels.append(_Level("skipped"))
            return
        self._check_columns(line, {"relevant", "row_title", "least", "most", "appearance"})
        repeat = {"type": "repeat", **self._head(line), **self._asked_if(line), "items": []}
        title = self._names.get(line.cells.get("row_title", ""))
        repeat |= {"row_title": title} if title else {}
        for bound in ("least", "most"):
            if re.fullmatch(r"\d{1,4}", line.cells.get(bound, "")):
                repeat[bound] = int(line.cells[bound])
        self._add(line, repeat)
        self._repeat = repeat
        self._levels.append(_Level("repeat"))

    def _named(self, line: Line) -> Item:
        raw = line.cells.get("name", "")
        name = self._names.get(raw) or own_name(f"row_{line.row}", self._names.values())
        if raw not in (name, field_name(name)):
            self._noted(
                line,
                _("Names have small letters, digits and _: “%(old)s” is “%(new)s” here.")
                % {"old": raw[:60], "new": name},
            )
        return {"name": name}

    def _head(self, line: Line) -> Item:
        """What a section and a repeat have alike."""
        head = self._named(line)
        head["label"] = line.texts.get("label") or {self.book.language: _title(head["name"])}
        if line.texts.get("hint"):
            head["hint"] = line.texts["hint"]
        return head

    def _add(self, line: Line, item: Item) -> None:
        """Put an item where it belongs: into the open repeat, the open section, or one made for loose questions."""
        if self._repeat is not None:
            self._repeat["items"].append(item)
        else:
            if not self._levels and not self._loose:
                self._begin_loose(line)
            self.sections[-1]["items"].append(item)
        within = [self.sections[-1]["name"], *([self._repeat["name"]] if self._repeat else [])]
        self.rows["/".join([*within, item["name"]])] = line.row

    def _begin_loose(self, line: Line) -> None:
        self._noted(line, _("Questions outside of groups stand in a section of their own."))
        self._loose = True
        name = own_name("general", [*self._names.values(), *(section["name"] for section in self.sections)])
        self.sections.append({"name": name, "label": {self.book.language: _("General")}, "items": []})

    # Questions --------------------------------------------------------------------------------------------

    def _question(self, line: Line, kind: str) -> None:
        if what := self._beside(line):
            if what == HINT:
                self.hints[self._names[base_of(line.cells["name"])[0]]] = line.texts.get("label", {})
            return
        typed = self._type(line, kind)
        if typed is None:
            return
        self._check_columns(line, _KNOWN - {"row_title", "least", "most"})
        question = self._named(line) | typed
        unit = line.cells.get("unit", "")
        labels = {code: without_unit(text, unit) for code, text in line.texts.get("label", {}).items()}
        question["label"] = labels or {self.book.language: _title(question["name"])}
        if not labels:
            self._noted(line, _("A question without words is called by its name."))
        question |= self._texts(line, question["type"])
        question |= {"required": True} if self._required(line) else {}
        question |= {"unit": unit} if unit else {}
        question |= {"pillar": line.cells["pillar"]} if line.cells.get("pillar") else {}
        constraint = line.cells.get("constraint_here") or self._condition(line, "constraint")
        question |= {"constraint": constraint} if constraint else {}
        question |= self._asked_if(line)
        self._add(line, question)

    def _type(self, line: Line, kind: str) -> Item | None:
        asks = _ASKS.get(line.cells.get("asks", ""))
        select = _SELECT.fullmatch(kind)
        if asks and (kind.lower() in ("text", "string") or select):
            return {"type": asks.value}
        if select:
            return self._select(line, select)
        found = _TYPES.get(kind.lower())
        if found is None:
            self._lost(
                line,
                _("The type “%(type)s” is not known here: the question was left out.") % {"type": kind[:60]},
            )
            return None
        appearance = line.cells.get("appearance", "")
        if found is Type.TEXT and "multiline" in appearance.split():
            return {"type": Type.LONG_TEXT.value}
        if appearance:
            self._noted(line, _("The appearance “%(look)s” means nothing here.") % {"look": appearance[:60]})
        return {"type": found.value}

    def _select(self, line: Line, select: re.Match[str]) -> Item | None:
        name = self._lists.get(select[2])
        if name is None:
            self._lost(
                line,
                _("There is no list of choices “%(name)s”: the question was left out.")
                % {"name": select[2][:60]},
            )
            return None
        if select[3]:
            self._lost(line, _("“or_other” was left out: add a choice for it and a question for its words."))
        if line.cells.get("appearance"):
            self._noted(
                line,
                _("The appearance “%(look)s” means nothing here.") % {"look": line.cells["appearance"][:60]},
            )
        return {"type": _SELECTS[re.sub(r"\s+", " ", select[1].lower())].value, "choices": name}

    def _texts(self, line: Line, kind: str) -> Item:
        found = {name: line.texts[name] for name in ("hint", "constraint_message") if line.texts.get(name)}
        typed = line.cells["type"].lower() in ("text", "string")
        if kind == Type.PRODUCT_GROUP and typed and "hint" in found:
            # The last line says how several are typed in one field.
            found["hint"] = {code: text.rpartition("\n")[0] for code, text in found["hint"].items()}
        return {name: texts for name, texts in found.items() if any(texts.values())}

    def _required(self, line: Line) -> bool:
        said = line.cells.get("required", "").lower()
        if said not in _YES | _NO:
            self._lost(line, _("An answer is required always or never: the condition for it was left out."))
        return said in _YES

    def _check_columns(self, line: Line, known: set[str] | frozenset[str]) -> None:
        for column in line.cells:
            if column not in known | {"type", "name"}:
                self._lost(line, _("Column “%(column)s” was left out.") % {"column": column[:60]})

    # Conditions -------------------------------------------------------------------------------------------

    def _condition(self, line: Line, what: str) -> str:
        raw = line.cells.get(what, "")
        if not raw:
            return ""
        text = from_xpath(
            raw, lambda name: self._names.get(name, name), lambda name: self._repeat_of.get(name, "")
        )
        try:
            parse(text)
        except BadExpression as error:
            self._lost(line, _("%(what)s: %(why)s. It was left out.") % {"what": what, "why": error})
            return ""
        return text

    def _asked_if(self, line: Line) -> Item:
        """``relevant`` of a row, and of the groups within the section or repeat in which it stands."""
        outer: list[str] = []
        for level in reversed(self._levels):
            if level.kind != "inner":
                break
            outer.insert(0, level.relevant)
        parts = [part for part in [*outer, self._condition(line, "relevant")] if part]
        if not parts:
            return {}
        return {"relevant": parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)}

    def _tidy(self) -> None:
        """Words above groups go to their groups; a group in which nothing is left is left out."""
        for section in self.sections:
            parts = [section, *(item for item in section["items"] if item.get("type") == "repeat")]
            for part in parts:
                if part["name"] in self.hints:
                    part["hint"] = self.hints[part["name"]]
            section["items"] = [item for item in section["items"] if item.get("items") != []]
            self._say_empty(section, parts[1:])
        self.sections = [section for section in self.sections if section["items"]]

    def _say_empty(self, section: Item, repeats: list[Item]) -> None:
        where = section["name"]
        empty = [f"{where}/{repeat['name']}" for repeat in repeats if not repeat["items"]]
        for place in [*empty, *([] if section["items"] else [where])]:
            text = _("A group without questions was left out.")
            self.remarks.lost(_SHEET, self.rows.get(place, 0), text)


def _control(line: Line) -> tuple[str, str]:
    """("begin" or "end", "group" or "repeat"); blanks for a question."""
    found = _CONTROL.fullmatch(line.cells.get("type", ""))
    return (found[1].lower(), found[2].lower()) if found else ("", "")


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
