"""An activity against which nothing stands, and the official schema where it lies beside the project."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings

from monitoring.rules import iati
from monitoring.rules.iati import codes

ROOT = Path(__file__).resolve().parents[3]
# Beside the repository where it was made; elsewhere where the environment says.
SCHEMA_DIR: Path = settings.IATI_SCHEMA_DIR or ROOT.parent / "shared" / "data" / "iati"
TODAY = dt.date(2011, 7, 31)
HERE = iati.Source("programme", 1, "Twinning")


def sound(**changes: Any) -> iati.Activity:
    values: dict[str, Any] = {
        "identifier": "XM-EXAMPLE-T1",
        "reporting": iati.Organisation("XM-EXAMPLE", "40", "UNIDO"),
        "title": "Twinning",
        "description": "Twins clusters.",
        "status": codes.RUNNING,
        "hierarchy": 1,
        "language": "en",
        "currency": "EUR",
        "updated": dt.datetime(2011, 7, 31, 12, tzinfo=dt.UTC),
        "source": HERE,
        "participating": (iati.Organisation(name="Italian Cooperation", type="10", role="1"),),
        "dates": (iati.ActivityDate("2", dt.date(2006, 2, 6)),),
        "countries": (iati.Coded("IN"),),
        "sectors": (iati.Coded("32130", "1"),),
        "markers": (iati.Coded("1", "1", significance="0"),),
        "aid_types": (iati.Coded("D02", "1"),),
    }
    return iati.Activity(**values | changes)


def paid(**changes: Any) -> iati.Transaction:
    values: dict[str, Any] = {
        "type": "3",
        "day": dt.date(2010, 1, 1),
        "value": "100",
        "currency": "EUR",
        "value_date": dt.date(2010, 1, 1),
    }
    return iati.Transaction(**values | changes)


def planned(**changes: Any) -> iati.Budget:
    values: dict[str, Any] = {
        "type": "1",
        "status": "1",
        "first": dt.date(2010, 1, 1),
        "last": dt.date(2010, 12, 31),
        "value": "100",
        "currency": "EUR",
        "value_date": dt.date(2010, 1, 1),
    }
    return iati.Budget(**values | changes)


def measured(measure: str = "1", **changes: Any) -> iati.Indicator:
    values: dict[str, Any] = {"title": "Persons trained", "ascending": True, "aggregates": True}
    return iati.Indicator(measure=measure, **values | changes)


def resulting(indicator: iati.Indicator, **changes: Any) -> tuple[iati.Result, ...]:
    values: dict[str, Any] = {"type": "1", "title": "People learn", "indicators": (indicator,)}
    return (iati.Result(**values | changes),)


def told(**changes: Any) -> tuple[iati.Period, ...]:
    values: dict[str, Any] = {"first": dt.date(2010, 1, 1), "last": dt.date(2010, 12, 31)}
    return (iati.Period(**values | changes),)
