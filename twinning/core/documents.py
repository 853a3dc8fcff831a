"""A report as a document: sections of paragraphs, facts, tables and pictures, whatever file it becomes.

A room turns its snapshot into a ``Document`` in the language of the report; page, PDF (``paper_of``), Word file
(``core.docx``) and workbook (``sheets_of``) are made from it alike, so that none can say what another does not.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import xlsxwriter
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from twinning.core.layouts import Layout, Setup, Told, whole_order
from twinning.core.reports import Imprint, SectionKind

Cell = str | int | Decimal | None
# Beyond so many rows a table on paper is cut, says so, and points to the data inside the file.
ROWS_ON_PAPER = 5_000


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Text as people wrote it: a blank line begins a new paragraph. ``kind``: "", lead, note, or told.

    ``told`` is what a programme adds to the report, set apart from what is computed.
    """

    text: str
    kind: str = ""

    @property
    def parts(self) -> list[str]:
        return [part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip()]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Short statements; None reads "not stated"."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """``share``: of the width of the table, in percent; 0 lets it find its own."""

    label: str
    share: int = 0
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``heads``: whether the first column names its row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: bool = True
    name: str = ""  # of its sheet in a workbook; "" for none of its own

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        return self.rows[:ROWS_ON_PAPER]

    @property
    def cut(self) -> int:
        """How many rows paper does not show."""
        return max(0, len(self.rows) - ROWS_ON_PAPER)


@dataclass(frozen=True, slots=True)
class Picture:
    """``svg`` is drawn by ``core.charts``; the table with the same content stands beside it in the document."""

    caption: str
    svg: str


Block = Paragraphs | Heading | Facts | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    heading: str
    blocks: tuple[Block, ...]
    breaks: bool = False  # begins a page


@dataclass(frozen=True, slots=True)
class Document:
    """``about``: the lines under the title on the cover; ``warning``: what a reader must know before all else.

    ``layout`` and ``left_out`` (headings) are set as it is arranged.
    """

    title: str
    programme_title: str
    programme_code: str
    as_of: dt.date
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    warning: str = ""
    attached: tuple[str, ...] = field(default_factory=tuple)
    layout: Layout = field(default_factory=Layout)
    left_out: tuple[str, ...] = ()

    def tables(self) -> Iterator[Table]:
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Table))


def sections_of(kinds: Sequence[SectionKind]) -> Callable[..., Section]:
    """Makes sections of a kind by their anchors: ``(anchor, blocks)``, and ``breaks`` where it is not as declared.

    They have the declared headings, in the active language. An anchor that is not declared is a KeyError.
    """
    declared = {kind.anchor: kind for kind in kinds}

    def section(anchor: str, blocks: Iterable[Block], breaks: bool | None = None) -> Section:
        kind = declared[anchor]
        return Section(anchor, str(kind.heading), tuple(blocks), kind.breaks if breaks is None else breaks)

    return section


def arranged(document: Document, kinds: Sequence[SectionKind], setup: Setup) -> Document:
    """The document as a programme set it up: sections in its order, with its texts, without what it leaves out.

    Sections of a document whose kind declares none keep the order of the records. A section that would be empty is
    printed where there is a text for it; one that is required is never left out.
    """
    layout, written = setup.layout, {section.anchor: section for section in document.sections}
    make, declared = sections_of(kinds), {kind.anchor: kind for kind in kinds}
    sections, left_out = [], []
    for anchor in dict.fromkeys([*whole_order(kinds, layout.order), *written]):
        kind, section = declared.get(anchor), written.get(anchor)
        told = tuple(_told(setup.texts.get(anchor, ()) if kind else ()))
        if kind and anchor in layout.left_out and not kind.required:
            left_out += [section.heading] if section else []
            continue
        if section is None and told:
            section = make(anchor, ())
        if section is not None:
            sections.append(replace(section, blocks=(*told, *section.blocks)))
    return replace(document, sections=tuple(sections), layout=layout, left_out=tuple(left_out))


def _told(texts: Sequence[Told]) -> Iterator[Block]:
    for one in texts:
        if one.period:
            yield Heading(one.period)
        yield Paragraphs(one.text, "told")


def kind_of_block(block: Block) -> str:
    return type(block).__name__.lower()


def body_of(document: Document, imprint: Imprint) -> str:
    """The report as an article, for a page and for paper; in the active language."""
    sections = [
        (section, [(kind_of_block(block), block) for block in section.blocks])
        for section in document.sections
    ]
    return render_to_string(
        "reports/document.html", {"document": document, "sections": sections, "imprint": imprint}
    )


def paper_of(document: Document, imprint: Imprint) -> str:
    """The whole HTML document that is set as a PDF; in the active language."""
    return render_to_string(
        "reports/paper.html",
        {
            "language": imprint.language,
            "imprint": imprint,
            "snapshot": document,
            "title": document.title,
            "about": document.about,
            "warning": document.warning,
            "body": body_of(document, imprint),
            "contents": [(section.anchor, section.heading) for section in document.sections],
            "attached": ", ".join(document.attached),
            "layout": document.layout,
            "left_out": ", ".join(document.left_out),
        },
    )


def sheets_of(document: Document, imprint: Imprint) -> bytes:
    """The tables as a workbook, a sheet each, after one about the report and one of what stands in no table.

    Pictures are not in it: the table with the same content is. Same input, same bytes.
    """
    target = io.BytesIO()
    # What people wrote stays text, whatever it begins with.
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = imprint.made_at.replace(tzinfo=None)
    title = f"{document.programme_title}: {document.title}"
    book.set_properties({"title": title, "author": imprint.made_by, "created": made})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    marked = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    used: set[str] = set()
    cover = Table(
        document.title,
        (Column(""), Column("")),
        (
            (_("Programme"), document.programme_title),
            *(((_("Subtitle"), document.layout.subtitle),) if document.layout.subtitle else ()),
            (_("About"), ", ".join(document.about)),
            (_("As of"), document.as_of.isoformat()),
            (_("State"), _("Issued") if imprint.issued_on else _("Draft, not issued")),
            (_("Made by"), imprint.made_by),
            (_("Snapshot"), f"SHA-256 {imprint.sha256}"),
            *imprint.verification,
            *(((_("Left out"), ", ".join(document.left_out)),) if document.left_out else ()),
            *(((_("Note"), document.warning),) if document.warning else ()),
        ),
        name=_("Report"),
    )
    for table in (cover, *has_rows(_words_of(document)), *document.tables()):
        if not table.name:
            continue
        page = book.add_worksheet(_sheet_name(table.name, used))
        page.set_column(0, len(table.columns) - 1, max(12, min(48, 120 // len(table.columns))))
        for number, row in enumerate((tuple(column.label for column in table.columns), *table.rows)):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    style = bold if number == 0 else marked if value[:1] in "=+-@\t\r" else plain
                    page.write_string(number, column, value[:32_767], style)
                elif value is not None:
                    page.write_number(number, column, float(value), plain)
        page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def _words_of(document: Document) -> Table:
    """Texts, facts and lists, and tables without a sheet of their own, each with its section and what it is under."""
    rows: list[tuple[Cell, ...]] = []
    for section in document.sections:
        under = ""
        for block in section.blocks:
            if isinstance(block, Heading):
                under = block.text
            elif isinstance(block, Table):
                under = block.caption
            if isinstance(block, Table) and block.name:
                continue
            rows += [(section.heading, under, label, words) for label, words in _said(block)]
    heads = (_("Section"), _("Under"), _("About"), _("What it says"))
    return Table(_("Texts"), tuple(map(Column, heads)), tuple(rows), name=_("Texts"))


def _said(block: Block) -> list[tuple[str, Cell]]:
    match block:
        case Paragraphs():
            return [("", part) for part in block.parts]
        case Bullets():
            return [("", item) for item in block.items]
        case Facts():
            return [(label, _("not stated") if value is None else value) for label, value in block.rows]
        case Table():
            heads = [column.label for column in block.columns]
            return [
                (head, _("not stated") if cell is None else cell)
                for row in block.rows
                for head, cell in zip(heads, row, strict=True)
            ]
    return []


def _sheet_name(name: str, used: set[str]) -> str:
    """Spreadsheets allow 31 characters, forbid some, and want each name once."""
    base = re.sub(r"[\[\]:*?/\\']", " ", name)[:28].strip() or "Sheet"
    found, number = base, 2
    while found.casefold() in used:
        found, number = f"{base} {number}", number + 1
    used.add(found.casefold())
    return found


def text_of(cell: Cell) -> str:
    """A cell as a plain text file or a Word file writes it; "" for unknown."""
    if cell is None:
        return ""
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def cells(*values: Cell) -> tuple[Cell, ...]:
    """A row in which blank texts are unknown."""
    return tuple(None if value == "" else value for value in values)


def has_rows(table: Table) -> Sequence[Table]:
    """The table where it has rows, for lists of blocks."""
    return [table] if table.rows else []
