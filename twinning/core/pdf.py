"""HTML to PDF: the only place that knows WeasyPrint.

The result is tagged (PDF/UA-1) and archivable (PDF/A-3a), and the same input gives the same bytes: every date
in the file is ``made_at``, and its identifier is computed from its content.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import mimetypes
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydyf
import pypdfium2
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from twinning.core.memory import rare_collections

# Says that the file follows PDF/UA-1. PDF/A lets a file say only what its own schema knows or what the file
# explains, hence the explanation.
_UA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


_LINK = re.compile(r'<link rel="stylesheet" href="static:([^"]+)">')


class Unservable(Exception):
    """A document asked for something that is neither a static file of ours nor in the document itself."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a PDF. ``relationship`` is its AFRelationship: Data, Source, Supplement, Alternative."""

    name: str
    data: bytes
    media_type: str
    description: str = ""
    relationship: str = "Data"


class OwnFiles(URLFetcher):
    """Serves ``static:css/report.css`` and ``data:`` addresses. There is no network and no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        scheme, _, name = url.partition(":")
        try:
            path = finders.find(name) if scheme == "static" else None
        except SuspiciousFileOperation:
            path = None
        if not path:
            # A report without its stylesheet is not a report, so this ends the work instead of being logged.
            raise FatalURLFetchingError(f"Nothing is served at {url[:200]}")
        with open(str(path), "rb") as file:
            body = file.read()
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body, {"Content-Type": media_type})


def html_to_pdf(html: str, *, made_at: dt.datetime, attachments: Sequence[Embedded] = ()) -> bytes:
    """A whole HTML document, with ``lang`` and ``<title>``, as a PDF file.

    Raises Unservable when the document asks for anything but ``static:`` and ``data:`` addresses, ValueError
    when it has no language or title, which a reader of the file could not do without.
    """
    stamp = made_at.astimezone(dt.UTC).replace(microsecond=0)
    fetcher = OwnFiles()
    try:
        with rare_collections():
            bare, sheets = _with_read_sheets(html)
            document = HTML(string=bare, base_url="static:", url_fetcher=fetcher).render(
                pdf_variant="pdf/a-3a", stylesheets=sheets
            )
            about = document.metadata
            if not about.lang or not about.title:
                raise ValueError("A PDF needs a language and a title")
            about.created = about.modified = stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
            data: bytes = document.write_pdf(
                pdf_variant="pdf/a-3a",
                finisher=_finish,
                attachments=[
                    Attachment(
                        string=part.data,
                        base_url="static:",
                        url_fetcher=fetcher,
                        name=part.name,
                        description=part.description,
                        created=stamp,
                        modified=stamp,
                        relationship=part.relationship,
                    )
                    for part in sorted(attachments, key=lambda part: part.name)
                ],
            )
    except FatalURLFetchingError as error:
        raise Unservable(str(error)) from error
    return data


def _with_read_sheets(html: str) -> tuple[str, list[CSS]]:
    """The document without the links to stylesheets that were read before, and these: an eighth of a short report is
    spent on reading them. A style of the document's own comes after them, as it does after links."""
    sheets: list[CSS] = []

    def read(link: re.Match[str]) -> str:
        path = finders.find(link[1])
        sheet = _read_sheet(str(path), os.stat(path).st_mtime_ns) if isinstance(path, str) else None
        if sheet is None:
            return link[0]
        sheets.append(sheet)
        return ""

    return _LINK.sub(read, html), sheets


@lru_cache(maxsize=16)
def _read_sheet(path: str, changed: int) -> CSS | None:
    """None for a sheet of which something is read into each document: a font or a way of counting."""
    text = Path(path).read_text()
    if "@font-face" in text or "@counter-style" in text or "url(" in text:
        return None
    return CSS(string=text, base_url="static:", url_fetcher=OwnFiles())


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    _say_where_links_go(document)
    _say_what_heads_head(pdf)
    if "AF" in pdf.catalog:
        # WeasyPrint names each file twice, once from the name tree and once from the list of objects.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata":
            item.stream[0] = item.stream[0].replace(b"</rdf:RDF>", _UA)


def _say_where_links_go(document: Document) -> None:
    """A link is announced by its words, not by the internal name of its target."""
    for page in document.pages:
        for _kind, _target, _rectangle, box in page.links:
            if box.link_annotation:
                words = " ".join("".join(box.element.itertext()).split())
                label = box.element.get("aria-label") or words
                if label:
                    box.link_annotation["Contents"] = pydyf.String(label)


def _say_what_heads_head(pdf: pydyf.PDF) -> None:
    """Give every head of a table its scope, which readers understand better than lists of identifiers."""
    by_number = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    for item in by_number.values():
        if item.get("S") == "/TH":
            row = by_number[item["P"]]
            in_head = by_number[row["P"]].get("S") == "/THead"
            item["A"]["Scope"] = "/Column" if in_head else "/Row"


def picture_png(svg: str, *, scale: float = 2.0) -> bytes:
    """A picture of ``core.charts`` (drawn with ``inked``) as PNG, for files that take no SVG."""
    page = (
        "<!DOCTYPE html><html lang='en'><head><title>-</title><style>@page{size:%dpx %dpx;margin:0}"
        "body{margin:0;font-family:'Noto Sans','DejaVu Sans',sans-serif}svg{display:block}</style></head>"
        "<body>%s</body></html>"
    )
    width, height = _size_of(svg)
    with rare_collections():
        data = HTML(
            string=page % (width, height, svg), base_url="static:", url_fetcher=OwnFiles()
        ).write_pdf()
    document = pypdfium2.PdfDocument(data)
    try:
        # A pixel of a page is three quarters of a point, which is what PDFium counts in.
        image = document[0].render(scale=scale * 4 / 3).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _size_of(svg: str) -> tuple[int, int]:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("A picture says how large it is")
    return math.ceil(float(found[1])), math.ceil(float(found[2]))
