"""Reporting periods, and the values that are typed for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.services.common import same_programme
from monitoring.models import Closing, Indicator, Measurement, ReportingPeriod
from monitoring.permissions import can_measure, can_shape_results
from monitoring.queries.divisions import LABELS
from monitoring.rules.values import DIMENSIONS, disagreeing_margins, parts_from, unsound_parts
from monitoring.services.locks import entry_for, note_correction
from monitoring.services.results import needs_column, refuse
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_PERIODS = 200
MOST_PARTS = 200
LARGEST_PART = 10**14  # as a value


@transaction.atomic
def add_period(*, actor: User, programme: Programme, **values: Any) -> ReportingPeriod:
    """Add a reporting period. Those of a programme do not overlap, since what is done is reported once."""
    require(can_shape_results(actor, programme))
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    there = ReportingPeriod.objects.filter(programme=programme)
    if there.count() >= MOST_PERIODS:
        raise DomainError(_("A programme has at most %(most)d reporting periods.") % {"most": MOST_PERIODS})
    period = ReportingPeriod(programme=programme, **values)
    _alone(period)
    return history.create(period, actor=actor)


@transaction.atomic
def update_period(
    *, actor: User, period: ReportingPeriod, version: int | None, **values: Any
) -> ReportingPeriod:
    """Change a period. Its days stay once it was handed in or closed for a cluster."""
    require(can_shape_results(actor, period.programme))
    Programme.objects.select_for_update(no_key=True).get(pk=period.programme_id)
    moved = [
        name for name in ("first", "last") if values.get(name, getattr(period, name)) != getattr(period, name)
    ]
    if moved and Closing.objects.filter(period=period).exclude(status=Closing.Status.OPEN).exists():
        message = _("This period is handed in or closed already: its days stay as they are.")
        raise DomainError(message, code="closed", fields={name: [message] for name in moved})
    changed = ReportingPeriod.objects.get(pk=period.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    _alone(changed)
    return history.change(period, values, actor=actor, version=version)


def _alone(period: ReportingPeriod) -> None:
    if not (isinstance(period.first, dt.date) and isinstance(period.last, dt.date)):
        return  # the fields themselves say what is wrong with them
    others = ReportingPeriod.objects.filter(
        programme=period.programme_id, first__lte=period.last, last__gte=period.first
    ).exclude(pk=period.pk)
    other = others.first()
    if other is not None:
        message = _("These days belong to the period %(period)s.") % {"period": other}
        raise DomainError(message, code="overlap", fields={"first": [message]})


# Typed values ---------------------------------------------------------------------------------------------


@transaction.atomic
def record_measurement(
    *,
    actor: User,
    indicator: Indicator,
    period: ReportingPeriod,
    cluster: Cluster | None = None,
    **values: Any,
) -> Measurement:
    """Type the value of an indicator for a period, with its source: a number, a range, a word of its scale.

    ``applies`` False says that there is nothing to measure, which is neither zero nor silence. Raises DomainError
    by field; for a closed period unless an exception stands.
    """
    require(can_measure(actor, indicator.programme, cluster))
    same_programme(indicator.programme_id, period=period, cluster=cluster)
    needs_column(cluster)
    if indicator.is_computed:
        raise refuse(
            "indicator", _("This indicator is counted from records: correct the records."), "computed"
        )
    entry = entry_for(actor, period, cluster)
    made = Measurement(
        indicator=indicator, period=period, cluster=cluster, author=actor, **_whole(indicator, values)
    )
    _sound(made)
    kept = history.create(made, actor=actor)
    note_correction(entry, kept, actor)
    return kept


@transaction.atomic
def update_measurement(
    *, actor: User, measurement: Measurement, version: int | None, **values: Any
) -> Measurement:
    indicator = measurement.indicator
    require(can_measure(actor, indicator.programme, measurement.cluster))
    entry = entry_for(actor, measurement.period, measurement.cluster)
    changed = Measurement.objects.get(pk=measurement.pk)
    whole = _whole(indicator, values)
    for name, value in whole.items():
        setattr(changed, name, value)
    _sound(changed)
    kept = history.change(measurement, whole, actor=actor, version=version)
    note_correction(entry, kept, actor)
    return kept


@transaction.atomic
def remove_measurement(*, actor: User, measurement: Measurement, reason: str) -> None:
    """Take a value back that was entered by mistake, while its period is open; the history of its indicator keeps it.

    Raises WrongState where the period is handed in or was closed.
    """
    indicator = measurement.indicator
    require(can_measure(actor, indicator.programme, measurement.cluster))
    if not reason.strip():
        raise refuse("reason", _("Say why the value is taken back; the history keeps it."), "no_reason")
    entry = entry_for(actor, measurement.period, measurement.cluster)
    if entry is not None:
        raise WrongState(
            _("%(closing)s was closed: its values are corrected, not taken back.") % {"closing": entry}
        )
    history.remove(measurement, actor=actor, reason=reason, parent=indicator)


def _whole(indicator: Indicator, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with the programme's currency where money is given without one, and blanks for what does not apply."""
    found = dict(values)
    if found.get("amount") is not None and not found.get("currency"):
        found["currency"] = indicator.programme.currency
    if found.get("applies") is False:
        found |= {"value": None, "low": None, "high": None, "word": "", "amount": None, "parts": []}
    return found


