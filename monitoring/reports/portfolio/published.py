"""The goals that a programme names and how it is published, in the portfolio report: snapshot and print."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import Programme
from monitoring.models import Publication, PublicationCode
from monitoring.queries.iati_checks import checked
from monitoring.reports.figures import NONE, Data, Figures, per_cent
from monitoring.rules.iati import codes
from monitoring.rules.iati.rules import RULES, Severity
from twinning.core import charts
from twinning.core.documents import Block, Column, Facts, Paragraphs, Picture, Table, has_rows

MOST_TARGETS = 100
_CHANGED_LATER = "11.1.1"


# Targets of the SDG ------------------------------------------------------------------------------------------


def targets_of(programme: Programme) -> list[dict[str, Any]]:
    """The targets of the SDG by which the programme and its components are tagged."""
    rows = PublicationCode.objects.filter(
        programme=programme, scheme=codes.Scheme.TAG, vocabulary__in=("", codes.SDG_TARGET)
    ).select_related("component")
    found: dict[str, dict[str, Any]] = {}
    for row in rows[:MOST_TARGETS]:
        one = found.setdefault(row.code, {"code": row.code, "name": row.name, "components": []})
        one["components"].append(row.component.title if row.component else "")
    return sorted(found.values(), key=lambda one: _order(one["code"]))


def _order(code: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part) if part.isdigit() else 0, part) for part in code.split("."))


def target_blocks(targets: list[Data], figures: Figures) -> Iterator[Block]:
    """Each target with the results that are measured by one of its indicators."""
    if not targets:
        return
    rows, aims = [], []
    for target in targets:
        whose = ", ".join(name or _("whole programme") for name in target["components"])
        words = " ".join(part for part in (target["code"], target["name"]) if part)
        measured = [
            (place, one)
            for place, one in enumerate(figures.indicators)
            # An indicator 9.3.1 measures the target 9.3.
            if (one.get("reference") or "").startswith(f"{target['code']}.")
        ]
        for place, one in measured:
            figure = figures.own(place)[0]
            label = f"{one['code']} {one['name']}"
            rows.append(
                (words, whose, label, figures.value(one, figure), per_cent(figure["achieved"]) or NONE)
            )
            if figure["achieved"] is not None:
                aims.append(
                    charts.Aim(
                        f"{target['code']}: {label}",
                        float(figure["achieved"]),
                        per_cent(figure["achieved"]) or "",
                    )
                )
        if not measured:
            rows.append((words, whose, _("no indicator names it"), "", ""))
    title = _("Results by target of the SDG")
    if aims:
        yield Picture(title, charts.target_bars(aims, **figures.drawing.look(title, "sdg")))
    heads = (
        Column(_("Target"), 15),
        Column(_("Named for"), 24),
        Column(_("Indicator"), 35),
        Column(_("Value"), 0, True),
        Column(_("Reached"), 0, True),
    )
    yield Table(title, heads, tuple(rows), name=_("SDG"))


# IATI --------------------------------------------------------------------------------------------------------


def publication_of(programme: Programme, as_of: dt.date) -> dict[str, Any] | None:
    """Whether what is published to IATI is sound; rules by number and how often each is broken, no record named."""
    publication = Publication.objects.filter(programme=programme).select_related("programme").first()
    if publication is None:
        return None
    found = checked(publication, as_of)
    # On a day that is past, what was changed since is no fault of what is published.
    problems = [problem for problem in found.problems if problem.rule != _CHANGED_LATER]
    broken = Counter(problem.rule for problem in problems)
    errors = sum(problem.is_error for problem in problems)
    return {
        "identifier": publication.identifier,
        "is_public": publication.is_public,
        "activities": len(found.activities),
        "held_back": len({problem.activity for problem in problems if problem.is_error}),
        "errors": errors,
        "warnings": len(problems) - errors,
        "rules": [
            {"rule": rule, "severity": RULES[rule].severity.value, "count": count}
            for rule, count in sorted(broken.items(), key=lambda item: _order(item[0]))
        ],
    }


def publication_blocks(data: Data | None) -> Iterator[Block]:
    if data is None:
        return
    yield Facts(
        (
            (_("Identifier"), data["identifier"]),
            (_("Open to everybody"), _("yes") if data["is_public"] else _("no")),
            (_("IATI activities checked"), data["activities"]),
            (_("Held back by errors"), data["held_back"]),
            (_("Errors"), data["errors"]),
            (_("Warnings"), data["warnings"]),
        )
    )
    if not data["rules"]:
        yield Paragraphs(_("Nothing stands against it by the rules of IATI 2.03."))
    rows = tuple(
        (
            row["rule"],
            str(RULES[row["rule"]].words) if row["rule"] in RULES else None,
            _("error") if row["severity"] == Severity.ERROR else _("warning"),
            row["count"],
        )
        for row in data["rules"]
    )
    heads = (
        Column(_("Rule"), 12),
        Column(_("What is wrong"), 50),
        Column(_("Severity")),
        Column(_("Times"), 0, True),
    )
    yield from has_rows(Table(_("Rules of IATI that are broken"), heads, rows, name=_("IATI")))
