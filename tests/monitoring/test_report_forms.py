"""Whatever file a report becomes, it tells the same: no section, table, fact or sentence is in one form alone."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import docx
import openpyxl
import pytest

from clusters import services as bodies
from monitoring import services
from monitoring.reports.evaluation.files import FILES as EVALUATION
from monitoring.reports.portfolio.files import FILES as PORTFOLIO
from monitoring.reports.results.files import FILES as RESULTS
from monitoring.services import request_of
from tests.conftest import World
from tests.monitoring.evaluating import consent, draft, recommendation, story
from tests.monitoring.results import came, event, person
from tests.monitoring.test_portfolio import agreement, aimed, late_year, on_the_map, placed
from twinning.core.documents import Bullets, Cell, Document, Facts, Heading, Paragraphs, Picture, Table
from twinning.core.reports import Imprint, digest, kind_of
from twinning.core.templatetags.report_text import figure_of

FILES = {"evaluation": EVALUATION, "portfolio": PORTFOLIO, "results": RESULTS}


@pytest.fixture
def told(world: World) -> World:
    placed(world)
    aimed(world)
    on_the_map(world)
    late_year(world)
    came(world, event(world, "Course", "Feb 2010", "training"), person(world, "Anbu"))
    agreement(world, "Framework", signed="2008-06", valid_to=dt.date(2010, 6, 30))
    services.add_result(
        actor=world.manager, programme=world.programme, level="outcome", title="Trade", risks="Hides dear"
    )
    services.publish_story(actor=world.manager, story=consent(world, story(world)), version=None)
    meeting = bodies.add_meeting(actor=world.manager, programme=world.programme, number=1, held="2008")
    bodies.record_decision(
        actor=world.manager, meeting=meeting, kind="select-cluster", cluster=world.leather, text="Take it."
    )
    recommendation(world, draft(world, background="Begun in 2006.", last=dt.date(2010, 12, 31)))
    return world


def said(document: Document) -> Iterator[Cell]:
    """Every piece of text or number that the document tells, without its pictures."""
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            match block:
                case Heading() | Paragraphs():
                    yield from [block.text] if isinstance(block, Heading) else block.parts
                case Bullets():
                    yield from block.items
                case Facts():
                    for row in block.rows:
                        yield from row
                case Table():
                    yield from (cell for row in block.rows for cell in row)


def same(cell: Any) -> str:
    """As both files are compared: a number as it is, however it is written."""
    text = str(figure_of(cell)) if not isinstance(cell, str) else cell
    return " ".join(text.split()).removesuffix(".0")


def words_of_word(data: bytes) -> set[str]:
    word = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return {same(text) for text in (*(one.text for one in word.paragraphs), *cells)}


def words_of_workbook(data: bytes) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    return {same(cell) for row in rows for cell in row if cell is not None}


@pytest.mark.parametrize("kind", FILES)
def test_word_file_and_workbook_tell_all_that_the_report_tells(told: World, kind: str) -> None:
    files = FILES[kind]
    asked = request_of(
        programme=told.programme, cluster=None, as_of=dt.date(2011, 7, 31), actor=told.manager, options={}
    )
    data = kind_of(kind).take(asked)
    imprint = Imprint("Manager", dt.datetime(2011, 8, 1, tzinfo=dt.UTC), "en", digest(data))
    document = files.document(data, imprint, inked=True)
    wanted = {same(cell) for cell in said(document) if cell not in (None, "")}
    assert len(wanted) > 50
    assert wanted - words_of_word(files.docx(data, imprint)) == set()
    headings = {same(section.heading) for section in document.sections}
    alone = {same(b.text) for s in document.sections for b in s.blocks if isinstance(b, Heading)}
    assert wanted - words_of_workbook(files.xlsx(data, imprint)) - headings - alone == set()
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    shapes = docx.Document(io.BytesIO(files.docx(data, imprint))).inline_shapes
    assert len(shapes) == len(pictures)
