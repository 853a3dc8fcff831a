"""Records of this room as files that other programs open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from clusters.models import SelectionOutcome, SelectionWeights
from clusters.queries.selection import Compared, assessor_text, rank_lines, round_word
from clusters.rules.sensitivity import Sensitivity
from twinning.core.models import User
from twinning.core.tabular import SheetOut, write_workbook
from twinning.core.tabular.writing import Value


def selection_workbook(
    compared: Compared,
    found: Sensitivity,
    outcomes: Iterable[SelectionOutcome],
    weight_sets: Iterable[SelectionWeights],
    reader: User,
    *,
    named: bool,
) -> bytes:
    """A selection round as XLSX: its ranking, every score, the parameters with all their weights.

    ``named``: whether the reader may see who the assessors are.
    """
    title = _frame(compared)
    return write_workbook(
        [
            SheetOut(
                _("Ranking"),
                [
                    _("Rank"),
                    _("Candidate"),
                    _("Composite"),
                    _("Least favourable"),
                    _("Most favourable"),
                    _("Completeness (%)"),
                    _("Rank held (% of draws)"),
                    _("Best rank"),
                    _("Worst rank"),
                    _("Illustrative"),
                    _("Outcome"),
                    _("Departs from the ranking"),
                    _("Reason"),
                    _("To note"),
                ],
                _ranking(compared, found, outcomes),
                widths=[7, 30, 11, 11, 11, 14, 14, 10, 10, 12, 16, 14, 50, 50],
                before=title,
            ),
            SheetOut(
                _("Scores"),
                [
                    _("Candidate"),
                    _("Code"),
                    _("Parameter"),
                    _("Assessor"),
                    _("Value"),
                    _("Unit"),
                    _("Evidence"),
                    _("Source"),
                    _("Illustrative"),
                ],
                _scores(compared, reader, named=named),
                widths=[30, 8, 40, 24, 10, 10, 50, 30, 12],
                before=title,
            ),
            _parameters(compared, list(weight_sets), title),
        ]
    )


def _frame(compared: Compared) -> list[list[Value]]:
    selection_round = compared.round
    lines: list[list[Value]] = [
        [f"{selection_round}: {selection_round.title}"],
        [str(selection_round.programme)],
        [round_word(selection_round.status).text],
    ]
    if selection_round.illustrative:
        lines.append([_("Illustrative: these scores show how a round works; nobody gave them.")])
    return [*lines, []]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _yes(said: bool) -> str:
    return _("yes") if said else ""


def _ranking(
    compared: Compared, found: Sensitivity, outcomes: Iterable[SelectionOutcome]
) -> Iterator[list[Value]]:
    for line in rank_lines(compared, found, outcomes):
        outcome = line.outcome
        yield [
            line.rank,
            str(line.candidate),
            _number(line.composite),
            _number(line.low),
            _number(line.high),
            _number(line.completeness),
            line.held,
            line.best,
            line.worst,
            _yes(line.is_illustrative),
            line.word.text if line.word else "",
            _yes(outcome is not None and outcome.overrides_ranking),
            outcome.reason if outcome else "",
            " ".join(line.notes),
        ]


def _scores(compared: Compared, reader: User, *, named: bool) -> Iterator[list[Value]]:
    for candidate in compared.candidates.values():
        for parameter in compared.parameters:
            for score in compared.scores.get((candidate.pk, parameter.pk), []):
                yield [
                    str(candidate),
                    parameter.code,
                    str(parameter),
                    assessor_text(score, reader, named=named),
                    float(score.value),
                    parameter.unit,
                    score.evidence,
                    score.source,
                    _yes(score.illustrative),
                ]


def _parameters(
    compared: Compared, weight_sets: list[SelectionWeights], title: list[list[Value]]
) -> SheetOut:
    """Newest weights first, as they count."""
    by_set = [weight_set.by_code for weight_set in weight_sets]
    rows: list[list[Value]] = [
        [
            parameter.code,
            str(parameter),
            str(parameter.get_scale_display()),
            parameter.unit,
            str(parameter.get_direction_display()),
            *[_number(weights.get(parameter.code)) for weights in by_set],
        ]
        for parameter in compared.parameters
    ]
    rows.append(["", _("Why"), "", "", "", *[weight_set.reason for weight_set in weight_sets]])
    return SheetOut(
        _("Parameters and weights"),
        [
            _("Code"),
            _("Parameter"),
            _("Scale"),
            _("Unit"),
            _("Direction"),
            *[str(weight_set) for weight_set in weight_sets],
        ],
        rows,
        widths=[8, 50, 22, 10, 16, *([20] * len(weight_sets))],
        before=title,
    )
