"""The words for states and figures, said in one place for pages, reports and the API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clusters.models import ClusterFigure, Programme, Twinning
from clusters.rules import Force
from twinning.core import periods
from twinning.core.queries import edtf_text


@dataclass(frozen=True, slots=True)
class Word:
    """A state in words; ``kind`` is that of the badge (docs/look.md)."""

    text: str
    kind: str


_TWINNING_KINDS = {
    Twinning.Status.SCOUTING: "plan",
    Twinning.Status.STUDY: "plan",
    Twinning.Status.NEGOTIATING: "busy",
    Twinning.Status.ACTIVE: "good",
    Twinning.Status.LAPSED: "off",
    Twinning.Status.ABANDONED: "off",
}
_PROGRAMME_KINDS = {
    Programme.Status.IDEA: "plan",
    Programme.Status.RUNNING: "good",
    Programme.Status.FINALISING: "busy",
    Programme.Status.CLOSED: "off",
    Programme.Status.SUSPENDED: "warn",
    Programme.Status.CANCELLED: "off",
}


def force_word(force: Force) -> Word:
    return {
        Force.IN_FORCE: Word(_("in force"), "good"),
        Force.END_NOT_STATED: Word(_("in force, end not stated"), "good"),
        Force.LAPSED: Word(_("lapsed"), "off"),
        Force.NOT_YET: Word(_("not yet in force"), "plan"),
        Force.NEVER_SIGNED: Word(_("never signed"), "none"),
        Force.NOT_STATED: Word(_("dates not stated"), "warn"),
    }[force]


def position_text(position: tuple[Decimal, Decimal] | None) -> str:
    """Latitude and longitude in words, such as "12.93° N, 79.33° E", to about a kilometre; "" for none."""
    if position is None:
        return ""
    latitude, longitude = position
    north = pgettext("latitude", "%(degrees)s° S") if latitude < 0 else pgettext("latitude", "%(degrees)s° N")
    east = (
        pgettext("longitude", "%(degrees)s° W") if longitude < 0 else pgettext("longitude", "%(degrees)s° E")
    )
    return ", ".join(
        # Rounded here: number_format cuts. One half of it is not broken over two lines.
        (words % {"degrees": formats.number_format(round(abs(value), 2), 2)}).replace(" ", "\u00a0")
        for words, value in ((north, latitude), (east, longitude))
    )


def twinning_word(status: str) -> Word:
    known = Twinning.Status(status)
    return Word(str(known.label), _TWINNING_KINDS[known])


def programme_word(status: str) -> Word:
    known = Programme.Status(status)
    return Word(str(known.label), _PROGRAMME_KINDS[known])


def _day(day: dt.date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def span_text(valid_from: dt.date | None, valid_to: dt.date | None) -> str:
    """A span of days with both ends inclusive; "" where neither end is known."""
    if valid_from and valid_to:
        return f"{_day(valid_from)} – {_day(valid_to)}"
    if valid_from:
        return _("since %(day)s") % {"day": _day(valid_from)}
    return _("until %(day)s") % {"day": _day(valid_to)} if valid_to else ""


def _amount(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    places = 0 if whole else max(0, -int(value.normalize().as_tuple().exponent))
    return formats.number_format(value, decimal_pos=places, force_grouping=True)


def _with_unit(amount: str, unit: str) -> str:
    if len(unit) == 3 and unit.isupper():
        return f"{unit}\u00a0{amount}"  # a currency of ISO 4217 stands before its amount
    return f"{amount}\u00a0{unit}".rstrip("\u00a0")


def figure_text(figure: ClusterFigure) -> str:
    """A claim as its source made it: "around 650 units", "over EUR 2,000,000,000", "between 15 and 20 %"."""
    if figure.value is None:
        low, high = _amount(figure.low or Decimal()), _amount(figure.high or Decimal())
        span = pgettext("two figures", "%(low)s and %(high)s") % {"low": low, "high": high}
        return _("between %(figure)s") % {"figure": _with_unit(span, figure.unit)}
    shown = _with_unit(_amount(figure.value), figure.unit)
    if figure.qualifier == ClusterFigure.Qualifier.AROUND:
        return _("around %(figure)s") % {"figure": shown}
    if figure.qualifier == ClusterFigure.Qualifier.OVER:
        return _("over %(figure)s") % {"figure": shown}
    return shown


def held_text(edtf: str, stated: str) -> str:
    """A date as far as it is known, and as it was stated where that says more; "" for neither."""
    known = edtf_text(edtf)
    if known and stated and periods.read(stated).edtf != edtf:
        return f"{known} ({stated})"
    return known or stated
