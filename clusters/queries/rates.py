"""The exchange rates that a programme converts by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from clusters.models.membership import grants_of
from clusters.queries.words import Word, span_text
from twinning.core.access import ScopedQuerySet
from twinning.core.models import Change, ExchangeRate, User
from twinning.core.models.rate import ExchangeRateQuerySet


class RateQuerySet(ExchangeRateQuerySet, ScopedQuerySet[ExchangeRate]):  # type: ignore[override]
    def visible_to(self, user: User) -> Self:
        """Published ones are seen in every programme, typed ones in theirs: figures are followed to them."""
        programmes = grants_of(user).programmes
        if not programmes:
            return self.none()
        return self.filter(Q(programme_id=None) | Q(programme_id__in=programmes))


@dataclass(frozen=True, slots=True)
class RateLine:
    """A rate as the list tells it. ``until`` is said only where the rate itself says it; ``why`` it was withdrawn."""

    rate: ExchangeRate
    until: str
    word: Word
    why: str

    @property
    def is_withdrawn(self) -> bool:
        return self.rate.withdrawn_at is not None


def rate_lines(rates: Iterable[ExchangeRate]) -> list[RateLine]:
    """The lines of a list, with one query for why those that were withdrawn were."""
    rates = list(rates)
    why = _why_withdrawn([rate.pk for rate in rates if rate.withdrawn_at])
    return [
        RateLine(rate, span_text(None, rate.last_day), _word(rate), why.get(rate.pk, "")) for rate in rates
    ]


def rate_text(rate: ExchangeRate) -> str:
    """A rate in one line: 1 EUR = 61.35 INR, 3 May 2010, and where it was published."""
    value = rate.rate.normalize()
    places = max(0, -int(value.as_tuple().exponent))
    return _("1 %(base)s = %(value)s %(currency)s, %(day)s, %(source)s") % {
        "base": rate.base,
        "currency": rate.currency,
        "value": formats.number_format(value, decimal_pos=places, force_grouping=True),
        "day": formats.date_format(rate.day, "DATE_FORMAT"),
        "source": rate.source,
    }


def _word(rate: ExchangeRate) -> Word:
    if rate.withdrawn_at is not None:
        return Word(_("withdrawn"), "off")
    if rate.origin == ExchangeRate.Origin.ECB:
        return Word(_("published"), "none")
    return Word(_("the programme’s own"), "good")


def _why_withdrawn(pks: list[int]) -> dict[int, str]:
    if not pks:
        return {}
    kind = ContentType.objects.get_for_model(ExchangeRate)
    changes = Change.objects.filter(content_type=kind, object_id__in=pks, fields__has_key="withdrawn_at")
    return dict(changes.exclude(reason="").values_list("object_id", "reason"))


def published_span() -> tuple[dt.date, dt.date] | None:
    """The first and the last day for which rates of the ECB were loaded."""
    days = ExchangeRate.objects.holding().used_by(None).values_list("day", flat=True)
    first, last = days.order_by("day").first(), days.order_by("-day").first()
    return (first, last) if first and last else None
