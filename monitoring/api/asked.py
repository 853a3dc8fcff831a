"""One figure as the API asks for it: its place, its numbers, the records behind it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from clusters.api.common import ClusterReference, cluster_field
from clusters.models import Cluster
from monitoring.api.common import IndicatorFigureSerializer, IndicatorReference, figure_data, text
from monitoring.models import Indicator, ReportingPeriod
from monitoring.queries.asked import AskedFigure, evidence_asked, figure_asked
from monitoring.queries.closings import period_figures
from monitoring.queries.pages import Evidence, clusters_of
from monitoring.queries.to_date import figures_to_date
from twinning.core.api.fields import VisibleId
from twinning.core.api.pagination import DEFAULT_LIMIT, MAX_LIMIT
from twinning.core.api.problems import ApiProblem, bad_parameter
from twinning.core.models import User

_FURTHEST = 100_000


class FigureParameters(serializers.Serializer[Any]):
    period = VisibleId(
        queryset=ReportingPeriod.objects.all(),
        required=False,
        help_text="Id of a reporting period; to date where it is not given.",
    )


class EvidenceParameters(FigureParameters):
    cluster = cluster_field(
        required=False, help_text="Slug of a cluster; the programme where it is not given."
    )
    why = serializers.RegexField(
        r"^[1-9][0-9]?\Z", required=False, help_text="Key of a reason in left_out: its records instead."
    )
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=_FURTHEST)
    limit = serializers.IntegerField(
        required=False, default=DEFAULT_LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="Lines of a page."
    )


def parameters(
    asked: type[serializers.Serializer[Any]], indicator: Indicator, request: Request
) -> dict[str, Any]:
    """What the address asks for. Raises ApiProblem naming the parameter that is not right."""
    read = asked(data=request.query_params.dict(), context={"request": request})
    if not read.is_valid():
        errors = [
            {"parameter": name, "detail": str(detail), "code": detail.code}
            for name, details in read.errors.items()
            for detail in details
        ]
        raise ApiProblem("parameter", errors[0]["detail"], errors=errors)
    found = dict(read.validated_data)
    for name in ("period", "cluster"):
        if name in found and found[name].programme_id != indicator.programme_id:
            raise bad_parameter(name, _("This record belongs to another programme."), "other_programme")
    return found


class PlacedFigureSerializer(IndicatorFigureSerializer):
    cluster = ClusterReference(allow_null=True, help_text="Null: the programme.")
    frozen = serializers.BooleanField(help_text="The period is closed there: this is what was closed.")
    restatement_pending = serializers.BooleanField(
        help_text="Records of the closed period were changed since, and it was not restated yet."
    )


_VALUE: dict[str, Any] = {
    "state": "value",
    "value": "38",
    "low": None,
    "high": None,
    "word": "",
    "amount": None,
    "currency": None,
    "spent": [],
    "missing_rate": "",
    "walled": False,
    "records": 3,
    "source": "",
    "target": "60",
    "target_amount": None,
    "achieved": "63.3",
}
_WHAT = {"indicator": {"id": 8, "code": "T9.8", "name": "Persons (from firms) trained"}, "period": 4}
_LEATHER = {"slug": "chennai-leather", "name": "Chennai leather", "country": "IN"}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Of a period",
            response_only=True,
            value={
                **_WHAT,
                "figures": [
                    {**_VALUE, "cluster": None, "frozen": False, "restatement_pending": False},
                    {**_VALUE, "cluster": _LEATHER, "frozen": True, "restatement_pending": True},
                ],
            },
        )
    ]
)
class FiguresSerializer(serializers.Serializer[Any]):
    indicator = IndicatorReference()
    period = serializers.IntegerField(allow_null=True, help_text="Null: to date.")
    figures = PlacedFigureSerializer(
        many=True, help_text="The programme’s first, then those of its clusters."
    )


def figures_of(user: User, indicator: Indicator, period: ReportingPeriod | None) -> dict[str, Any]:
    programme, today = indicator.programme, timezone.localdate()
    clusters = clusters_of(programme)
    frozen, pending = set(), set()
    if period is None:
        found = figures_to_date(programme, [indicator], clusters, today)
    else:
        stood = period_figures(period, [indicator], clusters)
        found = stood.figures
        frozen = {scope for scope in stood.closings if stood.is_frozen(scope)}
        pending = {scope for scope, closing in stood.closings.items() if closing.pk in stood.touched}
    placed: list[tuple[int | None, Cluster | None]] = [(None, None), *((row.pk, row) for row in clusters)]
    shown = [
        figure_data(user, found[indicator.pk, scope])
        | {"cluster": cluster, "frozen": scope in frozen, "restatement_pending": scope in pending}
        for scope, cluster in placed
    ]
    what = {"indicator": indicator, "period": period.pk if period else None, "figures": shown}
    return FiguresSerializer(what).data


class EvidenceLineSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="Of the record, where you may read it.")
    when = serializers.CharField(allow_blank=True)
    counts = serializers.IntegerField(help_text="What it adds to the figure.")
    note = serializers.CharField(allow_blank=True)
    money = serializers.CharField(allow_blank=True)
    page = serializers.SerializerMethodField(help_text="The address of its page; null where it has none.")

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_page(self, line: Any) -> str | None:
        return self.context["request"].build_absolute_uri(line.address) if line.address else None


class ClosedPartSerializer(serializers.Serializer[Any]):
    period = serializers.IntegerField(help_text="Id; ask for its evidence to see what was closed.")
    title = serializers.CharField()
    number = serializers.CharField(help_text="What was closed.")
    repeated = serializers.IntegerField(
        help_text="How many of them are persons or firms that an earlier closed period counts already."
    )
    adds = serializers.CharField(help_text="What the period adds to the figure to date.")


class LeftOutSerializer(serializers.Serializer[Any]):
    why = serializers.CharField(source="key", help_text="To ask for these records.")
    reason = serializers.CharField()
    count = serializers.IntegerField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Two trainings",
            response_only=True,
            value={
                **_WHAT,
                "cluster": _LEATHER,
                "state": "live",
                "figure": _VALUE,
                "rule": "Persons, where format is training course or training on site",
                "total": 1,
                "left_out": [{"why": "1", "reason": "cancelled", "count": 2}],
                "shown": None,
                "lines": [
                    {
                        "title": "Training on finishing of goat leather",
                        "when": "Feb 2010",
                        "counts": 38,
                        "note": "",
                        "money": "",
                        "page": "https://twinning.example/p/tfind04a01/activities/17/",
                    }
                ],
                "closed": [{"period": 3, "title": "2009", "number": "12", "repeated": 0, "adds": "12"}],
                "next": None,
                "previous": None,
            },
        )
    ]
)
class EvidencePageSerializer(serializers.Serializer[Any]):
    """A page of the records behind a figure, or of those that are left out for one reason."""

    indicator = IndicatorReference()
    cluster = ClusterReference(allow_null=True, help_text="Null: the programme.")
    period = serializers.IntegerField(allow_null=True, help_text="Null: to date.")
    state = serializers.ChoiceField(
        ["live", "frozen", "typed"],
        help_text="live: as the records are now; frozen: as they were when the period was closed or last "
        "restated; typed: there are no records, the source of the figure says whence it is.",
    )
    figure = IndicatorFigureSerializer()
    rule = serializers.CharField(allow_blank=True, help_text="How it is counted, in words.")
    total = serializers.IntegerField(help_text="How many records there are of those shown.")
    left_out = LeftOutSerializer(many=True, help_text="Records that fit the rule and are not counted.")
    shown: Any = serializers.CharField(
        source="why", allow_null=True, help_text="The reason of those shown; null: what is counted."
    )
    lines = EvidenceLineSerializer(many=True)
    closed = ClosedPartSerializer(
        many=True, help_text="Closed periods that a figure to date adds beside these records."
    )
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def evidence_page(
    user: User,
    indicator: Indicator,
    request: Request,
    *,
    page: int,
    limit: int,
    why: str = "",
    cluster: Cluster | None = None,
    period: ReportingPeriod | None = None,
) -> dict[str, Any]:
    today = timezone.localdate()
    asked = figure_asked(indicator, cluster, period, today)
    lines = slice((page - 1) * limit, page * limit)
    found = evidence_asked(user, asked, lines, why)
    found = found or Evidence("", 0, ())
    if why and found.shown is None:
        raise bad_parameter("why", _("Nothing is left out for this reason."), "choice")
    here = request.build_absolute_uri()
    said = {
        "indicator": indicator,
        "cluster": cluster,
        "period": period.pk if period else None,
        "state": _state(asked),
        "figure": figure_data(user, asked.figure),
        "rule": found.rule,
        "total": found.total,
        "left_out": found.left_out,
        "why": found.shown.key if found.shown else None,
        "lines": found.lines,
        "closed": [
            {
                "period": part.period,
                "title": part.title,
                "number": text(part.number),
                "repeated": part.repeated,
                "adds": text(part.adds),
            }
            for part in (one.part for one in found.closed)
        ],
        "next": replace_query_param(here, "page", page + 1) if found.total > page * limit else None,
        "previous": replace_query_param(here, "page", page - 1) if page > 1 else None,
    }
    return EvidencePageSerializer(said, context={"request": request}).data


def _state(asked: AskedFigure) -> str:
    if not asked.indicator.is_computed:
        return "typed"
    return "live" if asked.closing is None else "frozen"
