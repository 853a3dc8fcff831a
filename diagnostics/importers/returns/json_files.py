"""Filled forms as the API of KoboToolbox hands them out: ``{"results": [{"group/question": "answer"}]}``.

Repeated groups are lists in it, with the whole path of each answer again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.returns.model import IDENTS, MOST_TEXT, Returned, returned
from twinning.core.tabular import UnfitSheet

_LISTS = ("results", "value", "data")


def returns_in_json(data: bytes) -> list[Returned]:
    """The filled forms of a JSON file. Raises UnfitSheet where it cannot be read or holds something else."""
    if len(data) > MOST_TEXT:
        raise UnfitSheet(_("The file is too large. Split it and import the parts one after another."))
    try:
        # Numbers stay as they are written: 12.50 is not 12.5.
        raw = json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise UnfitSheet(
            _("This JSON cannot be read from line %(line)d, column %(column)d on.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise UnfitSheet(_("This JSON cannot be read.")) from error
    return [_returned(place, item) for place, item in enumerate(_list_in(raw), 1)]


def _list_in(raw: Any) -> list[Any]:
    if isinstance(raw, list):
        return raw
    if isinstance(raw, Mapping):
        for name in _LISTS:
            if isinstance(raw.get(name), list):
                return list(raw[name])
        if any(name in raw for name in IDENTS):
            return [raw]
    raise UnfitSheet(_("This JSON holds no list of filled forms."))


def _returned(place: int, item: Any) -> Returned:
    if not isinstance(item, Mapping):
        raise UnfitSheet(_("Number %(place)d of the list is no filled form.") % {"place": place})
    found = returned(place, dict(_answers(item)))
    found.rows = {
        path: [dict(_answers(row, nested=True)) for row in rows]
        for path, rows in _lists(item)
        if not path.startswith("_")
    }
    return found


def _answers(item: Mapping[str, Any], within: str = "", *, nested: bool = False) -> Iterator[tuple[str, str]]:
    """(path, text) of what is no list of rows. Groups may be nested instead of written into the path.

    ``nested``: within a row, where a list of rows is named, since no questionnaire of ours has any.
    """
    for name, value in item.items():
        path = f"{within}{name}"
        if isinstance(value, Mapping):
            yield from _answers(value, f"{path}/", nested=nested)
        elif isinstance(value, list):
            if nested or not _is_rows(value):
                yield path, " ".join(str(one) for one in value)
        elif value is not None and str(value).strip():
            yield path, _text(value)


def _lists(item: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, list[Any]]]:
    for name, value in item.items():
        if isinstance(value, Mapping):
            yield from _lists(value, f"{within}{name}/")
        elif isinstance(value, list) and _is_rows(value):
            yield f"{within}{name}", value


def _is_rows(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(one, Mapping) for one in value)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
