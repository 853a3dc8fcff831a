"""Sheets as people send them, and as nobody should: built here, so that the repository holds no such file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from twinning.core.tabular import write_csv, write_xlsx

ANNEX = Path(__file__).resolve().parents[3] / "twinning" / "demo" / "data" / "annex_activities.csv"
HEAD = ["No.", "Activity", "Completed"]


def annex(cluster: str = "chennai-leather") -> list[dict[str, str]]:
    with ANNEX.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["cluster"] == cluster]


def leather_rows() -> list[list[str]]:
    return [[row["number"], row["title"], row["period_text"]] for row in annex()]


def leather_xlsx(rows: Sequence[Sequence[str]] | None = None) -> bytes:
    return write_xlsx(HEAD, rows or leather_rows(), before=[["Leather Activity Status July 2011"]])


def leather_csv(rows: Sequence[Sequence[str]] | None = None) -> bytes:
    return write_csv(HEAD, rows or leather_rows())


def xlsx(build: Callable[[Any], None]) -> bytes:
    """A workbook as a spreadsheet program would keep it: dates as dates, formulas as formulas."""
    book = openpyxl.Workbook()
    build(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def excel_leather() -> bytes:
    """The leather annex after someone typed it into Excel, which makes 2007-09-01 of Sep-07."""

    def build(page: Any) -> None:
        page.append(["Leather Activity Status July 2011"])
        page.append(HEAD)
        for row in annex():
            text = row["period_text"]
            try:
                month = dt.datetime.strptime(text, "%b-%y").date()
            except ValueError:
                page.append([int(row["number"]), row["title"], int(text) if text.isdigit() else text])
                continue
            page.append([int(row["number"]), row["title"], month])
            page.cell(page.max_row, 3).number_format = "mmm-yy"

    return xlsx(build)


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_ODS_FOOT = "</office:spreadsheet></office:body></office:document-content>"


def ods(table: str, *, mimetype: str = "application/vnd.oasis.opendocument.spreadsheet") -> bytes:
    """An ODS file around the XML of its rows."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr(
            "content.xml", f'{_ODS_HEAD}<table:table table:name="Status">{table}</table:table>{_ODS_FOOT}'
        )
    return out.getvalue()


def ods_cell(text: str, attributes: str = 'office:value-type="string"') -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<table:table-cell {attributes}><text:p>{escaped}</text:p></table:table-cell>"


def ods_row(cells: Sequence[str]) -> str:
    return "<table:table-row>" + "".join(map(ods_cell, cells)) + "</table:table-row>"


def leather_ods() -> bytes:
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    rows = "".join(ods_row(row) for row in leather_rows())
    last = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return ods(blank + ods_row(HEAD) + rows + last)


def rezip(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its entries changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook of some 200 kB that unpacks to 200 MB."""

    def blow_up(entries: dict[str, bytes]) -> None:
        entries["xl/worksheets/sheet1.xml"] += b" " * (200 * 1024 * 1024)

    return rezip(leather_xlsx(), blow_up)


def blank_rows(count: int = 1_000_000, *, stray: bool = False) -> bytes:
    """One row of heads, one activity, and many rows that hold nothing but say that they are there."""

    def fill(entries: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        blank = b"".join(b'<row r="%d" spans="1:3"/>' % number for number in range(3, count + 3))
        last = b'<row r="%d"><c><v>9</v></c></row>' % (count + 3) if stray else b""
        entries[name] = entries[name].replace(b"</sheetData>", blank + last + b"</sheetData>")

    return rezip(write_xlsx(HEAD, [["1", "Workshop", "Sep-07"]]), fill)


def with_part(name: str, content: bytes = b"x", *, types: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """The leather workbook with one more part, and perhaps another content type."""

    def add(entries: dict[str, bytes]) -> None:
        entries[name] = content
        if types[0]:
            entries["[Content_Types].xml"] = entries["[Content_Types].xml"].replace(*types)

    return rezip(leather_xlsx(), add)


def with_entities() -> bytes:
    """A workbook whose shared texts grow when their entities are resolved."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

    def poison(entries: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        body = entries[name].split(b"?>", 1)[1]
        entries[name] = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]>'.encode() + body

    return rezip(leather_xlsx(), poison)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
