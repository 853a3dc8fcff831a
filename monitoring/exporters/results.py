"""Figures as CSV, and the data package that describes the file (Frictionless Table Schema)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.queries.figure_rows import FigureRow
from monitoring.queries.public import OpenProgramme
from twinning.core import tabular

# Name of the column, its type in Table Schema, what it says.
COLUMNS = (
    ("indicator", "string", gettext_lazy("Code of the indicator")),
    ("name", "string", gettext_lazy("Name of the indicator")),
    ("level", "string", gettext_lazy("Output, outcome or impact")),
    ("unit", "string", gettext_lazy("Unit of the value")),
    ("scope", "string", gettext_lazy("Short name of the cluster, or “programme” for the whole")),
    (
        "state",
        "string",
        gettext_lazy(
            "value; not-reported; not-applicable; fewer-than-3 and withheld: a count of very few firms or persons, or"
            " one that would give it away"
        ),
    ),
    ("value", "number", gettext_lazy("The figure, where it is one number")),
    ("low", "number", gettext_lazy("Where the figure is a range: from")),
    ("high", "number", gettext_lazy("Where the figure is a range: to")),
    ("word", "string", gettext_lazy("Where the figure is a word on a scale")),
    ("amount", "number", gettext_lazy("Money of what is counted, in one currency where it can be")),
    ("currency", "string", gettext_lazy("Currency of the amount (ISO 4217)")),
    ("amounts", "string", gettext_lazy("The money as it was recorded, by currency")),
    ("target", "number", gettext_lazy("What the figure is to reach")),
    ("achieved", "number", gettext_lazy("How much of the way to the target is done, in per cent")),
    ("records", "integer", gettext_lazy("How many records the figure stands on")),
)
_STATES = ("value", "not-reported", "not-applicable", "fewer-than-3", "withheld")
_LEVELS = ("output", "outcome", "impact")
_MARK = b"\xef\xbb\xbf"


def results_csv(rows: Iterable[FigureRow]) -> bytes:
    """For spreadsheets: with the mark that they need."""
    names = [name for name, _type, _words in COLUMNS]
    return tabular.write_csv(names, ([_cell(getattr(row, name)) for name in names] for row in rows))


def open_csv(programme: OpenProgramme) -> bytes:
    """The figures of the public page for programs: plain UTF-8, as the data package says."""
    return results_csv(programme.rows).removeprefix(_MARK)


def _cell(value: Any) -> Any:
    """A decimal as it is, but never as 1E+3."""
    return Decimal(format(value.normalize(), "f")) if isinstance(value, Decimal) else value


def data_package(programme: OpenProgramme, address: str) -> dict[str, Any]:
    """``datapackage.json`` of the public figures; ``address`` is that of the public page."""
    data = open_csv(programme)
    return {
        "profile": "tabular-data-package",
        "name": f"{programme.slug}-results",
        "title": _("Results of %(about)s") % {"about": programme.title},
        "description": programme.intro,
        "homepage": address,
        "created": programme.made_at.isoformat(timespec="seconds"),
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "results",
                "path": "results.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
                "schema": {
                    "fields": [_field(*column) for column in COLUMNS],
                    "primaryKey": ["indicator", "scope"],
                    "missingValues": [""],
                },
            }
        ],
    }


def _field(name: str, kind: str, words: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "type": kind, "description": str(words)}
    if name in ("indicator", "scope", "state"):
        found["constraints"] = {"required": True}
    if name == "state":
        found["constraints"]["enum"] = list(_STATES)
    if name == "level":
        found["constraints"] = {"enum": list(_LEVELS)}
    return found
