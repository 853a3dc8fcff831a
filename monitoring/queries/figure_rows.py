"""Figures as plain rows, as files and the public page give them; what may not be told stands in none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitoring.models import Indicator
from monitoring.queries.figures import Figure, rule_of
from monitoring.queries.pages import Results, Row
from monitoring.rules.public import Cover, counts_few, covers
from monitoring.rules.values import State
from twinning.core.small_cells import may_show

PROGRAMME = "programme"
FEWER = "fewer-than-3"
_STATES = {Cover.FEW: FEWER, Cover.WITHHELD: "withheld"}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in plain values. ``scope`` is the short name of a cluster, or "programme".

    ``state``: value, not-reported, not-applicable; in public also fewer-than-3 and withheld. ``amount`` is the whole
    in one ``currency`` where there is one; ``amounts`` says the money as it was recorded.
    """

    indicator: str
    name: str
    level: str
    unit: str
    scope: str
    state: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    word: str = ""
    amount: Decimal | None = None
    currency: str = ""
    amounts: str = ""
    target: Decimal | None = None
    achieved: Decimal | None = None
    records: int | None = None


def scopes_of(results: Results) -> list[str]:
    return [PROGRAMME, *(cluster.slug for cluster in results.clusters)]


def rows_of(results: Results, sees_money: Callable[[Figure], bool]) -> Iterator[FigureRow]:
    """For people of the programme: every figure, with the money that the reader sees."""
    for table in results.tables:
        for row in table.rows:
            for scope, figure in zip(scopes_of(results), row.figures, strict=True):
                yield _row(figure, scope, Cover.NONE, money=sees_money(figure))


def public_rows(results: Results, row: Row) -> tuple[FigureRow, ...]:
    """For everybody: counts of few firms or persons covered, and no money where one scope has too few firms."""
    figures = row.figures
    hidden, money = covers_of(row.indicator, figures), tells_money(figures)
    return tuple(
        _row(figure, scope, cover, money=money and cover is Cover.NONE)
        for scope, figure, cover in zip(scopes_of(results), figures, hidden, strict=True)
    )


def covers_of(indicator: Indicator, figures: Sequence[Figure]) -> list[Cover]:
    """What of the figures of one indicator, the programme's first, everybody is told."""
    if not tells_of_few(indicator):
        return [Cover.NONE] * len(figures)
    return covers([figure.value.number or figure.value.high for figure in figures])


def tells_money(figures: Sequence[Figure]) -> bool:
    """Whether everybody is told the money of a row: that of the programme less one cluster's is the other's.

    An amount that was typed is the programme's own statement, and of no firm.
    """
    return all(
        may_show(figure.firms)
        for figure in figures
        if figure.indicator.is_computed and figure.amount and figure.amount.spent
    )


def tells_of_few(indicator: Indicator) -> bool:
    """Whether a small number of it is one or two persons or firms."""
    return indicator.measure == Indicator.Measure.NUMBER and counts_few(
        rule_of(indicator), indicator.dimensions
    )


def _row(figure: Figure, scope: str, cover: Cover, *, money: bool) -> FigureRow:
    indicator, value, target = figure.indicator, figure.value, figure.target
    plain = (indicator.code, indicator.name, indicator.level, indicator.unit, scope)
    aim = target.value if target else None
    if cover is not Cover.NONE:
        # Neither the share of the target nor the number of records, which would say what is covered.
        return FigureRow(*plain, _STATES[cover], target=aim)
    amount, currency, amounts = _money(figure) if money else (None, "", "")
    return FigureRow(
        *plain,
        value.state.value,
        value.number,
        value.low,
        value.high,
        value.word,
        amount,
        currency,
        amounts,
        aim,
        figure.achieved,
        figure.records if value.state is not State.NOT_REPORTED else None,
    )


def _money(figure: Figure) -> tuple[Decimal | None, str, str]:
    amount = figure.amount
    if amount is None or not amount.spent:
        return None, "", ""
    amounts = "; ".join(f"{sum_} {currency}" for currency, sum_ in amount.spent)
    if amount.total is not None:
        return amount.total, amount.currency, amounts
    if len(amount.spent) == 1:
        return amount.spent[0][1], amount.spent[0][0], amounts
    return None, "", amounts
