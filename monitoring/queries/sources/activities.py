"""Counting activities, and through them the persons and firms that took part.

An activity counts when it is done as of the day asked, in the period in which its last possible day lies. A joint
event counts in each of its clusters and once in the programme.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Count as SqlCount
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, ActivityCluster
from activities.rules import LinkClass, Status
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, Key, LeftOut, Scope, by_place, in_days
from monitoring.rules.values import Span
from monitoring.rules.vocabulary import Field, Rule, Vocabulary

FIELDS: dict[str, Field] = {
    "format": Field(gettext_lazy("format"), tuple(Activity.Format.choices)),
    "kind": Field(gettext_lazy("type"), tuple(Activity.Kind.choices)),
    "side": Field(gettext_lazy("held"), tuple(Activity.Side.choices)),
    "link": Field(gettext_lazy("link"), tuple((link.value, link.value) for link in LinkClass)),
    "tag": Field(gettext_lazy("tag")),
}
# By the last possible day; what was done at an unknown time comes first.
NEVER = Value(dt.date.min, DateField())
IN_ORDER = (Coalesce("period_end", NEVER), "pk")
_COLUMNS = {"format": "format", "kind": "kind", "side": "side", "link": "link_class"}


def fits(rule: Rule, prefix: str = "") -> Q:
    """The conditions of a rule on an activity; ``prefix`` leads to it."""
    # Never empty, since an empty condition vanishes from an "or".
    found = Q(**{f"{prefix}pk__isnull": False})
    for name, values in rule.where:
        if name in _COLUMNS:
            found &= Q(**{f"{prefix}{_COLUMNS[name]}__in": values})
        elif name == "tag":
            words = "|".join(re.escape(value) for value in values)
            found &= Q(**{f"{prefix}tags__iregex": rf"(^|[\s,;])({words})($|[\s,;])"})
    return found


def done(spans: Sequence[Span], prefix: str = "") -> Q:
    """Done in these days; what was done at an unknown time counts only where they reach back for ever."""
    when = in_days(f"{prefix}period_end", spans)
    by_hand = Q(**{f"{prefix}status_set": Activity.StatusSet.DONE})
    derived = Q(
        **{
            f"{prefix}status_set": "",
            f"{prefix}period_open": False,
            f"{prefix}period_tentative": False,
            f"{prefix}period_start__isnull": False,
        }
    )
    found = when & (by_hand | derived)
    if any(span.first is None for span in spans):
        found |= by_hand & Q(**{f"{prefix}period_end": None})
    return found


def done_near(asked: Asked, link: str, prefix: str = "") -> Q:
    """Done in the days that are counted in the cluster that ``link`` leads to."""
    found = Q(pk__in=[])
    for spans, clusters in asked.alike().items():
        found |= Q(**{f"{link}__in": clusters}) & done(spans, prefix)
    return found


def standing(asked: Asked, prefix: str = "") -> Q:
    return Q(**{f"{prefix}programme": asked.programme.pk, f"{prefix}removed_at": None})


def any_of(conditions: Mapping[int, Q]) -> Q:
    return reduce(or_, conditions.values())


class Activities:
    vocabulary = Vocabulary(gettext_lazy("Activities"), FIELDS)
    model = Activity
    page = "activity"
    table = "activities"
    counts_once = False

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        own = {key: fits(rule) for key, rule in rules.items()}
        near = {key: fits(rule, "activity__") for key, rule in rules.items()}
        rows = Activity.objects.filter(standing(asked), done(asked.spans(None)), any_of(own))
        links = ActivityCluster.objects.filter(
            standing(asked, "activity__"), done_near(asked, "cluster", "activity__"), any_of(near)
        )
        told = by_place(
            rows if asked.whole else None,
            links if asked.clusters else None,
            "cluster",
            {f"n{key}": SqlCount("pk", filter=condition) for key, condition in own.items()},
            {f"n{key}": SqlCount("pk", filter=condition) for key, condition in near.items()},
        )
        return {
            (key, scope): Count(row[f"n{key}"], row[f"n{key}"])
            for scope, row in told
            for key in rules
            if row[f"n{key}"]
        }

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Activity]:
        return (
            in_scope(scope).filter(standing(asked), done(asked.spans(scope)), fits(rule)).order_by(*IN_ORDER)
        )

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Activity]:
        return in_scope(scope).filter(fits(rule), programme=asked.programme).order_by(*IN_ORDER)

    def left_out(self, rule: Rule, scope: Scope, asked: Asked) -> list[LeftOut]:
        return not_counted(asked, scope)

    def members(self, rule: Rule, scope: Scope, asked: Asked) -> None:
        return None

    def lines(self, rows: Sequence[Activity], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        return [activity_line(activity, asked, 1) for activity in rows]


def in_scope(scope: Scope) -> QuerySet[Activity]:
    rows = Activity.objects.all()
    if scope is not None:
        links = ActivityCluster.objects.filter(activity=OuterRef("pk"), cluster=scope)
        rows = rows.filter(Exists(links))
    return rows


def activity_line(activity: Activity, asked: Asked, counts: int, note: str = "") -> EvidenceLine:
    notes = [note] if note else []
    if activity.cluster_count > 1:
        notes.append(_("joint event of several clusters, one record"))
    return EvidenceLine(
        title=activity.title,
        when=activity.period_text,
        counts=counts,
        address=reverse("activity", args=[asked.programme.slug, activity.pk]),
        note="; ".join(notes),
        ref=activity.pk,
    )


def not_counted(asked: Asked, scope: Scope) -> list[LeftOut]:
    """Why an activity does not count; one that fits a rule is counted or is left out for one of these."""
    there, cancelled = Q(removed_at=None), Q(status_set=Activity.StatusSet.CANCELLED)
    by_hand = Q(status_set=Activity.StatusSet.DONE)
    is_done = by_hand | Q(
        status_set="", period_open=False, period_tentative=False, period_start__isnull=False
    )
    ended = there & is_done & Q(period_end__isnull=False)
    unfinished = Q(status_set__in=[Status.PLANNED, Status.ONGOING]) | Q(status_set="") & (
        Q(period_open=True) | Q(period_tentative=True, period_end__isnull=False)
    )
    undated = there & ~cancelled & ~unfinished & Q(period_end=None)
    found = [
        LeftOut(_("cancelled"), there & cancelled),
        LeftOut(_("made one with another record"), Q(merged_into__isnull=False)),
        LeftOut(_("after the last day"), ended & Q(period_end__gt=asked.last)),
        LeftOut(_("not done: planned, ongoing, due or called tentative"), there & unfinished),
    ]
    if asked.span.first is not None:
        found.append(LeftOut(_("before the first day"), ended & Q(period_end__lt=asked.span.first)))
    else:
        undated &= ~by_hand
    found.append(LeftOut(_("no date stated"), undated))
    if scope in asked.open:
        ended &= ~in_days("period_end", asked.spans(scope)) & Q(period_end__lte=asked.last)
        found.append(LeftOut(_("in closed periods, where records changed since"), ended, of_closed=True))
    return found
