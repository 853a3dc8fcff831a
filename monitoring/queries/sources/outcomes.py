"""Counting outcomes that are records of their own: those that somebody other than their author has verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count as SqlCount
from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitoring.models import Outcome, OutcomeParty
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, Key, LeftOut, Scope, Spent
from monitoring.rules.vocabulary import Field, Rule, Vocabulary
from twinning.core.queries import edtf_text

FIELDS: dict[str, Field] = {"kind": Field(gettext_lazy("kind"), tuple(Outcome.Kind.choices))}


def fits(rule: Rule) -> Q:
    kinds = rule.values("kind")
    return Q(kind__in=kinds) if kinds else Q()


def _counts(asked: Asked) -> Q:
    found = Q(removed_at=None, verified_at__isnull=False, happened_last__lte=asked.last)
    return found & Q(happened_last__gte=asked.span.first) if asked.span.first else found


class Outcomes:
    vocabulary = Vocabulary(gettext_lazy("Outcomes"), FIELDS, has_amount=True)

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        rows = Outcome.objects.filter(_counts(asked), programme=asked.programme).order_by()
        by_kind = list(
            rows.values("kind", "cluster", "currency", "happened_last").annotate(
                number=Sum("quantity"), records=SqlCount("pk"), money=Sum("amount")
            )
        )
        firms = self._gaining(rows) if any(row["money"] is not None for row in by_kind) else []
        found = {}
        for key, rule in rules.items():
            kinds = set(rule.values("kind")) or set(Outcome.Kind.values)
            for scope in (None, *asked.clusters):
                fitting = [row for row in by_kind if row["kind"] in kinds and scope in (None, row["cluster"])]
                known = {firm for kind, cluster, firm in firms if kind in kinds and scope in (None, cluster)}
                if fitting:
                    found[key, scope] = _sum(fitting, len(known))
        return found

    def _gaining(self, rows: QuerySet[Outcome]) -> list[tuple[str, int | None, int]]:
        """Kind, cluster and firm of every outcome with money: whose it is."""
        paid = rows.filter(amount__isnull=False).values("pk")
        parties = OutcomeParty.objects.filter(outcome__in=paid, role=OutcomeParty.Role.GAINS)
        return list(parties.values_list("outcome__kind", "outcome__cluster", "organisation").distinct())

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Outcome]:
        rows = Outcome.objects.filter(fits(rule), programme=asked.programme)
        if scope is not None:
            rows = rows.filter(cluster=scope)
        return rows.order_by("happened_last", "pk")

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Outcome]:
        return self.fitting(rule, scope, asked).filter(_counts(asked))

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
        return found

    def lines(self, rows: Sequence[Outcome], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        return [
            EvidenceLine(
                title=row.title,
                when=edtf_text(row.happened),
                counts=row.quantity,
                address=reverse("outcome", args=[asked.programme.slug, row.pk]),
                note=row.get_kind_display(),
                money=f"{row.amount} {row.currency}" if row.amount is not None else "",
            )
            for row in rows
        ]


def _sum(rows: Iterable[Mapping[str, Any]], firms: int) -> Count:
    rows = list(rows)
    return Count(
        number=sum(row["number"] for row in rows),
        records=sum(row["records"] for row in rows),
        firms=firms,
        spent=tuple(
            Spent(row["currency"], row["happened_last"], row["money"])
            for row in rows
            if row["money"] is not None
        ),
    )
