"""Figures as the API shows them, and the filters that lists of results share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from rest_framework import serializers

from monitoring.models import Indicator
from monitoring.queries.figures import Figure
from monitoring.queries.pages import may_see_amount
from monitoring.rules.values import State
from twinning.core.api.fields import VisibleId
from twinning.core.api.filters import IdFilter, UpdatedFilter
from twinning.core.models import User


class IndicatorReference(serializers.Serializer[Indicator]):
    """An indicator by id, code and name."""

    id = serializers.IntegerField(read_only=True)
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


def indicator_field() -> VisibleId:
    return VisibleId(queryset=Indicator.objects.all(), help_text="Id of an indicator.")


def _number(**options: Any) -> serializers.CharField:
    return serializers.CharField(allow_null=True, **options)


class SumSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    amount = serializers.CharField()


class ValueSerializer(serializers.Serializer[Any]):
    """Where an indicator stands. Numbers are texts; a range has ``low`` and ``high`` and no ``value``."""

    state = serializers.ChoiceField(
        [state.value for state in State], help_text="Zero, not reported and not applicable are three things."
    )
    value = _number()
    low = _number()
    high = _number()
    word = serializers.CharField(allow_blank=True, help_text="On a scale of words.")
    amount = _number(help_text="In ``currency``; null where a part of it has no rate or it is walled.")
    currency = serializers.CharField(allow_null=True, help_text="Null where no money is counted.")
    spent = SumSerializer(many=True, help_text="The money in the currencies in which it was recorded.")
    missing_rate = serializers.CharField(
        allow_blank=True, help_text="The exchange rate for want of which the amount is null."
    )
    walled = serializers.BooleanField(
        help_text="There is money that is not shown: it is of fewer than three firms."
    )
    records = serializers.IntegerField(help_text="How many records it stands on.")
    source: Any = serializers.CharField(allow_blank=True, help_text="Of values that were typed in.")


class IndicatorFigureSerializer(ValueSerializer):
    target = _number()
    target_amount = _number()
    achieved = _number(help_text="% of the way to the target; null where it cannot be said.")


def text(value: Decimal | None) -> str | None:
    """A number as it is written: 12, not 12.0000."""
    return None if value is None else format(value.normalize(), "f")


def value_data(user: User, figure: Figure) -> dict[str, Any]:
    """A figure for ValueSerializer, its money behind the wall."""
    value, amount = figure.value, figure.amount
    shown = amount if amount and may_see_amount(user, figure) else None
    return {
        "state": value.state.value,
        "value": text(value.number),
        "low": text(value.low),
        "high": text(value.high),
        "word": value.word,
        "amount": money(shown.total) if shown else None,
        "currency": amount.currency if amount else None,
        "spent": [{"currency": name, "amount": money(sum_)} for name, sum_ in shown.spent] if shown else [],
        "missing_rate": shown.missing if shown else "",
        "walled": amount is not None and shown is None,
        "records": figure.records,
        "source": figure.source,
    }


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def figure_data(user: User, figure: Figure) -> dict[str, Any]:
    target = figure.target
    return value_data(user, figure) | {
        "target": text(target.value) if target else None,
        "target_amount": money(target.amount) if target else None,
        "achieved": text(figure.achieved),
    }


class OfProgrammeFilter(UpdatedFilter):
    programme = django_filters.CharFilter("programme__slug", label="Slug of a programme.")


class OfIndicatorFilter(UpdatedFilter):
    programme = django_filters.CharFilter("indicator__programme__slug", label="Slug of a programme.")
    indicator = IdFilter("indicator", label="Id of an indicator.")
    cluster = django_filters.CharFilter("cluster__slug", label="Slug of a cluster.")
