"""A document as a Word file: real headings, tables with repeated heads, alternative text, its language."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from docx import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from twinning.core.documents import (
    Block,
    Bullets,
    Cell,
    Document,
    Facts,
    Heading,
    Paragraphs,
    Picture,
    Table,
)
from twinning.core.pdf import picture_png
from twinning.core.report_codes import qr_png
from twinning.core.reports import Imprint
from twinning.core.templatetags.report_text import figure_of

_PICTURE_WIDTH = 16.5  # cm, within the margins of A4
_QR_WIDTH = 2.6
# The date of every entry of the file, so that the same document gives the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_docx(document: Document, imprint: Imprint) -> bytes:
    """The Word file, in the active language. Same input, same bytes."""
    word = WordFile()
    _set_up(word, document, imprint)
    _cover(word, document, imprint)
    for section in document.sections:
        heading = word.add_heading(_sound(section.heading), level=1)
        heading.paragraph_format.page_break_before = section.breaks
        for block in section.blocks:
            _WRITERS[type(block)](word, block)
    out = io.BytesIO()
    word.save(out)
    return _same_bytes(out.getvalue())


def _set_up(word: Any, document: Document, imprint: Imprint) -> None:
    core = word.core_properties
    core.title, core.author, core.language = _sound(document.title), imprint.made_by, imprint.language
    core.comments = f"SHA-256 {imprint.sha256}"
    stamp = imprint.made_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    core.created = core.modified = stamp
    core.last_modified_by, core.revision = imprint.made_by, 1
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans", Pt(9.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), imprint.language)
    style.element.get_or_add_rPr().append(language)
    if document.layout.accent:
        colour = RGBColor.from_string(document.layout.accent.removeprefix("#").upper())
        for name in ("Title", "Subtitle", "Heading 1", "Heading 2"):
            word.styles[name].font.color.rgb = colour
    for page in word.sections:
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.2)


def _cover(word: Any, document: Document, imprint: Imprint) -> None:
    layout = document.layout
    if layout.logo:
        _drawn(
            word, layout.logo.content, min(6.0, 2.4 * layout.logo.width / layout.logo.height), layout.logo.alt
        )
    word.add_paragraph(_sound(f"{document.programme_title} {document.programme_code}".strip()))
    word.add_heading(_sound(document.title), level=0)
    if layout.subtitle:
        word.add_paragraph(_sound(layout.subtitle), style="Subtitle")
    for line in document.about:
        word.add_paragraph(_sound(line))
    if document.warning:
        word.add_paragraph().add_run(_sound(document.warning)).bold = True
    state = _("Issued") if imprint.issued_on else _("Draft, not issued")
    rows: tuple[tuple[str, Cell], ...] = (
        (_("As of"), document.as_of.isoformat()),
        (_("State"), state),
        (_("Made by"), imprint.made_by),
        (_("Snapshot"), f"SHA-256 {imprint.sha256}"),
        *imprint.verification,
        *(((_("Left out"), ", ".join(document.left_out)),) if document.left_out else ()),
    )
    _facts(word, Facts(rows))
    if imprint.code and layout.shows_qr:
        _drawn(
            word,
            qr_png(imprint.address),
            _QR_WIDTH,
            _("QR code of %(address)s") % {"address": imprint.address},
        )


def _drawn(word: Any, picture: bytes, width: float, alt: str) -> None:
    """``width`` in cm."""
    shape = word.add_picture(io.BytesIO(picture), width=Cm(width))
    shape._inline.docPr.set("descr", _sound(alt))


def _heading(word: Any, block: Heading) -> None:
    word.add_heading(_sound(block.text), level=2)


def _paragraphs(word: Any, block: Paragraphs) -> None:
    for part in block.parts:
        run = word.add_paragraph().add_run(_sound(part))
        run.italic = block.kind == "note"


def _bullets(word: Any, block: Bullets) -> None:
    for item in block.items:
        word.add_paragraph(_sound(item), style="List Bullet")


def _facts(word: Any, block: Facts) -> None:
    table = word.add_table(rows=0, cols=2)
    for label, value in block.rows:
        row = table.add_row().cells
        row[0].text, row[1].text = _sound(label), _shown(value)
    word.add_paragraph()


def _table(word: Any, block: Table) -> None:
    caption = word.add_paragraph(style="Caption")
    caption.add_run(_sound(block.caption))
    caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    head = table.rows[0]
    _repeat(head)
    for cell, column in zip(head.cells, block.columns, strict=True):
        cell.paragraphs[0].add_run(_sound(column.label)).bold = True
    for values in block.shown:
        row = table.add_row()
        _keep_whole(row)
        for cell, column, value in zip(row.cells, block.columns, values, strict=True):
            cell.text = _shown(value)
            if column.numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if block.cut:
        word.add_paragraph(_("%(count)d further rows are in the spreadsheet.") % {"count": block.cut})
    word.add_paragraph()


def _picture(word: Any, block: Picture) -> None:
    _drawn(word, picture_png(block.svg), _PICTURE_WIDTH, block.caption)
    word.add_paragraph(_sound(block.caption), style="Caption")


_WRITERS: dict[type[Block], Callable[[Any, Any], None]] = {
    Heading: _heading,
    Paragraphs: _paragraphs,
    Bullets: _bullets,
    Facts: _facts,
    Table: _table,
    Picture: _picture,
}


def _repeat(row: Any) -> None:
    """The head of a table stands again on each page, and is said to be its head."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shown(cell: Cell) -> str:
    return _("not stated") if cell is None else _sound(str(figure_of(cell)))


def _sound(text: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(
        char for char in text if char in "\n\t" or (ord(char) >= 32 and not 0xD800 <= ord(char) < 0xE000)
    )


def _same_bytes(data: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
