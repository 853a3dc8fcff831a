"""Programmes, their components, partners, committee and exchange rates."""

from __future__ import annotations

from tests.access.rows import MEMBERS, Row, by, nothing
from tests.access.table_api.asking import (
    COMMITTEE,
    EVERYBODY,
    IN_COMPONENT,
    IN_MEETING,
    IN_PROGRAMME,
    MANAGERS,
    NO_COMMITTEE,
    added,
    at,
    joined,
    listed,
    row,
    with_ids,
)

ROWS: list[Row] = [
    listed("programme-list"),
    Row("api-programme-list", nothing, "post", with_ids(), by(400, *EVERYBODY)),
    row("programme-detail", "get", at(slug="programme"), (200, MEMBERS)),
    row("programme-detail", "patch", at(slug="programme"), (200, MANAGERS), body={"code": "X"}),
    listed("component-list", IN_PROGRAMME),
    row("component-list", "post", IN_PROGRAMME, (201, MANAGERS), body={"kind": "CT", "title": "New"}),
    row("component-detail", "get", at(programme_slug="programme", pk="component"), (200, MEMBERS)),
    row(
        "component-detail",
        "patch",
        at(programme_slug="programme", pk="component"),
        (200, MANAGERS),
        body={"title": "N"},
    ),
    listed("component-cluster-list", IN_COMPONENT),
    row("component-cluster-list", "post", IN_COMPONENT, (201, MANAGERS), body=with_ids(cluster="cluster")),
    row(
        "component-cluster-detail",
        "get",
        at(programme_slug="programme", component_id="component", pk="component-cluster"),
        (200, MEMBERS),
    ),
    listed("programme-organisation-list", IN_PROGRAMME),
    row(
        "programme-organisation-list",
        "post",
        IN_PROGRAMME,
        (201, MANAGERS),
        body=joined(with_ids(organisation="organisation"), {"role": "donor"}),
    ),
    row(
        "programme-organisation-detail",
        "get",
        at(programme_slug="programme", pk="programme-organisation"),
        (200, MEMBERS),
    ),
    listed("meeting-list", IN_PROGRAMME),
    row("meeting-list", "post", IN_PROGRAMME, (201, MANAGERS), body={"number": 78}),
    row(
        "meeting-detail",
        "get",
        at(programme_slug="programme", pk="meeting"),
        (200, COMMITTEE),
        hidden=NO_COMMITTEE,
    ),
    row(
        "meeting-detail",
        "patch",
        at(programme_slug="programme", pk="meeting"),
        (200, MANAGERS),
        hidden=NO_COMMITTEE,
        body={"place": "Chennai"},
    ),
    row("decision-list", "get", IN_MEETING, (200, COMMITTEE), hidden=NO_COMMITTEE),
    row(
        "decision-list",
        "post",
        IN_MEETING,
        (201, MANAGERS),
        hidden=NO_COMMITTEE,
        body={"kind": "other", "text": "No"},
    ),
    row(
        "decision-detail",
        "get",
        at(programme_slug="programme", meeting_id="meeting", pk="decision"),
        (200, COMMITTEE),
        hidden=NO_COMMITTEE,
    ),
    listed("rate-list"),
    added(
        "rate",
        MANAGERS,
        joined(
            with_ids(programme="programme"),
            {"currency": "INR", "day": "2010-05-10", "rate": "59.1", "source": "Bulletin"},
        ),
    ),
    row("rate-detail", "get", at(pk="rate"), (200, MEMBERS)),
    row("rate-withdraw", "post", at(pk="rate"), (200, MANAGERS), body={"reason": "Mistyped"}),
]
