"""What is published to IATI: read with the papers of the committee, written by who manages the programme."""

from __future__ import annotations

from tests.access.rows import Row
from tests.access.table_api.asking import (
    COMMITTEE,
    MANAGERS,
    NO_COMMITTEE,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)

IN_PROGRAMME = with_ids(programme="programme")
PUBLISHED = {"reporter_ref": "XM-B", "reporter_type": "40", "reporter_name": "B", "suffix": "B"}
DAYS = {"first": "2011-01-01", "last": "2011-12-31", "value_date": "2011-01-01"}
SENT: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "publication-code": ({"scheme": "tag", "code": "9.3"}, {"name": "N"}),
    "published-document": (
        {"category": "A02", "title": "New", "url": "https://example.org/new"},
        {"title": "N"},
    ),
    "budget": ({**DAYS, "value": "10.00", "currency": "EUR"}, {"value": "11.00"}),
    "transaction": (
        {"type": "1", "date": "2011-01-01", "value_date": "2011-01-01", "value": "10.00", "currency": "EUR"},
        {"description": "N"},
    ),
}

ROWS: list[Row] = [
    listed("publication-list"),
    # It is published already, so that whoever may say how is told so.
    added("publication", MANAGERS, joined(IN_PROGRAMME, PUBLISHED), 400),
    row("publication-detail", "get", at(pk="publication"), (200, COMMITTEE), hidden=NO_COMMITTEE),
    row(
        "publication-detail",
        "patch",
        at(pk="publication"),
        (200, MANAGERS),
        hidden=NO_COMMITTEE,
        body={"tied": "4"},
    ),
    *[
        one
        for name, (new, changed) in SENT.items()
        for one in (
            listed(f"{name}-list"),
            added(name, MANAGERS, joined(IN_PROGRAMME, new)),
            row(f"{name}-detail", "get", at(pk=name), (200, COMMITTEE), hidden=NO_COMMITTEE),
            row(f"{name}-detail", "patch", at(pk=name), (200, MANAGERS), hidden=NO_COMMITTEE, body=changed),
            row(f"{name}-detail", "delete", at(pk=name), (204, MANAGERS), hidden=NO_COMMITTEE),
        )
    ],
]
