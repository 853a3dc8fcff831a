"""Tables 9 and 10 of the method: the outputs and outcomes of a twinning, with the rules that count them.

The rules are our reading of the tables: which records make up each line is not printed. A programme may change
them. ``reference`` are families of the UNIDO framework as they are believed to fit, not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TRAINED = {
    "count": "persons",
    "where": {"format": ["training", "on-site"], "from": ["firm"], "role": ["trainee"]},
}


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    rule: dict[str, Any]
    unit: str = "Number"
    reference: str = ""
    has_amount: bool = False


def _outcome(code: str, name: str, kind: str, reference: str = "", *, has_amount: bool = False) -> Line:
    return Line(
        code,
        name,
        {"count": "outcomes", "where": {"kind": [kind]}},
        "Number/Euro" if has_amount else "Number",
        reference,
        has_amount,
    )


OUTPUTS = (
    Line(
        "T9.1",
        "Capacity-building programmes (workshops/seminars done)",
        {"count": "activities", "where": {"format": ["workshop", "training", "on-site"]}},
        reference="TCO.1",
    ),
    Line(
        "T9.2",
        "Visit organized (participants)",
        {"count": "persons", "where": {"format": ["visit"], "role": ["trainee"]}},
        reference="REA",
    ),
    Line(
        "T9.3",
        "Technology transfer shows organized",
        {"count": "activities", "where": {"format": ["technology-show"]}},
        reference="CPO.1",
    ),
    Line(
        "T9.4",
        "Letters of Intent signed between firms (across clusters)",
        {"count": "agreements", "where": {"kind": ["loi"], "between": ["firms"], "across": ["yes"]}},
    ),
    Line(
        "T9.5",
        "MoUs signed between associations/institutions",
        {"count": "agreements", "where": {"kind": ["mou", "ca"], "between": ["bodies"]}},
    ),
    Line(
        "T9.6",
        "Participation in fairs/exhibitions",
        {"count": "activities", "where": {"format": ["fair"]}},
        reference="CPO.1",
    ),
    _outcome("T9.7", "New markets identified", "market-identified"),
    Line("T9.8", "Persons (from firms) trained", _TRAINED, reference="KASA.2"),
)
OUTCOMES = (
    _outcome(
        "T10.1", "Technology transfer agreements signed", "technology-transfer", "TEC.3", has_amount=True
    ),
    _outcome("T10.2", "Investment cases", "investment", "INV", has_amount=True),
    _outcome("T10.3", "Outsourcing agreements signed", "outsourcing", has_amount=True),
    _outcome("T10.4", "Technological best practices adopted", "practice-adopted", "BUS.1"),
    _outcome("T10.5", "Skill development programmes introduced", "skill-programme"),
    _outcome("T10.6", "New service providers introduced", "service-provider"),
    _outcome("T10.7", "Machinery sold from advanced clusters", "machinery-sold", has_amount=True),
    Line("T10.8", "Persons (from firms) trained", _TRAINED, reference="KASA.2"),
)
# (level, title of the result, its indicators)
TABLES: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    ("output", "Outputs of the twinning (Table 9)", OUTPUTS),
    ("outcome", "Outcomes of the twinning (Table 10)", OUTCOMES),
)
