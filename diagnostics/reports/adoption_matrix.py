"""The records of the adoption report: firms by the ten sub-dimensions of impact, and policy cases beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from diagnostics.queries.cases import (
    AdoptionMatrix,
    PolicyCase,
    adoption_matrix,
    library,
    policy_cases,
    translations_of,
)
from diagnostics.rules.kinds import Kind
from twinning.core.reports import ReportRequest, steady_view

FORMAT = 1


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """The snapshot. ``more_policies``: there are more cases than one report compares.

    ``words``: {a choice as the cases say it: {language: the same}}; a report that is older than they are has none.
    """

    programme_slug: str
    programme_code: str
    programme_title: str
    as_of: dt.date
    about: str
    matrix: AdoptionMatrix
    policies: tuple[PolicyCase, ...]
    more_policies: bool = False
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def said_in(self, language: str) -> AdoptionReport:
        """The same with what was chosen from lists in this language; what people wrote stays as they wrote it."""

        def say(label: str) -> str:
            return self.words.get(label, {}).get(language) or label

        def say_all(labels: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(map(say, labels))

        cases = tuple(replace(case, technologies=say_all(case.technologies)) for case in self.matrix.cases)
        policies = tuple(
            replace(
                case,
                area=say(case.area),
                issue=say(case.issue),
                challenges=say_all(case.challenges),
                figures=tuple(replace(one, kind=say(one.kind)) for one in case.figures),
            )
            for case in self.policies
        )
        return replace(self, matrix=replace(self.matrix, cases=cases), policies=policies)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "adoption-matrix",
            "format": FORMAT,
            "programme": {
                "slug": self.programme_slug,
                "code": self.programme_code,
                "title": self.programme_title,
            },
            "as_of": self.as_of.isoformat(),
            "about": self.about,
            "matrix": self.matrix.to_json(),
            "policies": [case.to_json() for case in self.policies],
            "more_policies": self.more_policies,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AdoptionReport:
        programme = data["programme"]
        return cls(
            programme_slug=programme["slug"],
            programme_code=programme["code"],
            programme_title=programme["title"],
            as_of=dt.date.fromisoformat(data["as_of"]),
            about=data["about"],
            matrix=AdoptionMatrix.from_json(data["matrix"]),
            policies=tuple(PolicyCase.from_json(case) for case in data["policies"]),
            more_policies=data["more_policies"],
            words=data.get("words", {}),
        )


def title(request: ReportRequest) -> str:
    whose = _("whole programme") if request.whole else str(request.clusters[0])
    return _("Technology adoption: %(whose)s") % {"whose": whose}


def take(request: ReportRequest) -> dict[str, Any]:
    """The approved cases that the actor may read: of the clusters asked for, and of the library."""
    programme = cast(Programme, request.programme)
    clusters = None if request.whole else cast("tuple[Cluster, ...]", request.clusters)
    with steady_view():
        firms = library(Kind.ADOPTION, programme, request.actor, clusters)
        policy = library(Kind.POLICY, programme, request.actor, clusters)
        matrix = adoption_matrix(firms)
        policies, more = policy_cases(policy)
        words = translations_of(firms, "technologies")
        words |= translations_of(policy, "area", "issue", "challenge", "figure_kind")
    return AdoptionReport(
        programme_slug=programme.slug,
        programme_code=programme.code,
        programme_title=programme.title,
        as_of=request.as_of,
        about="" if request.whole else str(request.clusters[0]),
        matrix=matrix,
        policies=tuple(policies),
        more_policies=more,
        words=words,
    ).to_json()
