"""Counting who took part: persons and firms, each once however often they came (step 8, R8.3).

A person with a name counts once; a headcount counts as many as it says, since nobody can tell whether they came
before. The evidence is the list of events: what each adds, and whom it shares with an earlier one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models import Count as SqlCount
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.models import Activity, Participation
from clusters.models import Firm, Person
from clusters.rules import FIRM_KINDS
from monitoring.models import FrozenMember
from monitoring.queries.sources import activities as events
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, Key, LeftOut, Scope, by_place
from monitoring.rules.values import AGES
from monitoring.rules.vocabulary import NOT_STATED, Field, Rule, Vocabulary

FIELDS: dict[str, Field] = events.FIELDS | {
    "role": Field(gettext_lazy("role"), tuple(Participation.Role.choices)),
    "from": Field(
        gettext_lazy("origin"),
        (("firm", gettext_lazy("a firm")), ("body", gettext_lazy("an association, institution or agency"))),
    ),
    "firm-size": Field(gettext_lazy("size of the firm"), tuple(Firm.Size.choices), has_blank=True),
    "product-group": Field(gettext_lazy("product group of the firm")),
    "sex": Field(gettext_lazy("sex"), tuple(Person.Sex.choices)),
    "age": Field(
        gettext_lazy("age"),
        (
            ("under-25", gettext_lazy("under 25")),
            ("25-34", gettext_lazy("25 to 34")),
            ("35-54", gettext_lazy("35 to 54")),
            ("55-over", gettext_lazy("55 and over")),
        ),
        has_blank=True,
    ),
}
# Of persons alone.
_OF_PERSONS = ("from", "sex", "age")
SEX = {"f": "female", "m": "male", "u": "unspecified"}


def fits(rule: Rule) -> Q:
    """The conditions of a rule on a participation."""
    found = events.fits(rule, "activity__")
    for name, values in rule.where:
        if name == "role":
            found &= Q(role__in=values)
        elif name == "from":
            a_firm, unnamed = Q(organisation__kind__in=FIRM_KINDS), Q(organisation=None)
            firm = a_firm | (unnamed & Q(come_from=Participation.From.FIRM))
            body = (~unnamed & ~a_firm) | (unnamed & Q(come_from=Participation.From.BODY))
            found &= reduce(Q.__or__, [{"firm": firm, "body": body}[value] for value in values])
        elif name == "firm-size":
            unknown = Q(organisation__firm=None) | Q(organisation__firm__size="")
            found &= Q(organisation__firm__size__in=values) | (
                unknown if NOT_STATED in values else Q(pk__in=[])
            )
        elif name == "product-group":
            found &= _makes(values)
        elif name == "sex":
            found &= reduce(Q.__or__, [Q(**{f"{SEX[value]}__gt": 0}) for value in values])
        elif name == "age":
            found &= reduce(Q.__or__, [aged(value) for value in values])
    return found


def aged(value: str) -> Q:
    """Whether a person reached that age in the year in which the event ended.

    A headcount, who has no year of birth or one after the event, and who came at an event without an end is of no
    age that is stated.
    """
    year = ExtractYear("activity__period_end")
    if value == NOT_STATED:
        unknown = Q(person=None) | Q(person__born=None) | Q(activity__period_end=None)
        return unknown | Q(person__born__gt=year)
    least, below = AGES[value]
    found = Q(person__born__isnull=False, person__born__lte=year)
    if least is not None:
        found &= Q(person__born__lte=year - least)
    if below is not None:
        found &= Q(person__born__gt=year - below)
    return found


def _makes(names: Sequence[str]) -> Q:
    """Whether the firm is of one of these product groups, or of none that is known."""
    firms = Firm.objects.filter(product_groups__name__in=names).values("organisation")
    found = Q(organisation__in=firms)
    if NOT_STATED in names:
        known = Firm.objects.filter(product_groups__isnull=False).values("organisation")
        found |= Q(organisation=None) | ~Q(organisation__in=known)
    return found


LINK = "activity__cluster_links__cluster"


def rows_of(asked: Asked, scope: Scope) -> QuerySet[Participation]:
    rows = Participation.objects.filter(
        events.standing(asked, "activity__"), events.done(asked.spans(scope), "activity__")
    )
    return rows if scope is None else rows.filter(activity__cluster_links__cluster=scope)


def _new(who: str, rule: Rule, asked: Asked, scopes: Sequence[Scope]) -> Q:
    """Whether no closed figure has counted the person or firm (``who``) there already.

    ``scopes``: the programme alone, or clusters, of which a row of the query names one.
    """
    figures = [pk for scope in scopes for pk in asked.closed.get((rule, scope), ())]
    if not figures:
        return Q()
    place = Value(FrozenMember.EVERYWHERE) if None in scopes else OuterRef(LINK)
    return ~Q(Exists(FrozenMember.objects.filter(ref=OuterRef(who), place=place, figure__in=figures)))


class _Participants:
    """What persons and firms have in common: rows of participation, gathered by event for the evidence."""

    vocabulary: Vocabulary
    who: str  # the field of those that are counted once
    model = Activity
    page = "activity"
    table = "participations"
    counts_once = True

    def columns(self, key: int, rule: Rule, new: Q) -> dict[str, Any]:
        """The counts that make the number; ``new``: of whom is not counted already."""
        raise NotImplementedError

    def number(self, key: int, row: Mapping[str, Any]) -> int:
        raise NotImplementedError

    def fits(self, rule: Rule) -> Q:
        return fits(rule)

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        conditions = {key: PARTICIPANTS[rule.count].fits(rule) for key, rule in rules.items()}
        fitting = events.any_of(conditions)
        near = Participation.objects.filter(
            events.standing(asked, "activity__"), events.done_near(asked, LINK, "activity__")
        )
        told = by_place(
            rows_of(asked, None).filter(fitting) if asked.whole else None,
            near.filter(fitting) if asked.clusters else None,
            LINK,
            _columns(rules, asked, [None]),
            _columns(rules, asked, asked.clusters),
        )
        return {
            (key, scope): Count(PARTICIPANTS[rule.count].number(key, row), row[f"r{key}"])
            for scope, row in told
            for key, rule in rules.items()
            if row[f"r{key}"]
        }

    def members(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Any]:
        rows = rows_of(asked, scope).filter(self.fits(rule), **{f"{self.who}__isnull": False})
        found: QuerySet[Any, Any] = rows.order_by().values(self.who).distinct()
        return found

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Activity]:
        those = rows_of(asked, scope).filter(self.fits(rule))
        return Activity.objects.filter(pk__in=those.values("activity")).order_by(*events.IN_ORDER)

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Activity]:
        those = Participation.objects.filter(self.fits(rule)).values("activity")
        rows = events.in_scope(scope).filter(pk__in=those, programme=asked.programme)
        return rows.order_by(*events.IN_ORDER)

    def left_out(self, rule: Rule, scope: Scope, asked: Asked) -> list[LeftOut]:
        return events.not_counted(asked, scope)

    def lines(self, rows: Sequence[Activity], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        pks = [activity.pk for activity in rows]
        there = Participation.objects.filter(self.fits(rule), activity__in=pks)
        adds = self.adds(there, rule, scope, asked)
        return [events.activity_line(activity, asked, *adds.get(activity.pk, (0, ""))) for activity in rows]

    def adds(
        self, rows: QuerySet[Participation], rule: Rule, scope: Scope, asked: Asked
    ) -> dict[int, tuple[int, str]]:
        """By event: what it adds, and what is to be said of it."""
        raise NotImplementedError

    def known(self, rule: Rule, scope: Scope, asked: Asked) -> Q:
        """Whether the same person or firm was counted in a closed period, or at an event before that of the row."""
        before = rows_of(asked, scope).filter(self.fits(rule), **{self.who: OuterRef(self.who)})
        before = before.annotate(day=Coalesce("activity__period_end", events.NEVER))
        day = Coalesce(OuterRef("activity__period_end"), events.NEVER)
        is_before = Q(day__lt=day) | Q(day=day, activity__lt=OuterRef("activity"))
        earlier = Q(Exists(before.filter(is_before)))
        figures = asked.closed.get((rule, scope), ())
        if figures:
            place = scope or FrozenMember.EVERYWHERE
            counted = FrozenMember.objects.filter(ref=OuterRef(self.who), place=place, figure__in=figures)
            earlier |= Q(Exists(counted))
        return earlier


def _columns(rules: Mapping[int, Rule], asked: Asked, scopes: Sequence[Scope]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, rule in rules.items():
        kind = PARTICIPANTS[rule.count]
        found |= kind.columns(key, rule, _new(kind.who, rule, asked, scopes))
        found[f"r{key}"] = SqlCount("pk", filter=kind.fits(rule))
    return found


class Persons(_Participants):
    vocabulary = Vocabulary(gettext_lazy("Persons"), FIELDS)
    who = "person"

    def columns(self, key: int, rule: Rule, new: Q) -> dict[str, Any]:
        condition = self.fits(rule)
        return {
            f"n{key}": SqlCount("person", distinct=True, filter=condition & new),
            f"h{key}": Coalesce(Sum(heads(rule), filter=condition & Q(person=None)), Value(0)),
        }

    def number(self, key: int, row: Mapping[str, Any]) -> int:
        return int(row[f"n{key}"] + row[f"h{key}"])

    def unnamed(self, rule: Rule, scope: Scope, asked: Asked) -> int:
        """How many of what ``counts`` counts are of headcounts, of which nobody has an age."""
        rows = rows_of(asked, scope).filter(self.fits(rule), person=None)
        return int(rows.order_by().aggregate(found=Sum(heads(rule), default=0))["found"])

    def by_days(self, rule: Rule, days: Sequence[dt.date], asked: Asked) -> dict[Scope, list[int]]:
        """How many of what ``counts`` counts there are up to each of ``days``, a person at the first event. Four
        queries at most.
        """
        fitting = self.fits(rule)
        found: dict[Scope, list[int]] = {}
        if asked.whole:
            rows = rows_of(asked, None).filter(fitting).annotate(place=Value(None, IntegerField()))
            found |= _upto(rows, rule, (None,), days, asked)
        if asked.clusters:
            done = events.done_near(asked, LINK, "activity__")
            near = Participation.objects.filter(events.standing(asked, "activity__"), done, fitting)
            found |= _upto(near.annotate(place=F(LINK)), rule, asked.clusters, days, asked)
        return found

    def adds(
        self, rows: QuerySet[Participation], rule: Rule, scope: Scope, asked: Asked
    ) -> dict[int, tuple[int, str]]:
        told = rows.annotate(known=Case(When(self.known(rule, scope, asked), then=True), default=False))
        named = Q(person__isnull=False)
        by_event = (
            told.values("activity")
            .order_by()
            .annotate(
                new=SqlCount("person", distinct=True, filter=named & Q(known=False)),
                again=SqlCount("person", distinct=True, filter=named & Q(known=True)),
                heads=Coalesce(Sum(heads(rule), filter=~named), Value(0)),
            )
        )
        return {row["activity"]: (row["new"] + row["heads"], _said(row)) for row in by_event}


def _upto(
    rows: QuerySet[Any, Any], rule: Rule, scopes: Sequence[Scope], days: Sequence[dt.date], asked: Asked
) -> dict[Scope, list[int]]:
    """Rows with their ``place``: who has a name counts with the first event, the others as often as they came."""
    last_day = Coalesce("activity__period_end", events.NEVER)
    names = {(scope, at): f"n{scope or 0}_{at}" for scope in scopes for at in range(len(days))}

    def upto(scope: Scope, at: int) -> Q:
        own = Q() if scope is None else Q(place=scope)
        return own & Q(day__lte=days[at])

    closed = [pk for scope in scopes for pk in asked.closed.get((rule, scope), ())]
    place = Value(FrozenMember.EVERYWHERE) if None in scopes else OuterRef("place")
    known = FrozenMember.objects.filter(ref=OuterRef("person"), place=place, figure__in=closed)
    new = rows.filter(~Exists(known), person__isnull=False) if closed else rows.filter(person__isnull=False)
    firsts = new.order_by().values("person", "place").annotate(day=Min(last_day))
    named = firsts.aggregate(**{name: SqlCount("person", filter=upto(*key)) for key, name in names.items()})
    unnamed = rows.filter(person=None).order_by().annotate(day=last_day, heads=heads(rule))
    counted = unnamed.aggregate(
        **{name: Sum("heads", filter=upto(*key), default=0) for key, name in names.items()}
    )
    return {
        scope: [named[names[scope, at]] + counted[names[scope, at]] for at in range(len(days))]
        for scope in scopes
    }


def heads(rule: Rule) -> Any:
    """How many of a headcount a rule counts: all, or those of the sexes that it asks for."""
    sexes = rule.values("sex")
    return reduce(add, [F(SEX[sex]) for sex in sexes]) if sexes else F("total")


def _said(row: Mapping[str, Any]) -> str:
    said = []
    if row["heads"]:
        said.append(
            ngettext("%(n)d counted without a name", "%(n)d counted without names", row["heads"])
            % {"n": row["heads"]}
        )
    if row["again"]:
        said.append(
            ngettext(
                "%(n)d more is counted at an earlier event",
                "%(n)d more are counted at an earlier event",
                row["again"],
            )
            % {"n": row["again"]}
        )
    return "; ".join(said)


class Firms(_Participants):
    vocabulary = Vocabulary(
        gettext_lazy("Firms"), {name: field for name, field in FIELDS.items() if name not in _OF_PERSONS}
    )
    who = "organisation"

    def fits(self, rule: Rule) -> Q:
        return fits(rule) & Q(organisation__kind__in=FIRM_KINDS)

    def columns(self, key: int, rule: Rule, new: Q) -> dict[str, Any]:
        return {f"n{key}": SqlCount("organisation", distinct=True, filter=self.fits(rule) & new)}

    def number(self, key: int, row: Mapping[str, Any]) -> int:
        return int(row[f"n{key}"])

    def adds(
        self, rows: QuerySet[Participation], rule: Rule, scope: Scope, asked: Asked
    ) -> dict[int, tuple[int, str]]:
        told = rows.annotate(known=Case(When(self.known(rule, scope, asked), then=True), default=False))
        by_event = (
            told.values("activity")
            .order_by()
            .annotate(
                new=SqlCount("organisation", distinct=True, filter=Q(known=False)),
                again=SqlCount("organisation", distinct=True, filter=Q(known=True)),
            )
        )
        return {row["activity"]: (row["new"], _again(row["again"])) for row in by_event}


def _again(count: int) -> str:
    return _("%(n)d counted at an earlier event") % {"n": count} if count else ""


PARTICIPANTS: dict[str, _Participants] = {"persons": Persons(), "firms": Firms()}
