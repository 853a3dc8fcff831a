"""The records of the adoption report: firms by the ten sub-dimensions of impact, and policy cases beside them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from diagnostics.queries.cases import AdoptionMatrix, PolicyCase, adoption_matrix, library, policy_cases
from diagnostics.rules.kinds import Kind
from twinning.core.reports import ReportRequest, steady_view

FORMAT = 1


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """The snapshot. ``more_policies``: there are more cases than one report compares."""

    programme_slug: str
    programme_code: str
    programme_title: str
    as_of: dt.date
    about: str
    matrix: AdoptionMatrix
    policies: tuple[PolicyCase, ...]
    more_policies: bool = False

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
        )


def title(request: ReportRequest) -> str:
    whose = _("whole programme") if request.whole else str(request.clusters[0])
    return _("Technology adoption: %(whose)s") % {"whose": whose}


def take(request: ReportRequest) -> dict[str, Any]:
    """The approved cases that the actor may read: of the clusters asked for, and of the library."""
    programme = cast(Programme, request.programme)
    clusters = None if request.whole else cast("tuple[Cluster, ...]", request.clusters)
    with steady_view():
        matrix = adoption_matrix(library(Kind.ADOPTION, programme, request.actor, clusters))
        policies, more = policy_cases(library(Kind.POLICY, programme, request.actor, clusters))
    return AdoptionReport(
        programme_slug=programme.slug,
        programme_code=programme.code,
        programme_title=programme.title,
        as_of=request.as_of,
        about="" if request.whole else str(request.clusters[0]),
        matrix=matrix,
        policies=tuple(policies),
        more_policies=more,
    ).to_json()
