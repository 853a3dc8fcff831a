"""The files of a report that is a ``Document``: page, paper, Word file and workbook, all from its snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from twinning.core.documents import Document, arranged, body_of, paper_of, sheets_of
from twinning.core.docx import write_docx
from twinning.core.layouts import setup_of
from twinning.core.pdf import Embedded, html_to_pdf
from twinning.core.reports import Imprint, SectionKind, canonical

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Writer(Protocol):
    """Turns a snapshot into a document in the active language; ``inked``: pictures in plain colours."""

    def __call__(self, data: Any, imprint: Imprint, *, inked: bool) -> Document: ...


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """What a ``ReportKind`` is given of a document.

    ``sections`` are those that ``document_of`` may write; empty where they follow from the records. What the programme
    arranged and added stands in the snapshot and is applied here, whatever file it becomes.
    ``table`` makes the CSV that is inside the PDF beside the snapshot, under ``table_name``; ``table_words`` say in
    the reader's language what it is.
    """

    document_of: Writer
    table: Callable[[dict[str, Any]], bytes]
    table_name: str
    table_words: StrOrPromise
    sections: tuple[SectionKind, ...] = ()

    def document(self, data: dict[str, Any], imprint: Imprint, *, inked: bool) -> Document:
        """The report as the programme set it up, in the active language."""
        return arranged(self.document_of(data, imprint, inked=inked), self.sections, setup_of(data))

    def html(self, data: dict[str, Any], imprint: Imprint) -> str:
        with translation.override(imprint.language):
            return body_of(self.document(data, imprint, inked=False), imprint)

    def paper_html(self, data: dict[str, Any], imprint: Imprint) -> str:
        """The whole document that is set as a PDF."""
        with translation.override(imprint.language):
            return paper_of(self.document(data, imprint, inked=True), imprint)

    def pdf(self, data: dict[str, Any], imprint: Imprint) -> bytes:
        with translation.override(imprint.language):
            as_table, as_records = str(self.table_words), _("The records behind this report")
        embedded = [
            Embedded(self.table_name, self.table(data), "text/csv", as_table),
            Embedded("snapshot.json", canonical(data), "application/json", as_records),
        ]
        return html_to_pdf(self.paper_html(data, imprint), made_at=imprint.made_at, attachments=embedded)

    def docx(self, data: dict[str, Any], imprint: Imprint) -> bytes:
        with translation.override(imprint.language):
            return write_docx(self.document(data, imprint, inked=True), imprint)

    def xlsx(self, data: dict[str, Any], imprint: Imprint) -> bytes:
        with translation.override(imprint.language):
            return sheets_of(self.document(data, imprint, inked=True), imprint)
