"""Which question stands under which head of a file, and its cells as an answer of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from diagnostics.importers.returns.model import Cells
from diagnostics.rules.answers import MOST_PHOTOS
from diagnostics.rules.forms import Form, Question, Repeat, Type
from diagnostics.rules.xlsform import (
    ABOUT,
    FIRM,
    HELD_ON,
    NOT_LISTED,
    ORGANISATION_KEY,
    OTHER,
    PRODUCT_GROUP_KEY,
    TITLE,
    VERSION,
    beside,
    field_name,
    own_name,
)

_SEPARATORS = ("/", "-", ":", ".")
_LATITUDE, _LONGITUDE = "latitude", "longitude"
_CHOSEN = {"1", "1.0", "true", "yes"}
# What KoboToolbox and ODK say of a form beside its answers. What begins with "_" is of that kind too.
_MACHINERY = re.compile(
    r"_.*|meta[/-].*|SubmissionDate|SubmitterID|SubmitterName|AttachmentsPresent|AttachmentsExpected|Status|"
    r"ReviewState|DeviceID|Edits|FormVersion|KEY|PARENT_KEY|SET-OF-.*|formhub/uuid|start|end|today|deviceid|"
    r"username|simserial|subscriberid|phonenumber|instanceID|.*_URL|.*-(Altitude|Accuracy)"
)

Part = tuple[str, str]  # (field as it is called there, which part of it)


@dataclass(slots=True)
class Gathered:
    """``cells``: {field: {part: text}}; ``unknown``: heads that no question of this version has."""

    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


class Fields:
    """The heads that a version of a questionnaire may have in a file."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._outside: dict[str, Part] = {}
        self._inside: dict[str, dict[str, Part]] = {}
        for name in (VERSION, HELD_ON, FIRM, TITLE, beside(FIRM, OTHER)):
            self._outside |= dict(_heads([ABOUT], name, ""))
        for section in form.sections:
            for item in section.items:
                if isinstance(item, Repeat):
                    way = [field_name(section.name), field_name(item.name)]
                    own = self._inside.setdefault(item.name, {})
                    for question in item.questions:
                        own |= self._of(question, way) | self._of(question, way[1:])
                else:
                    self._outside |= self._of(item, [field_name(section.name)])

    def _of(self, question: Question, way: list[str]) -> dict[str, Part]:
        name = field_name(question.name)
        found = dict(_heads(way, name, ""))
        if question.type is Type.SEVERAL:
            for head in list(found):
                found |= {
                    f"{head}/{one.name}": (name, f"={one.name}") for one in self.form.choices_of(question)
                }
        elif question.type is Type.PLACE:
            for part in (_LATITUDE, _LONGITUDE):
                found |= dict(_heads(way, f"{name}-{part.title()}", part, name))
                found |= dict(_heads(way, f"_{name}_{part}", part, name))
        elif question.type is Type.PHOTO:
            for number in range(2, MOST_PHOTOS + 1):
                found |= dict(_heads(way, beside(name, number), str(number), name))
        elif question.type in (Type.ORGANISATION, Type.PRODUCT_GROUP):
            found |= dict(_heads(way, beside(name, OTHER), OTHER, name))
        return found

    @cached_property
    def _by_own_name(self) -> dict[str, str]:
        return {question.name: question.repeat for question in self.form.questions()}

    def repeat_named(self, name: str) -> Repeat | None:
        """The repeated group that a file calls so: by its path, its sheet, or its CSV."""
        for repeat in self.form.repeats():
            own = field_name(repeat.name)
            if name == own or (len(name) > 25 and own.startswith(name.removesuffix("..."))):
                return repeat
            if (
                any(name.endswith(f"{sign}{own}") for sign in _SEPARATORS)
                or own_name(_last(name)) == repeat.name
            ):
                return repeat
        return None

    def gather(self, cells: Cells, repeat: str = "") -> Gathered:
        known = self._inside.get(repeat, {}) if repeat else self._outside
        found = Gathered()
        for head, text in cells.items():
            part = known.get(head)
            if part is None and (_MACHINERY.fullmatch(head) or head.rpartition("/")[2].startswith("_")):
                continue
            part = part or self._otherwise_named(head, repeat)
            if part is None:
                found.unknown.append(head)
            else:
                found.cells.setdefault(part[0], {}).setdefault(part[1], text)
        return found

    def _otherwise_named(self, head: str, repeat: str) -> Part | None:
        """A question of a form that was not ours at first, and whose names were made fit for us."""
        name = own_name(_last(head))
        return (name, "") if self._by_own_name.get(name) == repeat else None


def _heads(way: list[str], name: str, part: str, of: str = "") -> Iterator[tuple[str, Part]]:
    """What a field may stand under: its name, or its name with its groups before it."""
    yield name, (of or name, part)
    for sign in _SEPARATORS:
        yield sign.join([*way, name]), (of or name, part)


def _last(head: str) -> str:
    return re.split(r"[/:]", head)[-1]


@dataclass(frozen=True, slots=True)
class Records:
    """The names of the records that a chosen key may stand for: {id: name}."""

    organisations: Mapping[int, str]
    product_groups: Mapping[int, str]


def raw_answer(question: Question, parts: Mapping[str, str], records: Records) -> Any:
    """What stood in the cells of a question as ``rules.answers.clean`` takes it; of photos the names of their files.

    None for a blank; a ValueError holds what stood there and names no record that is known here.
    """
    text = parts.get("", "").strip()
    if question.type is Type.PHOTO:
        numbered = [parts.get(str(number), "").strip() for number in range(2, MOST_PHOTOS + 1)]
        return [name for name in [text, *numbered] if name] or None
    if question.type is Type.SEVERAL:
        split = [
            part[1:] for part, said in parts.items() if part[:1] == "=" and said.strip().lower() in _CHOSEN
        ]
        return (text.split() if text else split) or None
    if question.type is Type.PLACE:
        apart = [parts.get(part, "").strip() for part in (_LATITUDE, _LONGITUDE)]
        return " ".join((text.split() or apart)[:2]).strip() or None
    if question.type is Type.ORGANISATION:
        return organisation_named(text, parts.get(OTHER, ""), records) or None
    if question.type is Type.PRODUCT_GROUP:
        return _product_groups(text, parts.get(OTHER, ""), records) or None
    return text or None


def organisation_named(text: str, other: str, records: Records) -> str:
    """The name of an organisation that was chosen or typed. ValueError for the key of one that is not known."""
    if text == NOT_LISTED:
        return other.strip()
    return _record(text, ORGANISATION_KEY, records.organisations) or text


def _product_groups(text: str, other: str, records: Records) -> list[str]:
    words = text.split()
    keys = re.compile(rf"{PRODUCT_GROUP_KEY}\d+|{NOT_LISTED}")
    if not words or not all(keys.fullmatch(word) for word in words):
        return _typed(text)
    named = [_record(word, PRODUCT_GROUP_KEY, records.product_groups) for word in words if word != NOT_LISTED]
    return [*named, *_typed(other)]


def _typed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def _record(text: str, key: str, known: Mapping[int, str]) -> str:
    match = re.fullmatch(rf"{key}(\d{{1,18}})", text)
    if not match:
        return ""
    if int(match[1]) not in known:
        raise ValueError(text)
    return known[int(match[1])]
