"""Counting outcomes that are records of their own: those that somebody other than their author has verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.models import Outcome, OutcomeParty
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, Key, LeftOut, Scope, Spent, in_days
from monitoring.rules.vocabulary import Field, Rule, Vocabulary
from twinning.core.queries import edtf_text

FIELDS: dict[str, Field] = {"kind": Field(gettext_lazy("kind"), tuple(Outcome.Kind.choices))}


def fits(rule: Rule) -> Q:
    kinds = rule.values("kind")
    return Q(kind__in=kinds) if kinds else Q()


_COLUMNS = ("pk", "kind", "cluster", "currency", "happened_last", "quantity", "amount")
VERIFIED = Q(removed_at=None, verified_at__isnull=False)


class Outcomes:
    vocabulary = Vocabulary(gettext_lazy("Outcomes"), FIELDS, has_amount=True)
    model = Outcome
    page = "outcome"
    table = "outcomes"
    counts_once = False

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        gaining = FilteredRelation("parties", condition=Q(parties__role=OutcomeParty.Role.GAINS))
        rows = Outcome.objects.filter(
            VERIFIED, asked.any_day("happened_last"), programme=asked.programme
        ).annotate(gaining=gaining)
        # An outcome stands once for each firm that gains by it.
        told = list(rows.order_by().values(*_COLUMNS, firm=F("gaining__organisation")))
        found = {}
        for key, rule in rules.items():
            kinds = set(rule.values("kind")) or set(Outcome.Kind.values)
            for scope in asked.scopes:
                fitting = [
                    row
                    for row in told
                    if row["kind"] in kinds and _is_in(asked, scope, row["cluster"], row["happened_last"])
                ]
                if fitting:
                    found[key, scope] = _sum(fitting)
        return found

    def members(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Any]:
        return _gains(self.counted(rule, scope, asked)).order_by().values("organisation").distinct()

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Outcome]:
        rows = Outcome.objects.filter(fits(rule), programme=asked.programme)
        if scope is not None:
            rows = rows.filter(cluster=scope)
        return rows.order_by("happened_last", "pk")

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Outcome]:
        return self.fitting(rule, scope, asked).filter(VERIFIED, in_days("happened_last", asked.spans(scope)))

    def left_out(self, rule: Rule, scope: Scope, asked: Asked) -> list[LeftOut]:
        there = Q(removed_at=None)
        verified = there & Q(verified_at__isnull=False)
        found = [
            LeftOut(_("not verified by a second person"), there & Q(verified_at=None)),
            LeftOut(_("removed"), Q(removed_at__isnull=False)),
            LeftOut(_("after the last day"), verified & Q(happened_last__gt=asked.last)),
        ]
        if asked.span.first is not None:
            before = verified & Q(happened_last__lt=asked.span.first)
            found.append(LeftOut(_("before the first day"), before))
        if scope in asked.open:
            within = ~in_days("happened_last", asked.spans(scope)) & Q(happened_last__lte=asked.last)
            found.append(
                LeftOut(
                    _("in closed periods, where records changed since"), verified & within, of_closed=True
                )
            )
        return found

    def lines(self, rows: Sequence[Outcome], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        return [
            EvidenceLine(
                title=row.title,
                when=edtf_text(row.happened),
                counts=row.quantity,
                address=reverse(self.page, args=[asked.programme.slug, row.pk]),
                note=row.get_kind_display(),
                ref=row.pk,
                money=f"{row.amount} {row.currency}" if row.amount is not None else "",
            )
            for row in rows
        ]


def _is_in(asked: Asked, scope: Scope, cluster: int | None, day: dt.date | None) -> bool:
    return scope in (None, cluster) and asked.holds(scope, day)


def _gains(rows: QuerySet[Outcome]) -> QuerySet[OutcomeParty]:
    paid = rows.filter(amount__isnull=False).values("pk")
    return OutcomeParty.objects.filter(outcome__in=paid, role=OutcomeParty.Role.GAINS)


def _sum(rows: Iterable[Mapping[str, Any]]) -> Count:
    rows = list(rows)
    outcomes = {row["pk"]: row for row in rows}.values()
    paid = [row for row in rows if row["amount"] is not None]
    return Count(
        number=sum(row["quantity"] for row in outcomes),
        records=len(outcomes),
        firms=frozenset(row["firm"] for row in paid if row["firm"] is not None),
        spent=tuple(
            Spent(row["currency"], row["happened_last"], row["amount"])
            for row in outcomes
            if row["amount"] is not None
        ),
    )
