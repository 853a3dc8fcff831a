"""Small files in the formats of the ECB."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

Days = Mapping[str, dict[str, str]]

DAYS: Days = {
    "2010-05-04": {"USD": "1.3089", "JPY": "123.6", "INR": "58.52", "CYP": "N/A"},
    "2010-05-03": {"USD": "1.3238", "JPY": "125.11", "INR": "58.98", "CYP": "N/A"},
    "2007-12-31": {"USD": "1.4721", "JPY": "164.93", "INR": "N/A", "CYP": "0.585274"},
}


def wide_csv(days: Days = DAYS) -> bytes:
    """As in eurofxref-hist.zip: a column for each currency, newest day first, a comma at the end of every line."""
    currencies = list(next(iter(days.values())))
    lines = [["Date", *currencies], *[[day, *rates.values()] for day, rates in days.items()]]
    return "".join(f"{','.join(line)},\n" for line in lines).encode()


def daily_csv() -> bytes:
    return b"Date, USD, JPY, INR, \n04 May 2010, 1.3089, 123.6, 58.52, \n"


def xml(days: Days = DAYS) -> bytes:
    cubes = "".join(
        f'<Cube time="{day}">'
        + "".join(f'<Cube currency="{c}" rate="{rate}"/>' for c, rate in rates.items() if rate != "N/A")
        + "</Cube>"
        for day, rates in days.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope'
        ' xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
        ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
        "<gesmes:subject>Reference rates</gesmes:subject>"
        "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
        f"<Cube>{cubes}</Cube></gesmes:Envelope>"
    ).encode()


def zipped(data: bytes, name: str = "eurofxref-hist.csv", more: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in (name, *more):
            archive.writestr(entry, data)
    return out.getvalue()
