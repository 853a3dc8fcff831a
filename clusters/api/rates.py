from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from clusters import services
from clusters.api.common import STAMPS, programme_field
from clusters.models import Programme
from clusters.queries import RateQuerySet
from twinning.core.api.fields import StrictModelSerializer, StrictSerializer
from twinning.core.api.filters import DayFilter, UpdatedFilter, YesNoFilter
from twinning.core.api.resources import Listed, Made, Resource, Shown
from twinning.core.models import ExchangeRate


class RateSerializer(serializers.ModelSerializer[ExchangeRate]):
    programme = serializers.SerializerMethodField(
        help_text="The programme that typed it; null for a rate of the ECB, which serves all."
    )
    holds_until = serializers.DateField(
        read_only=True, help_text="The last day on which it holds, unless a later rate takes its place."
    )

    class Meta:
        model = ExchangeRate
        fields = ["id", "programme", *ExchangeRate.WRITTEN, "holds_until", "origin", "withdrawn_at", *STAMPS]

    def get_programme(self, rate: ExchangeRate) -> serializers.CharField(allow_null=True):  # type: ignore[valid-type]
        return self.context["view"].programmes.get(rate.programme_id)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An operational rate of the United Nations",
            request_only=True,
            value={
                "programme": "tfind04a01",
                "currency": "INR",
                "base": "USD",
                "day": "2010-05-01",
                "last_day": "2010-05-31",
                "rate": "44.35",
                "source": "UN operational rates of exchange, May 2010",
            },
        )
    ]
)
class RateInput(StrictModelSerializer):
    programme = programme_field()

    class Meta:
        model = ExchangeRate
        fields = ["programme", *ExchangeRate.WRITTEN]


class RateReason(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class RateFilter(UpdatedFilter):
    programme = django_filters.CharFilter(
        method="of_programme", label="Slug of a programme: only the rates that it typed."
    )
    currency = django_filters.CharFilter(label="Three letters of ISO 4217.")
    day = DayFilter(label="The day of the rate.")
    holding_on = DayFilter(method="reaching", label="Rates that hold on this day, if no later one does.")
    withdrawn = YesNoFilter(
        "withdrawn_at", lookup_expr="isnull", exclude=True, label="Whether it is withdrawn."
    )

    class Meta:
        model = ExchangeRate
        fields = ["base", "origin"]

    def of_programme(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(programme_id__in=Programme.objects.filter(slug=value).values("pk"))

    def reaching(self, rows: Any, name: str, value: dt.date) -> Any:
        return rows.reaching(value, value)


class RateViewSet(Listed, Shown, Made, Resource):
    """Exchange rates: the ECB's, which serve all, and those that your programmes typed with their source.

    A rate is so many units of ``currency`` for one of ``base``. It is not edited: withdraw it, and send another.
    """

    queryset = RateQuerySet(ExchangeRate)
    serializer_class = RateSerializer
    filterset_class = RateFilter
    inputs = {"create": RateInput, "withdraw": RateReason}

    @cached_property
    def programmes(self) -> dict[int, str]:
        """{id: slug} of what the reader sees, as a rate holds no more of its programme than the id."""
        return dict(Programme.objects.visible_to(self.actor).values_list("pk", "slug"))

    def add(self, **values: Any) -> ExchangeRate:
        return services.type_rate(actor=self.actor, **values)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take a typed rate out of use, with a reason that its history keeps."""
        rate = self.get_object()
        version, sent = self.seen_version(rate), self.sent()
        return self.shown(services.withdraw_rate(actor=self.actor, rate=rate, version=version, **sent))


ROUTES: list[tuple[str, type[Resource], str]] = [("rates", RateViewSet, "rate")]
