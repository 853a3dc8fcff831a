"""What changed between two versions of a questionnaire, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from diagnostics.rules.plain import plain

Part = dict[str, Any]


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


_ASPECTS = {
    "label": _("Words"),
    "hint": _("Hint"),
    "type": _("Type"),
    "required": _("Needed"),
    "relevant": _("Asked if"),
    "constraint": _("Allowed if"),
    "constraint_message": _("Message"),
    "choices": _("Choices"),
    "unit": _("Unit"),
    "pillar": _("Pillar"),
    "row_title": _("Named by"),
    "least": _("At least"),
    "most": _("At most"),
    "within": _("Stands in"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A section, a group or a question that is not as it was. ``aspects``: (label, before, after)."""

    what: What
    name: str
    label: str
    aspects: list[tuple[str, str, str]] = field(default_factory=list)


def differences(before: Mapping[str, Any], after: Mapping[str, Any], language: str = "") -> list[Difference]:
    """In the order of the later version; what was removed stands where it stood in the earlier one, at the end."""
    old, new = plain(before), plain(after)
    old_parts, new_parts = dict(_parts(old)), dict(_parts(new))
    stays = [name for name in new_parts if name in old_parts]
    moved = _moved([name for name in old_parts if name in new_parts], stays)
    found = []
    for name, part in new_parts.items():
        label = _said(part["label"], language or new["language"])
        if name not in old_parts:
            found.append(Difference(What.ADDED, name, label))
            continue
        aspects = list(_aspects(old_parts[name], part, language or new["language"]))
        if aspects:
            found.append(Difference(What.CHANGED, name, label, aspects))
        elif name in moved:
            found.append(Difference(What.MOVED, name, label))
    gone = [name for name in old_parts if name not in new_parts]
    return found + [
        Difference(What.REMOVED, name, _said(old_parts[name]["label"], language or old["language"]))
        for name in gone
    ]


def _parts(definition: Part) -> Iterator[tuple[str, Part]]:
    """Every section, group and question by its name, with the words of its choices and with where it stands."""
    lists = definition.get("choices", {})
    for section in definition["sections"]:
        yield section["name"], {**section, "within": ""}
        for item in section["items"]:
            yield item["name"], _part(item, section["name"], lists)
            for question in item.get("items", []):
                yield question["name"], _part(question, item["name"], lists)


def _part(item: Part, within: str, lists: Mapping[str, list[Part]]) -> Part:
    part = {**item, "within": within}
    if item.get("choices"):
        part["choices"] = [
            (one["name"], one["label"], one.get("points")) for one in lists.get(item["choices"], [])
        ]
    return part


def _aspects(old: Part, new: Part, language: str) -> Iterator[tuple[str, str, str]]:
    for aspect, label in _ASPECTS.items():
        if old.get(aspect) != new.get(aspect):
            yield str(label), _worded(old.get(aspect), language), _worded(new.get(aspect), language)


def _worded(value: Any, language: str) -> str:
    if value is None or value == "":
        return ""
    if value is True:
        return "✓"
    if isinstance(value, Mapping):
        own = _said(value, language)
        others = [f"{code}: {text}" for code, text in value.items() if text != own]
        return " · ".join([own, *others])
    if isinstance(value, list):
        return ", ".join(_choice(one, language) for one in value)
    return str(value)


def _choice(choice: tuple[str, Mapping[str, str], int | None], language: str) -> str:
    name, label, points = choice
    said = _said(label, language)
    shown = said if said == name else f"{said} ({name})"
    return shown if points is None else f"{shown} = {points}"


def _said(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _moved(before: list[str], after: list[str]) -> set[str]:
    """What does not stand in the longest order that both keep: the fewest that must have moved."""
    place = {name: at for at, name in enumerate(before)}
    best: list[
        tuple[int, int]
    ] = []  # for each of ``after``: length of the best order that ends there, and its start
    for at, name in enumerate(after):
        length, previous = 1, -1
        for earlier in range(at):
            if place[after[earlier]] < place[name] and best[earlier][0] >= length:
                length, previous = best[earlier][0] + 1, earlier
        best.append((length, previous))
    at = max(range(len(best)), key=lambda one: best[one][0], default=-1)
    stay = set()
    while at >= 0:
        stay.add(after[at])
        at = best[at][1]
    return set(after) - stay
