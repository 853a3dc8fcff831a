"""The euro foreign exchange reference rates as the ECB publishes them, every one so many units for one euro.

- ``eurofxref-hist.csv``: ``Date,USD,JPY,…`` and a row for each day, ``N/A`` where a currency had no rate;
- ``eurofxref.csv``: the same with blanks after the commas, one row, and its day as ``27 November 2026``;
- ``eurofxref-hist.xml``, ``-hist-90d.xml`` and ``-daily.xml``: a gesmes envelope with
  ``<Cube time="2026-11-27"><Cube currency="USD" rate="1.0512"/>``;
- the ZIP files in which the first two come.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from twinning.core.access import DomainError
from twinning.core.money.values import BASES, is_currency_code
from twinning.core.tabular import Archive, Limits, UnfitSheet
from twinning.core.tabular.guard import parse_xml

FIRST_DAY = dt.date(1999, 1, 4)
# The whole history is about 1.5 MB as CSV and 8 MB as XML, and holds about 250,000 rates.
_LIMITS = Limits(entries=10, declared=64 * 1024**2, inflated=64 * 1024**2)
_MOST_RATES = 1_000_000
_MOST_COLUMNS = 200
_NAMED = 5
_PIECE = 1 << 16
_RATE = re.compile(r"[0-9]{1,7}(\.[0-9]{1,8})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG_DAY = re.compile(r"([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NO_RATE = ("", "N/A")
_ROOT, _ENTRY = "Envelope", "Cube"  # elements of the XML


class Published(NamedTuple):
    """``value`` units of ``currency`` for one euro on ``day``; ``place`` says where in the file it stands."""

    day: dt.date
    currency: str
    value: Decimal
    place: str


class UnfitRates(DomainError):
    """The file is not one of the ECB's, or holds what cannot be a rate. The message names row and currency."""

    code = "unfit_rates"

    def __init__(self, message: str) -> None:
        super().__init__(message, fields={"file": [message]})


def read_ecb(data: bytes, today: dt.date) -> list[Published]:
    """The rates of a file, told by what it holds and not by its name. All or none: raises UnfitRates.

    ``today``: rates of a later day are refused, as nobody can have published them.
    """
    found = _Found(today)
    try:
        _read(data, found)
    except (UnfitSheet, csv.Error) as error:
        raise _strange() from error
    if found.problems:
        raise refused(found.problems)
    if not found.rates:
        raise UnfitRates(_("There is no rate in this file."))
    return list(found.rates.values())


def refused(problems: list[str]) -> UnfitRates:
    """A refusal that names what is wrong, each with its place; of many the first ones."""
    more = len(problems) - _NAMED
    named = "; ".join(problems[:_NAMED])
    if more > 0:
        named = _("%(problems)s; and %(more)d more") % {"problems": named, "more": more}
    return UnfitRates(_("Nothing was loaded: %(problems)s.") % {"problems": named})


def _strange() -> UnfitRates:
    return UnfitRates(
        _(
            "This is not a file of reference rates as the ECB publishes it, or it is damaged. Download it again:"
            " eurofxref-hist.zip, eurofxref.zip, or one of the CSV and XML files, and do not save it in between."
        )
    )


@dataclass(slots=True)
class _Found:
    """What was read so far, and what was wrong with it."""

    today: dt.date
    rates: dict[tuple[dt.date, str], Published] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def day(self, text: str, place: str) -> dt.date | None:
        day = _day(text)
        if day is None:
            self.problems.append(_("%(place)s: “%(text)s” is not a day") % _named(place, text))
        elif day < FIRST_DAY:
            self.problems.append(
                _("%(place)s: %(text)s is before the first rates of the ECB") % _named(place, text)
            )
        elif day > self.today:
            self.problems.append(_("%(place)s: %(text)s is still to come") % _named(place, text))
        else:
            return day
        return None

    def rate(self, day: dt.date, currency: str, text: str, place: str) -> None:
        if not _RATE.fullmatch(text) or not (value := Decimal(text)):
            self.problems.append(_("%(place)s: “%(text)s” is not a rate") % _named(place, text))
        elif (day, currency) in self.rates:
            self.problems.append(_("%(place)s: there is another rate for the same day") % {"place": place})
        elif len(self.rates) >= _MOST_RATES:
            raise UnfitRates(_("The file has more rates than the ECB has ever published."))
        else:
            self.rates[day, currency] = Published(day, currency, value, place)


def _named(place: str, text: str) -> dict[str, str]:
    return {"place": place, "text": text[:40]}


def _day(text: str) -> dt.date | None:
    try:
        if _ISO_DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
        if (said := _LONG_DAY.fullmatch(text)) and said[2].capitalize() in _MONTHS:
            return dt.date(int(said[3]), _MONTHS.index(said[2].capitalize()) + 1, int(said[1]))
    except ValueError:
        pass
    return None


def _read(data: bytes, found: _Found) -> None:
    if data.startswith(b"PK"):
        archive = Archive(data, _LIMITS)
        names = [name for name in archive.names if name.lower().endswith((".csv", ".xml"))]
        if len(names) != 1:
            raise _strange()
        data = archive.text(names[0], _LIMITS.inflated)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _read_xml(data, found)
    else:
        _read_csv(data, found)


def _read_csv(data: bytes, found: _Found) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _strange() from error
    rows = csv.reader(io.StringIO(text, newline=""))
    heads = [cell.strip() for cell in next(rows, [])]
    # Every line ends in a comma, so the last column has no head.
    currencies = heads[1:-1] if heads[-1:] == [""] else heads[1:]
    if heads[:1] != ["Date"] or not currencies or len(currencies) > _MOST_COLUMNS:
        raise _strange()
    for currency in currencies:
        if not is_currency_code(currency) or currency == BASES[0] or currencies.count(currency) > 1:
            place = _("row %(row)d") % {"row": 1}
            problem = _("%(place)s: “%(text)s” is not a currency with a column of its own")
            raise refused([problem % _named(place, currency)])
    for number, row in enumerate(rows, 2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            _read_row(number, cells, currencies, found)


def _read_row(number: int, cells: list[str], currencies: list[str], found: _Found) -> None:
    place = _("row %(row)d") % {"row": number}
    if any(cells[1 + len(currencies) :]) or len(cells) <= len(currencies):
        found.problems.append(
            _("%(place)s: it has not as many values as there are currencies") % {"place": place}
        )
        return
    day = found.day(cells[0], place)
    if day is None:
        return
    for currency, text in zip(currencies, cells[1:], strict=False):
        if text not in _NO_RATE:
            found.rate(day, currency, text, f"{place}, {currency}")


def _read_xml(data: bytes, found: _Found) -> None:
    day: dt.date | None = None
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal day, depth
        depth += 1
        if depth == 1 and name != _ROOT:
            raise _strange()
        if name != _ENTRY:
            return
        if "time" in attributes:
            day = found.day(attributes["time"], _ENTRY)
        elif "currency" in attributes and day is not None:
            currency, place = attributes["currency"], f"{day.isoformat()}, {attributes['currency'][:10]}"
            if is_currency_code(currency) and currency != BASES[0]:
                found.rate(day, currency, attributes.get("rate", ""), place)
            else:
                found.problems.append(_("%(place)s: this is no currency") % {"place": place})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    try:
        for _piece in parse_xml(_pieces(data), start, end):
            pass
    except (
        LookupError,
        ValueError,
    ) as error:  # an encoding that there is not, or that the parser does not take
        raise _strange() from error


def _pieces(data: bytes) -> Iterator[bytes]:
    for begin in range(0, len(data), _PIECE):
        yield data[begin : begin + _PIECE]
