"""Twinnings and agreements."""

from __future__ import annotations

from tests.access.rows import MEMBERS, Row
from tests.access.table_api.asking import OF_AGREEMENT, WIDE, added, at, joined, listed, row, with_ids

ROWS: list[Row] = [
    listed("twinning-list"),
    added(
        "twinning",
        WIDE,
        joined(with_ids(programme="programme", advanced="cluster"), {"emerging": "footwear"}),
    ),
    row("twinning-detail", "get", at(slug="twinning"), (200, MEMBERS)),
    row("twinning-detail", "patch", at(slug="twinning"), (200, WIDE), body={"overlap": "x"}),
    row(
        "twinning-move",
        "post",
        at(slug="twinning"),
        (200, WIDE),
        body={"to": "negotiating", "reason": "They met"},
    ),
    listed("agreement-list"),
    added("agreement", WIDE, joined(with_ids(programme="programme"), {"kind": "ca", "title": "New"})),
    row("agreement-detail", "get", at(pk="agreement"), (200, MEMBERS)),
    row("agreement-detail", "patch", at(pk="agreement"), (200, WIDE), body={"purpose": "x"}),
    listed("party-list", OF_AGREEMENT),
    row(
        "party-list",
        "post",
        OF_AGREEMENT,
        (201, WIDE),
        body=lambda world: {"organisation": world.clri.pk, "role": "supporter", "side": "emerging"},
    ),
    row("party-detail", "get", at(agreement_id="agreement", pk="party"), (200, MEMBERS)),
    row("party-detail", "delete", at(agreement_id="agreement", pk="party"), (204, WIDE)),
    listed("claim-list", OF_AGREEMENT),
    row(
        "claim-list",
        "post",
        OF_AGREEMENT,
        (201, WIDE),
        body={"about": "other", "statement": "x", "source": "y"},
    ),
    row("claim-detail", "get", at(agreement_id="agreement", pk="claim"), (200, MEMBERS)),
    row("claim-detail", "patch", at(agreement_id="agreement", pk="claim"), (200, WIDE), body={"source": "z"}),
    row("claim-prefer", "post", at(agreement_id="agreement", pk="claim"), (200, WIDE)),
]
