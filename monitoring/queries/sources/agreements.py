"""Counting agreements: signed within the span, once each. Tried and never signed is left out, and said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Agreement, AgreementParty, OrganisationRole
from clusters.rules import FIRM_KINDS
from monitoring.queries.sources.base import Asked, Count, EvidenceLine, Key, LeftOut, Scope, in_days
from monitoring.rules.vocabulary import Field, Rule, Vocabulary
from twinning.core.queries import edtf_text

_YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
FIELDS: dict[str, Field] = {
    "kind": Field(gettext_lazy("kind"), tuple(Agreement.Kind.choices)),
    "between": Field(
        gettext_lazy("signed by"),
        (
            ("firms", gettext_lazy("firms only")),
            ("bodies", gettext_lazy("associations and institutions only")),
            ("both", gettext_lazy("firms and others")),
        ),
    ),
    "across": Field(gettext_lazy("across the clusters"), _YES_NO),
}


# The clusters that an agreement belongs to: see ``_of_cluster``.
_PLACES = ("twinning__emerging", "twinning__advanced", "signatories__organisation__roles__cluster")


def _signed_by(condition: Q) -> Exists:
    return Exists(
        AgreementParty.objects.filter(condition, agreement=OuterRef("pk"), role=AgreementParty.Role.SIGNATORY)
    )


def fits(rule: Rule) -> Q:
    firm = Q(organisation__kind__in=FIRM_KINDS)
    a_firm, another = _signed_by(firm), _signed_by(~firm)
    found = Q()
    for name, values in rule.where:
        if name == "kind":
            found &= Q(kind__in=values)
        elif name == "between":
            each = {
                "firms": Q(a_firm) & ~Q(another),
                "bodies": Q(another) & ~Q(a_firm),
                "both": Q(a_firm) & Q(another),
            }
            said = Q()
            for value in values:
                said |= each[value]
            found &= said
        elif name == "across" and len(values) == 1:
            both = Q(_signed_by(Q(side="emerging"))) & Q(_signed_by(Q(side="advanced")))
            found &= both if values == ("yes",) else ~both
    return found


def _alone(condition: Q) -> QuerySet[Agreement]:
    """The agreement of the outer row, where it fits."""
    return Agreement.objects.filter(condition, pk=OuterRef("pk"))


def _of_cluster(scope: Scope) -> Q:
    """An agreement belongs to the clusters of its twinning, and to those in which a signatory has a role."""
    if scope is None:
        return Q()
    near = OrganisationRole.objects.filter(cluster=scope).values("organisation")
    return Q(twinning__emerging=scope) | Q(twinning__advanced=scope) | Q(_signed_by(Q(organisation__in=near)))


class Agreements:
    vocabulary = Vocabulary(gettext_lazy("Agreements"), FIELDS)
    model = Agreement
    page = "agreement"
    table = "agreements"
    counts_once = False

    def counts(self, rules: Mapping[int, Rule], asked: Asked) -> dict[Key, Count]:
        signed = Agreement.objects.filter(
            asked.any_day("signed_last"), programme=asked.programme, attempted_only=False
        )
        signatories = FilteredRelation("parties", condition=Q(parties__role=AgreementParty.Role.SIGNATORY))
        marks = {f"fits_{key}": Exists(_alone(fits(rule))) for key, rule in rules.items()}
        rows: QuerySet[Any, Any] = signed.annotate(signatories=signatories).values(
            "pk",
            "signed_last",
            *_PLACES,
            **marks,
        )
        by_pk: dict[int, dict[str, Any]] = {}
        places: dict[int, set[int]] = {}
        for row in rows:
            by_pk[row["pk"]] = row
            for name in _PLACES:
                if row[name] is not None:
                    places.setdefault(row[name], set()).add(row["pk"])
        found: dict[Key, Count] = {}
        for key in rules:
            fitting = [row for row in by_pk.values() if row[f"fits_{key}"]]
            for scope in asked.scopes:
                number = sum(
                    asked.holds(scope, row["signed_last"])
                    for row in fitting
                    if scope is None or row["pk"] in places.get(scope, ())
                )
                if number:
                    found[key, scope] = Count(number, number)
        return found

    def fitting(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Agreement]:
        return Agreement.objects.filter(fits(rule), _of_cluster(scope), programme=asked.programme).order_by(
            "signed_last", "pk"
        )

    def counted(self, rule: Rule, scope: Scope, asked: Asked) -> QuerySet[Agreement]:
        return self.fitting(rule, scope, asked).filter(
            in_days("signed_last", asked.spans(scope)), attempted_only=False
        )

    def left_out(self, rule: Rule, scope: Scope, asked: Asked) -> list[LeftOut]:
        signed = Q(attempted_only=False)
        found = [
            LeftOut(_("attempted, never signed"), Q(attempted_only=True)),
            LeftOut(_("no date of signature stated"), signed & Q(signed_last=None)),
            LeftOut(_("after the last day"), signed & Q(signed_last__gt=asked.last)),
        ]
        if asked.span.first is not None:
            found.append(LeftOut(_("before the first day"), signed & Q(signed_last__lt=asked.span.first)))
        if scope in asked.open:
            within = signed & ~in_days("signed_last", asked.spans(scope)) & Q(signed_last__lte=asked.last)
            found.append(LeftOut(_("in closed periods, where records changed since"), within, of_closed=True))
        return found

    def members(self, rule: Rule, scope: Scope, asked: Asked) -> None:
        return None

    def lines(self, rows: Sequence[Agreement], rule: Rule, scope: Scope, asked: Asked) -> list[EvidenceLine]:
        return [
            EvidenceLine(
                title=row.title,
                when=edtf_text(row.signed),
                counts=1,
                address=reverse(self.page, args=[asked.programme.slug, row.pk]),
                note=row.get_kind_display(),
                ref=row.pk,
            )
            for row in rows
        ]
