"""The adoption matrix as data: a workbook, and one table of claims as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from diagnostics.queries.cases import AdoptionMatrix, Claim, Figure, PolicyCase
from diagnostics.reports.adoption_matrix import AdoptionReport
from diagnostics.rules.adoption import Mark, SubDimension
from twinning.core import tabular
from twinning.core.reports import Imprint
from twinning.core.tabular.writing import LONGEST_CELL

CSV_COLUMNS = [
    "firm",
    "country",
    "technologies",
    "dimension",
    "sub_dimension",
    "mark",
    "direction",
    "value",
    "unit",
    "evidence",
]


def write_csv(matrix: AdoptionMatrix) -> bytes:
    """One row for each claim, its sub-dimension and mark as codes; a firm without claims has one row."""
    return tabular.write_csv(CSV_COLUMNS, _records(matrix))


def _records(matrix: AdoptionMatrix) -> Iterator[list[Any]]:
    for case in matrix.cases:
        head = [case.firm, case.country, "; ".join(case.technologies)]
        for claim in case.claims:
            yield [*head, *_claim_codes(claim)]
        if not case.claims:
            yield [*head, *[""] * (len(CSV_COLUMNS) - len(head))]


def _claim_codes(claim: Claim) -> list[str]:
    known = claim.area in SubDimension.values
    dimension = SubDimension(claim.area).dimension.value if known else ""
    return [
        dimension,
        claim.area,
        str(claim.mark),
        claim.direction,
        claim.value,
        claim.unit,
        claim.evidence,
    ]


def write_xlsx(data: dict[str, Any], imprint: Imprint) -> bytes:
    """The workbook of a report. Same input, same bytes."""
    snapshot = AdoptionReport.from_json(data).said_in(imprint.language)
    with translation.override(imprint.language):
        issued = date_format(imprint.issued_on) if imprint.issued_on else _("Draft, not issued")
        about = [
            (_("Programme"), " ".join(filter(None, [snapshot.programme_title, snapshot.programme_code]))),
            (_("As of"), date_format(snapshot.as_of)),
            (_("Made by"), imprint.made_by),
            (_("Made on"), f"{imprint.made_at:%Y-%m-%d %H:%M} UTC"),
            (_("Issued on"), issued),
            (_("Snapshot"), f"SHA-256 {imprint.sha256}"),
            *imprint.verification,
        ]
        policies = snapshot.policies if imprint.options.get("policies") else ()
        return workbook(
            snapshot.matrix,
            policies,
            about,
            {
                "title": f"{snapshot.programme_title}: {_('Technology adoption')}",
                "author": imprint.made_by,
                "created": imprint.made_at.replace(tzinfo=None),
            },
        )


def workbook(
    matrix: AdoptionMatrix,
    policies: Sequence[PolicyCase],
    about: Sequence[tuple[str, str]],
    properties: dict[str, Any],
) -> bytes:
    """Sheets about the table, the matrix, its claims, the firms, and the policy cases, in the active language."""
    target = io.BytesIO()
    # What people wrote stays text, whatever it begins with.
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(properties)
    writer = _Writer(book)
    _about(writer, about)
    _matrix(writer, matrix)
    writer.table(
        _("Claims"),
        [
            (_("Firm"), 24),
            (_("Dimension"), 18),
            (_("Sub-dimension"), 26),
            (_("Mark"), 12),
            (_("Direction"), 18),
            (_("By how much"), 28),
            (_("What shows it"), 60),
        ],
        (_claim_words(case.firm, claim) for case in matrix.cases for claim in case.claims),
    )
    writer.table(
        _("Firms"),
        [
            (_("Firm"), 24),
            (_("Country"), 16),
            (_("Product"), 30),
            (_("Technologies"), 50),
            (_("Key figures"), 70),
        ],
        (
            [
                case.firm,
                case.country,
                case.product,
                ", ".join(case.technologies),
                "\n".join(map(figure_line, case.figures)),
            ]
            for case in matrix.cases
        ),
    )
    if policies:
        _policies(writer, policies)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        top: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        self.text = book.add_format(top)
        self.marked = book.add_format(top | {"quote_prefix": True})
        self.head = book.add_format(top | {"bold": True, "bottom": 1, "bg_color": "#e6f0f2"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        centred = {"align": "center", "valign": "top", "border": 1, "border_color": "#dedbd4"}
        self.marks = {
            Mark.CLAIMED: book.add_format(
                centred | {"bold": True, "bg_color": "#0b5a6b", "font_color": "#ffffff"}
            ),
            Mark.INFERRED: book.add_format(
                centred | {"italic": True, "border": 4, "border_color": "#0b5a6b"}
            ),
            Mark.NONE: book.add_format(centred),
        }

    def say(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        # What looks like a formula is marked as text, so that editing the cell does not make it one either.
        style = self.marked if tabular.escape(text) != text else self.text
        sheet.write_string(row, column, text[:LONGEST_CELL], style)

    def heads(self, sheet: Worksheet, heads: Sequence[tuple[str, int]], row: int = 0) -> None:
        for column, (label, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(row, column, label, self.head)
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def table(self, name: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> None:
        sheet = self.book.add_worksheet(name[:31])
        self.heads(sheet, heads)
        for place, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                self.say(sheet, place, column, text)


def _about(writer: _Writer, about: Sequence[tuple[str, str]]) -> None:
    sheet = writer.book.add_worksheet(_("About")[:31])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, _("Technology adoption"), writer.title)
    lines = [*about, ("", ""), *legend()]
    for row, (label, text) in enumerate(lines, start=2):
        writer.say(sheet, row, 0, label)
        writer.say(sheet, row, 1, text)


def legend() -> list[tuple[str, str]]:
    """The marks of the matrix and what they mean."""
    return [
        (Mark.CLAIMED.label, _("The source itself says that there was an impact.")),
        (
            Mark.INFERRED.label,
            _("Read out of the story of the case by whoever recorded it; the source does not mark it."),
        ),
        (_("blank"), _("Nothing is said of an impact, which does not mean that there was none.")),
    ]


def _matrix(writer: _Writer, matrix: AdoptionMatrix) -> None:
    sheet = writer.book.add_worksheet(_("Matrix")[:31])
    areas = list(SubDimension)
    for column, area in enumerate(areas, start=2):
        sheet.write_string(0, column, str(area.dimension.label), writer.head)
    writer.heads(
        sheet, [(_("Firm"), 24), (_("Country"), 16), *[(str(area.label), 15) for area in areas]], row=1
    )
    for row, case in enumerate(matrix.cases, start=2):
        writer.say(sheet, row, 0, case.firm)
        writer.say(sheet, row, 1, case.country)
        for column, (_area, mark, _claims) in enumerate(case.marks, start=2):
            if mark is Mark.NONE:
                sheet.write_blank(row, column, None, writer.marks[mark])
            else:
                sheet.write_string(row, column, mark.label, writer.marks[mark])
    bottom = len(matrix.cases) + 2
    for offset, (label, name) in enumerate(
        ((Mark.CLAIMED.label, "claimed"), (Mark.INFERRED.label, "inferred"))
    ):
        sheet.write_string(bottom + offset, 0, capfirst(label), writer.head)
        for column, counted in enumerate(matrix.columns(), start=2):
            sheet.write_number(bottom + offset, column, getattr(counted, name), writer.head)


def _claim_words(firm: str, claim: Claim) -> list[str]:
    known = claim.area in SubDimension.values
    return [
        firm,
        str(SubDimension(claim.area).dimension.label) if known else "",
        str(SubDimension(claim.area).label) if known else claim.area,
        claim.mark.label,
        claim.direction_label,
        claim.size,
        claim.evidence,
    ]


def figure_line(figure: Figure) -> str:
    """ "Staff: 15 (also stated as 20)"; what is not stated says so."""
    text = f"{figure.name}: {figure.value or _('not stated')}"
    if figure.also:
        text += " " + _("(also stated as %(other)s)") % {"other": figure.also}
    return f"{text}. {figure.note}" if figure.note else text


def _policies(writer: _Writer, policies: Sequence[PolicyCase]) -> None:
    writer.table(
        _("Policy cases"),
        [
            (_("Case"), 30),
            (_("Country"), 14),
            (_("Broad area"), 20),
            (_("Issue"), 24),
            (_("Instrument"), 50),
            (_("Challenges of firms"), 36),
            (_("Challenges are"), 14),
            (_("Figures"), 60),
            (_("Doubts"), 40),
        ],
        (
            [
                case.title,
                case.country,
                case.area,
                case.issue,
                case.instrument,
                ", ".join(case.challenges),
                _challenges_mark(case),
                "\n".join(map(figure_line, case.figures)),
                case.note,
            ]
            for case in policies
        ),
    )


def _challenges_mark(case: PolicyCase) -> str:
    if not case.challenges:
        return ""
    return Mark.INFERRED.label if case.challenges_inferred else Mark.CLAIMED.label
