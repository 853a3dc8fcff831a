"""Counts of persons and firms by several things at once: a grouped query for each division, however many its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, F, Q, Sum, Value, When
from django.db.models import Count as SqlCount
from django.db.models.functions import Cast, Coalesce

from monitoring.queries.sources.base import Asked, Scope
from monitoring.queries.sources.participants import LINK, PARTICIPANTS, SEX, aged, heads, rows_of
from monitoring.rules.divisions import CLUSTER, NOT_STATED, Shape
from monitoring.rules.values import AGES
from monitoring.rules.vocabulary import Rule

PLACE = "place"  # a cluster by its id; no record without one is of a place
# Where a row of participation says it. "" is what no record says.
_COLUMNS: dict[str, Any] = {
    "age": Case(*(When(aged(age), then=Value(age)) for age in AGES), default=Value("")),
    "firm-size": "organisation__firm__size",
    "product-group": "organisation__firm__product_groups__name",
    CLUSTER: f"{LINK}__slug",
    PLACE: Cast(f"{LINK}__pk", CharField()),
}
Found = dict[Shape, dict[tuple[str, ...], Decimal]]


def dimensions_of(rule: Rule) -> tuple[str, ...]:
    """By what a rule's count can be divided; none where it counts neither persons nor firms.

    A rule that asks for product groups is not divided by them: a firm has others beside.
    """
    if rule.count not in PARTICIPANTS:
        return ()
    own = ("sex", "age") if rule.count == "persons" else ()
    groups = () if rule.values("product-group") else ("product-group",)
    return (*own, "firm-size", *groups, CLUSTER)


def numbers_by(rule: Rule, scope: Scope, asked: Asked, shapes: Iterable[Shape]) -> Found:
    """The counts of what a rule counts now, by each shape: a person or firm counts once in each part.

    Sex is told in columns, so that a headcount divides as it was written down; all else by groups. One query for each
    grouping.
    """
    wanted = list(shapes)
    found: Found = {shape: {} for shape in wanted}
    groupings: dict[Shape, list[Shape]] = {}
    for shape in wanted:
        groupings.setdefault(tuple(name for name in shape if name != "sex"), []).append(shape)
    for grouping, own in groupings.items():
        for row in _rows(rule, scope, asked, grouping):
            for shape in own:
                for key, number in _parts(rule, shape, row):
                    if number:
                        found[shape][key] = Decimal(number)
    return found


def _sexes(rule: Rule) -> tuple[str, ...]:
    return rule.values("sex") or tuple(SEX)


def _rows(rule: Rule, scope: Scope, asked: Asked, grouping: Shape) -> Iterable[Mapping[str, Any]]:
    kind = PARTICIPANTS[rule.count]
    rows = rows_of(asked, scope).filter(kind.fits(rule)).order_by()
    columns: dict[str, Any] = {"n": SqlCount(kind.who, distinct=True)}
    if rule.count == "persons":
        columns["heads"] = _sum(heads(rule))
        for sex in _sexes(rule):
            columns[f"n_{sex}"] = SqlCount(kind.who, distinct=True, filter=Q(**{f"{SEX[sex]}__gt": 0}))
            columns[f"heads_{sex}"] = _sum(F(SEX[sex]))
    if not grouping:
        return [rows.aggregate(**columns)]
    keys = {f"by_{place}": Coalesce(_COLUMNS[name], Value("")) for place, name in enumerate(grouping)}
    return rows.values(**keys).annotate(**columns)


def _sum(of: Any) -> Any:
    return Coalesce(Sum(of, filter=Q(person=None)), Value(0))


def _parts(rule: Rule, shape: Shape, row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], int]]:
    others = iter([row[f"by_{place}"] or NOT_STATED for place in range(len(shape) - ("sex" in shape))])
    key = ["" if name == "sex" else next(others) for name in shape]
    if "sex" not in shape:
        yield tuple(key), row["n"] + row.get("heads", 0)
        return
    place = shape.index("sex")
    for sex in _sexes(rule):
        key[place] = sex
        yield tuple(key), row[f"n_{sex}"] + row[f"heads_{sex}"]
