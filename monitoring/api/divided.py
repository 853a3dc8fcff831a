"""A figure divided, as the API tells it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from clusters.api.common import ClusterReference, cluster_field
from clusters.models import Cluster
from monitoring.api.asked import FigureParameters
from monitoring.api.common import IndicatorReference, text
from monitoring.models import Indicator, ReportingPeriod
from monitoring.queries.divisions import LABELS, Divided, dimensions, divide
from monitoring.rules.public import Cover
from twinning.core.api.problems import bad_parameter
from twinning.core.models import User

_STATES = {Cover.FEW: "fewer-than-3", Cover.WITHHELD: "withheld"}


class DividedParameters(FigureParameters):
    by = serializers.ChoiceField(list(LABELS))
    across = serializers.ChoiceField(list(LABELS), required=False, help_text="A second dimension.")
    cluster = cluster_field(
        required=False, help_text="Slug of a cluster; the programme where it is not given."
    )


class DividedPartSerializer(serializers.Serializer[Any]):
    dims: Any = serializers.DictField(
        child=serializers.CharField(),
        help_text="{dimension: value}; none for the whole, one for a total. “others” are small ones put together.",
    )
    state = serializers.ChoiceField(
        ["value", "not-known", "fewer-than-3", "withheld"],
        help_text="fewer-than-3, withheld: you are not told it, since it is of one or two, or would give them away.",
    )
    value = serializers.CharField(allow_null=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "By sex",
            response_only=True,
            value={
                "indicator": {"id": 8, "code": "T9.8", "name": "Persons (from firms) trained"},
                "cluster": None,
                "period": 4,
                "by": "sex",
                "across": None,
                "state": "live",
                "parts": [
                    {"dims": {}, "state": "value", "value": "38"},
                    {"dims": {"sex": "f"}, "state": "value", "value": "12"},
                    {"dims": {"sex": "m"}, "state": "value", "value": "20"},
                    {"dims": {"sex": "u"}, "state": "value", "value": "6"},
                ],
            },
        )
    ]
)
class DividedSerializer(serializers.Serializer[Any]):
    indicator = IndicatorReference()
    cluster = ClusterReference(allow_null=True, help_text="Null: the programme.")
    period = serializers.IntegerField(allow_null=True, help_text="Null: to date.")
    by = serializers.CharField()
    across = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(
        ["live", "frozen", "typed"],
        help_text="live: counted from the records now, also where periods are closed; frozen: as it was closed.",
    )
    parts = DividedPartSerializer(
        many=True,
        help_text="The whole, totals and parts; empty where no number was entered, or it was closed undivided.",
    )


def divided_of(
    user: User,
    indicator: Indicator,
    *,
    by: str,
    across: str = "",
    cluster: Cluster | None = None,
    period: ReportingPeriod | None = None,
) -> dict[str, Any]:
    """Raises ApiProblem for a dimension that the indicator is not divided by there."""
    known = dimensions(indicator, cluster)
    for name, value in (("by", by), ("across", across)):
        if value and (value not in known or (name == "across" and value == by)):
            words = ", ".join(one for one in known if name == "by" or one != by) or _("none")
            raise bad_parameter(name, _("It can be divided by: %(known)s.") % {"known": words}, "choice")
    found = divide(user, indicator, by, across, cluster=cluster, period=period, today=timezone.localdate())
    said = {
        "indicator": indicator,
        "cluster": cluster,
        "period": period.pk if period else None,
        "by": by,
        "across": across or None,
        "state": _state(found),
        "parts": [
            {
                "dims": dims,
                "state": _STATES.get(cover, "value" if number is not None else "not-known"),
                "value": text(number) if cover is Cover.NONE else None,
            }
            for dims, number, cover in found.parts
        ],
    }
    return DividedSerializer(said).data


def _state(found: Divided) -> str:
    if found.is_frozen:
        return "frozen"
    return "live" if found.is_live else "typed"
