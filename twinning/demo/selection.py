"""The worked selection round of the demonstration: real clusters and reasons, illustrative scores."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clusters import services
from clusters.models import Cluster, Decision, Programme, SelectionParameter, SelectionRound
from twinning.core.models import User


def build(
    actor: User, programme: Programme, clusters: Mapping[str, Cluster], data: dict[str, Any]
) -> SelectionRound:
    """Open, score and decide the round that ``data/selection.toml`` describes."""
    words = data["round"]
    opened = services.open_round(
        actor=actor, programme=programme, title=words["title"], note=words["note"], illustrative=True
    )
    parameters = {parameter.code: parameter for parameter in opened.parameters.all()}
    for code, values in data["raw"].items():
        parameters[code] = services.update_parameter(
            actor=actor, parameter=parameters[code], version=None, **values
        )
    services.set_weights(
        actor=actor,
        selection_round=opened,
        weights={code: Decimal(weight) for code, weight in data["weights"]["values"].items()},
        reason=data["weights"]["reason"],
    )
    verdicts = [
        _candidate(actor, opened, clusters[row["cluster"]], row, parameters, words)
        for row in data["candidates"]
    ]
    return services.decide_round(
        actor=actor, selection_round=opened, verdicts=verdicts, decided_on=words["decided_on"]
    )


def _candidate(
    actor: User,
    opened: SelectionRound,
    cluster: Cluster,
    row: dict[str, Any],
    parameters: Mapping[str, SelectionParameter],
    words: dict[str, Any],
) -> services.Verdict:
    candidate = services.add_candidate(actor=actor, selection_round=opened, cluster=cluster)
    for code, values in row["scores"].items():
        for assessor, value in zip(words["assessors"], values, strict=False):
            services.score_candidate(
                actor=actor,
                candidate=candidate,
                parameter=parameters[code],
                value=Decimal(value),
                evidence=words["evidence"],
                assessor_name=assessor,
            )
    decision = Decision.objects.filter(
        meeting__programme=opened.programme, meeting__number=words["meeting"], cluster=cluster
    ).first()
    return services.Verdict(candidate, row["outcome"], row.get("reason", ""), decision)