def _sound(row: Measurement) -> None:
    wrong: dict[str, list[StrOrPromise]] = {}
    if row.applies:
        _value(row, wrong)
        _parts(row, wrong)
    elif not row.note.strip():
        wrong["note"] = [_("Say why it does not apply.")]
    if row.amount is not None and not row.indicator.has_amount:
        wrong["amount"] = [_("This indicator counts no money.")]
    if wrong:
        raise DomainError(next(iter(wrong.values()))[0], code="unsound", fields=wrong)


def _value(row: Measurement, wrong: dict[str, list[StrOrPromise]]) -> None:
    indicator = row.indicator
    numbers = [value for value in (row.value, row.low, row.high) if value is not None]
    if indicator.measure == Indicator.Measure.SCALE:
        if row.word not in indicator.scale:
            known = ", ".join(indicator.scale)
            wrong["word"] = [_("Choose one of: %(known)s.") % {"known": known}]
        if numbers:
            wrong["value"] = [_("This indicator is a scale of words.")]
        return
    if row.word:
        wrong["word"] = [_("This indicator is a number.")]
    if not numbers:
        wrong["value"] = [
            _("Give a number or a range; if there is nothing to measure, say that it does not apply.")
        ]
    elif row.value is not None and len(numbers) > 1:
        wrong["value"] = [_("Give a number or a range, not both.")]
    elif row.value is None and (row.low is None or row.high is None):
        wrong["low" if row.low is None else "high"] = [_("A range has two ends.")]


def _parts(row: Measurement, wrong: dict[str, list[StrOrPromise]]) -> None:
    if not row.parts:
        row.parts = []
        return
    problem = _bad_part(row.parts, row.indicator.dimensions)
    if not problem:
        parts = parts_from(row.parts)
        shapes = [tuple(sorted(part.dims.items())) for part in parts]
        unsound, disagreeing = unsound_parts(parts, row.value), disagreeing_margins(parts)
        if len(set(shapes)) < len(shapes):
            problem = _("A part stands twice.")
        elif row.value is None:
            problem = _("Parts divide a number; give it.")
        elif unsound:
            shape, found = next(iter(unsound.items()))
            by = _(" and ").join(str(LABELS[name]) for name in shape)
            said = {"by": by, "sum": _plain(found), "total": _plain(row.value)}
            problem = _("The parts by %(by)s sum to %(sum)s, not to %(total)s.") % said
        elif disagreeing:
            name, value = disagreeing[0]
            problem = _("Two divisions disagree about %(name)s %(value)s.") % {"name": name, "value": value}
    if problem:
        wrong["parts"] = [problem]


def _plain(number: Decimal) -> str:
    """Without the zeros that it was kept with."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _bad_part(parts: Any, dimensions: Sequence[str]) -> str:
    """What is wrong with the form of the parts; "" where nothing is."""
    if not isinstance(parts, list) or len(parts) > MOST_PARTS:
        return _("Parts are a list of at most %(most)d.") % {"most": MOST_PARTS}
    for part in parts:
        dims = part.get("dims") if isinstance(part, dict) else None
        if not isinstance(dims, dict) or not dims or set(part) != {"dims", "value"}:
            return _("A part has “dims” and “value”.")
        for name, value in dims.items():
            if name not in dimensions:
                return _("This indicator is not divided by “%(name)s”.") % {"name": name}
            known = DIMENSIONS[name]
            if not isinstance(value, str) or not value or (known and value not in known):
                return _("“%(name)s” is never “%(value)s”.") % {"name": name, "value": value}
        try:
            number = Decimal(str(part["value"]))
        except InvalidOperation:
            return _("“%(text)s” is not a number.") % {"text": str(part["value"])[:40]}
        if not number.is_finite() or not 0 <= number < LARGEST_PART:
            return _("A part is a number that is not negative and has at most 14 digits.")
    return ""
