"""The assessment of an evaluation by the six criteria, and Table 11 beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from monitoring import pictures
from monitoring.models import AssessmentEvidence, ComparisonRow
from monitoring.queries.evaluations import Ratings, left_out_text, rating_text
from monitoring.reports.figures import Data
from monitoring.reports.pictures import FONTS, Drawing
from monitoring.rules.evaluation import PRINTED, Aspect, Criterion, Table11
from twinning.core.documents import (
    Block,
    Column,
    Facts,
    Heading,
    Paragraphs,
    Picture,
    Table,
    cells,
    has_rows,
)


def assessment(criteria: Sequence[Data], found: Ratings, drawing: Drawing) -> Iterator[Block]:
    radar = pictures.criteria(found, inked=drawing.inked, font=FONTS if drawing.inked else "")
    if radar:
        yield Picture(_("Ratings by criterion"), radar)
    columns = (
        Column(_("Criterion"), 40),
        Column(_("Mean rating"), 0, True),
        Column(_("Rated"), 0, True),
        Column(_("Unable to assess"), 0, True),
    )
    rows = tuple(
        (str(line.criterion.label), line.found.mean, line.found.rated, line.found.unable)
        for line in found.lines
    )
    yield Table(_("Ratings by criterion"), columns, rows, name=_("Ratings"))
    if words := left_out_text(found.whole):
        yield Paragraphs(words, "note")
    yield Paragraphs(
        _(
            "6 highly satisfactory, 5 satisfactory, 4 moderately satisfactory, 3 moderately unsatisfactory,"
            " 2 unsatisfactory, 1 highly unsatisfactory. Means by weight; what is not rated or cannot be assessed"
            " is left out, not counted as 0."
        ),
        "note",
    )
    for row in criteria:
        yield from _criterion(row)


def _criterion(row: Data) -> Iterator[Block]:
    name = str(Criterion(row["criterion"]).label)
    if row["aspect"]:
        name = f"{name}, {Aspect(row['aspect']).label}"
    yield Heading(name)
    yield Facts(
        (
            (_("Question"), row["question"]),
            (_("Rating"), rating_text(row["rating"]) or _("not rated")),
            (_("Weight"), number_format(Decimal(row["weight"]))),
            (_("Justification"), row["justification"] or None),
            (_("Finding"), row["finding"] or None),
        )
    )
    evidence = tuple(
        cells(
            str(AssessmentEvidence.Kind(one["kind"]).label),
            one["label"] or _("not named in reports"),
            one["text"],
        )
        for one in row["evidence"]
    )
    columns = (
        Column(_("Evidence"), 18),
        Column(_("Record or document"), 36),
        Column(_("What it shows"), 0),
    )
    yield from has_rows(Table(_("Evidence: %(what)s") % {"what": name}, columns, evidence))


def comparison(judged: Sequence[Data]) -> Table:
    columns = (
        Column(_("Aspect"), 12),
        Column(_("Standard programme"), 18),
        Column(_("Twinning programme"), 20),
        Column(_("Planned"), 18),
        Column(_("Observed"), 20),
        Column(_("Judged"), 0),
    )
    rows = tuple(
        cells(
            str(Table11(row["aspect"]).label),
            *(str(words) for words in PRINTED[row["aspect"]]),
            row["planned"],
            row["observed"],
            str(ComparisonRow.Judged(row["judged"]).label),
        )
        for row in judged
    )
    return Table(_("Standard against twinning (Table 11)"), columns, rows, name=_("Table 11"))
