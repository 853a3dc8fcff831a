"""An activity of the International Aid Transparency Initiative, standard 2.03, as far as we publish it.

Texts are in the language of their activity, codes those of ``codes``. Numbers are texts as they are written into the
file, so that the ruleset sees what a reader of the file sees. ``source`` names the record of ours that a part was made
of, so that what is wrong with the part is mended there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


def number(text: str) -> Decimal | None:
    """A text as a number; None where it is none, or no finite one."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@dataclass(frozen=True, slots=True)
class Source:
    """A record of ours: the name of its model in small letters, its key, and what people call it."""

    kind: str
    pk: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    ref: str = ""
    type: str = ""
    name: str = ""
    role: str = ""  # of a participating organisation
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class OtherIdentifier:
    ref: str
    type: str
    owner: Organisation | None = None


@dataclass(frozen=True, slots=True)
class ActivityDate:
    """``text`` is what was printed, where it says less than a day."""

    type: str
    day: dt.date
    text: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """A sector, country, region, tag, policy marker or aid type. ``percentage`` "" is none."""

    code: str
    vocabulary: str = ""
    percentage: str = ""
    significance: str = ""
    name: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A populated place where things are done, known about and not exactly."""

    name: str
    description: str = ""
    reach: str = "1"
    exactness: str = "2"
    place_class: str = "2"
    point: str = ""  # latitude and longitude in degrees (WGS 84), parted by a space


@dataclass(frozen=True, slots=True)
class Budget:
    type: str
    status: str
    first: dt.date
    last: dt.date
    value: str
    currency: str
    value_date: dt.date | None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    type: str
    day: dt.date
    value: str
    currency: str
    value_date: dt.date | None
    description: str = ""
    provider: Organisation | None = None
    receiver: Organisation | None = None
    sectors: tuple[Coded, ...] = ()
    countries: tuple[Coded, ...] = ()
    regions: tuple[Coded, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Document:
    url: str
    media_type: str
    title: str
    category: str
    language: str = ""
    day: dt.date | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A baseline, target or actual. ``value`` "" is none, which only a qualitative indicator may have."""

    value: str
    dimensions: tuple[tuple[str, str], ...] = ()
    comment: str = ""
    documents: tuple[Document, ...] = ()
    year: str = ""  # of a baseline
    day: dt.date | None = None  # of a baseline
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Period:
    first: dt.date
    last: dt.date
    targets: tuple[Value, ...] = ()
    actuals: tuple[Value, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    code: str
    vocabulary: str


@dataclass(frozen=True, slots=True)
class Indicator:
    title: str
    measure: str
    ascending: bool
    aggregates: bool
    description: str = ""
    references: tuple[Reference, ...] = ()
    baselines: tuple[Value, ...] = ()
    periods: tuple[Period, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Result:
    type: str
    title: str
    indicators: tuple[Indicator, ...]
    description: str = ""
    aggregates: bool = False
    references: tuple[Reference, ...] = ()
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    identifier: str
    reporting: Organisation
    title: str
    description: str
    status: str
    hierarchy: int
    language: str
    currency: str
    updated: dt.datetime
    source: Source
    budget_not_provided: str = ""
    participating: tuple[Organisation, ...] = ()
    other_identifiers: tuple[OtherIdentifier, ...] = ()
    dates: tuple[ActivityDate, ...] = ()
    countries: tuple[Coded, ...] = ()
    regions: tuple[Coded, ...] = ()
    locations: tuple[Location, ...] = ()
    sectors: tuple[Coded, ...] = ()
    tags: tuple[Coded, ...] = ()
    markers: tuple[Coded, ...] = ()
    collaboration: str = ""
    flow: str = ""
    finance: str = ""
    aid_types: tuple[Coded, ...] = ()
    tied: str = ""
    budgets: tuple[Budget, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    documents: tuple[Document, ...] = ()
    related: tuple[tuple[str, str], ...] = ()  # (identifier, type)
    results: tuple[Result, ...] = ()
