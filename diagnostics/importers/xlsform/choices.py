"""The lists of choices of an XLSForm."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from diagnostics.importers.xlsform.tables import Book, Line, Remarks
from diagnostics.rules.xlsform import ORGANISATIONS, PRODUCT_GROUPS, own_name

_SHEET = "choices"
_CHOICE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_KNOWN = {"list_name", "name", "points"}

Lists = dict[str, list[dict[str, Any]]]


def read_choices(book: Book, remarks: Remarks) -> tuple[Lists, dict[str, str]]:
    """{list: [{name, label, points}]}, and what each list of the sheet is called here.

    The lists of a cluster's organisations and product groups are not among them.
    """
    lists: Lists = {}
    names: dict[str, str] = {}
    for line in book.lines(_SHEET):
        raw = line.cells.get("list_name", "")
        if raw in (ORGANISATIONS, PRODUCT_GROUPS):
            continue
        if not raw or not line.cells.get("name"):
            remarks.lost(_SHEET, line.row, _("A choice without a list or a name was left out."))
            continue
        if raw not in names:
            names[raw] = own_name(raw, names.values())
        choices = lists.setdefault(names[raw], [])
        choice = _choice(book, line, remarks)
        if any(one["name"] == choice["name"] for one in choices):
            remarks.lost(
                _SHEET,
                line.row,
                _("“%(name)s” stands twice in its list: the second was left out.") % {"name": choice["name"]},
            )
            continue
        choices.append(choice)
    return lists, names


def _choice(book: Book, line: Line, remarks: Remarks) -> dict[str, Any]:
    name = line.cells["name"]
    if not _CHOICE.fullmatch(name):
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60]
        remarks.noted(
            _SHEET,
            line.row,
            _("Names of choices have letters, digits, _ and -: “%(old)s” is “%(new)s” here.")
            % {"old": line.cells["name"][:60], "new": name},
        )
    for column in line.cells:
        if column not in _KNOWN:
            remarks.lost(_SHEET, line.row, _("Column “%(column)s” was left out.") % {"column": column})
    choice: dict[str, Any] = {"name": name, "label": line.texts.get("label") or {book.language: name}}
    points = line.cells.get("points", "")
    if re.fullmatch(r"-?\d{1,9}", points):
        choice["points"] = int(points)
    elif points:
        remarks.lost(
            _SHEET, line.row, _("Points are whole numbers: “%(points)s” was left out.") % {"points": points}
        )
    return choice
