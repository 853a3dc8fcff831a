"""A selection round of the tests: three candidates, scored by the coordinator."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from clusters import services
from clusters.models import SelectionCandidate, SelectionParameter, SelectionRound
from tests.clusters.conftest import Visitor
from tests.conftest import World
from twinning.core.models import User


class Round:
    """``leather`` and ``footwear`` of the programme and ``agra`` by its name; parameters by their codes."""

    def __init__(self, world: World, **values: Any) -> None:
        self.world = world
        self.round = services.open_round(
            actor=world.manager, programme=world.programme, title="Emerging clusters", **values
        )
        self.leather = self.candidate(cluster=world.leather)
        self.footwear = self.candidate(cluster=world.footwear)
        self.agra = self.candidate(name="Agra", country="IN")

    def candidate(self, **values: Any) -> SelectionCandidate:
        return services.add_candidate(actor=self.world.manager, selection_round=self.round, **values)

    def parameter(self, code: str) -> SelectionParameter:
        return self.round.parameters.get(code=code)

    def score(
        self,
        candidate: SelectionCandidate,
        code: str,
        value: float,
        actor: User | None = None,
        **more: Any,
    ) -> Any:
        return services.score_candidate(
            actor=actor or self.world.coordinator,
            candidate=candidate,
            parameter=self.parameter(code),
            value=Decimal(str(value)),
            **{"evidence": "Export statistics", **more},
        )

    def scored(self) -> Round:
        """Leather first, Agra second, footwear third, on two parameters."""
        for candidate, three, six in [(self.leather, 5, 5), (self.agra, 4, 3), (self.footwear, 1, 2)]:
            self.score(candidate, "3", three)
            self.score(candidate, "6", six)
        return self

    def verdicts(self, *given: str, **reasons: str) -> list[services.Verdict]:
        """Outcomes of leather, agra and footwear in this order; reasons by their names."""
        outcomes = dict(zip(("leather", "agra", "footwear"), given, strict=True))
        return [
            services.Verdict(getattr(self, name), outcome, reasons.get(name, ""))
            for name, outcome in outcomes.items()
        ]

    def decide(self, *outcomes: str, **reasons: str) -> SelectionRound:
        return services.decide_round(
            actor=self.world.manager,
            selection_round=self.round,
            verdicts=self.verdicts(*outcomes, **reasons),
            decided_on=self.world.today,
        )


@pytest.fixture
def selection(world: World) -> Round:
    return Round(world)


def refused_at(error: Any) -> set[str]:
    return set(error.value.fields)


def weigh(world: World, selection: Round, reason: str = "The ministry’s priorities", **more: Any) -> Any:
    weights = more.pop("weights", {"3": Decimal(60), "6": Decimal("39.5"), "8": Decimal("0.5")})
    return services.set_weights(
        actor=world.manager, selection_round=selection.round, weights=weights, reason=reason, **more
    )


Visit = Callable[[User], Visitor]
TWO_COUNT = {"3": Decimal(60), "6": Decimal(40)}


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())
