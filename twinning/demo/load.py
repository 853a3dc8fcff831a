"""Builds the demonstration programme out of the data files beside it, by calling the services that pages call."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from activities import services as activities
from activities.models import Activity
from clusters import services
from clusters.models import Cluster, Organisation, Person, ProductGroup, Programme, Twinning
from clusters.rules import Role
from twinning.core import periods
from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.demo import (
    diagnostics,
    diagnostics_library,
    evaluation,
    publication,
    reports,
    results,
    selection,
)

DATA = Path(__file__).parent / "data"
PAPER = "UNIDO, Cluster Twinning, 2013"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@dataclass
class Demo:
    """What was built so far, by the names that the data files use."""

    password: str
    programme: Programme = field(init=False)
    manager: User = field(init=False)
    users: dict[str, User] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    twinnings: dict[str, Twinning] = field(default_factory=dict)
    activities: dict[tuple[str, int], Activity] = field(default_factory=dict)


def is_loaded() -> bool:
    return Programme.objects.filter(slug=_read("programme.toml")["programme"]["slug"]).exists()


@transaction.atomic
def load(password: str) -> Demo:
    """Build the whole programme or nothing. Raises DomainError where known passwords are not allowed."""
    if not settings.DEMO_ALLOWED:
        raise DomainError("The demonstration has known passwords and is refused on a production server.")
    demo = Demo(password)
    people = _read("people.toml")
    _users(demo, people["users"])
    programme = _read("programme.toml")
    _programme(demo, programme["programme"])
    places = _read("clusters.toml")
    _clusters(demo, places["clusters"])
    _organisations(demo, people["organisations"])
    _people(demo, people)
    _twinnings(demo, places["twinnings"])
    _governance(demo, programme)
    _agreements(demo, _read("agreements.toml")["agreements"])
    selection.build(demo.manager, demo.programme, demo.clusters, _read("selection.toml"))
    _memberships(demo, people["users"])
    diagnostics_library.load(demo)
    _activities(demo, _read("activities.toml"))
    results.build(demo.users, demo.programme, demo.clusters, demo.activities, _read("results.toml"))
    diagnostics.file(demo.users, demo.clusters, _read("studies.toml")["studies"])
    publication.publish(demo.manager, demo.programme, _read("publication.toml"))
    reports.set_up(demo.manager, demo.programme, _read("reports.toml"))
    evaluation.build(demo.users, demo.programme, demo.clusters, _read("evaluation.toml"))
    return demo


def _users(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        user = User(
            email=f"{row['email']}@{settings.DEMO_DOMAIN}",
            name=row["name"],
            language=row.get("language", ""),
            is_staff=row["email"] == "manager",
        )
        user.set_password(demo.password)
        user.save()
        demo.users[row["email"]] = user
    demo.manager = demo.users["manager"]


def _programme(demo: Demo, row: dict[str, Any]) -> None:
    demo.programme = services.open_programme(actor=demo.manager, **row)


def _clusters(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        figures, groups = row.pop("figures", []), row.pop("product_groups", {})
        cluster = services.create_cluster(actor=demo.manager, programme=demo.programme, **row)
        demo.clusters[cluster.slug] = cluster
        for figure in figures:
            services.add_figure(actor=demo.manager, cluster=cluster, **{"source": PAPER, **figure})
        for name, parts in groups.items():
            _product_group(demo, cluster, name, parts)


def _product_group(demo: Demo, cluster: Cluster, name: str, parts: list[str]) -> ProductGroup:
    group = services.add_product_group(actor=demo.manager, cluster=cluster, name=name)
    for part in parts:
        services.add_product_group(actor=demo.manager, cluster=cluster, name=part, parent=group)
    return group


def _organisations(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        roles, firm = row.pop("roles", []), row.pop("firm", None)
        row["part_of"] = demo.organisations.get(row.get("part_of", ""))
        body = services.create_organisation(actor=demo.manager, programme=demo.programme, **row)
        demo.organisations[body.name] = body
        for slug, role in roles:
            services.add_role(actor=demo.manager, organisation=body, cluster=demo.clusters[slug], role=role)
        if firm is not None:
            services.save_firm(actor=demo.manager, organisation=body, version=None, **firm)


def _people(demo: Demo, data: dict[str, Any]) -> None:
    for row in data["people"]:
        row["organisation"] = demo.organisations.get(row.get("organisation", ""))
        person = services.create_person(actor=demo.manager, programme=demo.programme, **row)
        demo.people[person.name] = person
    for row in data["engagements"]:
        services.engage_agent(actor=demo.manager, cluster=demo.clusters[row.pop("cluster")], **row)


def _twinnings(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        moves = row.pop("moves")
        twinning = services.propose_twinning(
            actor=demo.manager,
            programme=demo.programme,
            emerging=demo.clusters[row.pop("emerging")],
            advanced=demo.clusters[row.pop("advanced")],
            **row,
        )
        for move in moves:
            twinning = services.move_twinning(actor=demo.manager, twinning=twinning, version=None, **move)
        demo.twinnings[twinning.slug] = twinning


def _governance(demo: Demo, data: dict[str, Any]) -> None:
    for row in data["components"]:
        links = row.pop("clusters")
        component = services.add_component(actor=demo.manager, programme=demo.programme, **row)
        for link in links:
            services.place_cluster(
                actor=demo.manager,
                component=component,
                cluster=demo.clusters[link["cluster"]],
                start_year=link["year"],
                mode=link.get("mode", "full"),
            )
    for row in data["organisation_roles"]:
        services.add_programme_organisation(
            actor=demo.manager,
            programme=demo.programme,
            organisation=demo.organisations[row["organisation"]],
            role=row["role"],
        )
    for row in data["meetings"]:
        decisions = row.pop("decisions")
        meeting = services.add_meeting(actor=demo.manager, programme=demo.programme, **row)
        for decision in decisions:
            decision["cluster"] = demo.clusters.get(decision.get("cluster", ""))
            services.record_decision(actor=demo.manager, meeting=meeting, **decision)


def _agreements(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        claims = row.pop("claims", [])
        row["twinning"] = demo.twinnings.get(row.get("twinning", ""))
        row["parties"] = [
            party | {"organisation": demo.organisations[party["organisation"]]} for party in row["parties"]
        ]
        agreement = services.create_agreement(actor=demo.manager, programme=demo.programme, **row)
        for claim in claims:
            services.add_claim(actor=demo.manager, agreement=agreement, **claim)


def _memberships(demo: Demo, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["email"] == "manager":
            continue
        services.add_member(
            actor=demo.manager,
            programme=demo.programme,
            user=demo.users[row["email"]],
            role=Role(row["role"]),
            cluster=demo.clusters.get(row.get("cluster", "")),
            organisation=demo.organisations.get(row.get("organisation", "")),
        )


def annex_rows() -> list[dict[str, str]]:
    """The 105 rows of the three annexes, titles and date texts as printed."""
    with (DATA / "annex_activities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _activities(demo: Demo, data: dict[str, Any]) -> None:
    rows = annex_rows()
    formats = {
        (slug, number): "" if form == "not-stated" else form
        for slug, by_format in data["formats"].items()
        for form, numbers in by_format.items()
        for number in numbers
    }
    second_half = {(joint["also"], joint["also_number"]) for joint in data["joint"]}
    for slug in dict.fromkeys(row["cluster"] for row in rows):
        sheet = [row for row in rows if row["cluster"] == slug]
        readings = periods.read_sheet(
            [(row["title"], row["period_text"]) for row in sheet], status_date=data["status_date"]
        )
        for row, reading in zip(sheet, readings, strict=True):
            if (slug, int(row["number"])) not in second_half:
                _activity(demo, row, reading, formats[slug, int(row["number"])])
    for joint in data["joint"]:
        also = next(
            r for r in rows if (r["cluster"], int(r["number"])) == (joint["also"], joint["also_number"])
        )
        activities.add_cluster(
            actor=demo.manager,
            activity=demo.activities[joint["cluster"], joint["number"]],
            cluster=demo.clusters[joint["also"]],
            number=joint["also_number"],
            number_source=_number_source(also),
            printed_title=also["title"],
            printed_period=also["period_text"],
        )
    _took_part(demo, data)


def _number_source(row: dict[str, str]) -> str:
    return row["number_source"].replace(" ", "-")


def _activity(demo: Demo, row: dict[str, str], reading: periods.Reading, form: str) -> None:
    cluster = demo.clusters[row["cluster"]]
    number = int(row["number"])
    demo.activities[cluster.slug, number] = activities.log_activity(
        actor=demo.manager,
        programme=demo.programme,
        clusters=[cluster],
        numbers={cluster.pk: number},
        number_source=_number_source(row),
        title=row["title"],
        reading=reading,
        origin=Activity.Origin.IMPORTED,
        kind="TB" if row["kind_tag"] == "TB" else "",
        format=form,
        tags=row["kind_tag"],
    )


def _took_part(demo: Demo, data: dict[str, Any]) -> None:
    for slug, rows in data["organisations"].items():
        for number, name, role in rows:
            activities.add_organisation(
                actor=demo.manager,
                activity=demo.activities[slug, number],
                organisation=demo.organisations[name],
                role=role,
            )
    for slug, rows in data["people"].items():
        for number, name, role in rows:
            activities.add_participation(
                actor=demo.manager,
                activity=demo.activities[slug, number],
                person=demo.people[name],
                role=role,
            )
    for slug, rows in data["headcounts"].items():
        for number, name, role, persons, note, *come_from in rows:
            activities.add_participation(
                actor=demo.manager,
                activity=demo.activities[slug, number],
                organisation=demo.organisations.get(name),
                role=role,
                unspecified=persons,
                note=note,
                come_from=come_from[0] if come_from else "",
            )
