"""Reading CSV: which encoding and which delimiter, and nothing that a spreadsheet would make of its cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from functools import partial

import charset_normalizer
from django.utils.translation import gettext as _

from twinning.core.tabular.model import (
    EMPTY,
    Cell,
    Collector,
    Kind,
    Limits,
    Sheet,
    Table,
    UnfitSheet,
    Workbook,
)

# What a person may choose when our guess is wrong, in the order in which guesses are preferred.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows 1252 (Western Europe)",
    "cp1250": "Windows 1250 (Central Europe)",
    "cp1251": "Windows 1251 (Cyrillic)",
    "cp1253": "Windows 1253 (Greek)",
    "cp1254": "Windows 1254 (Turkish)",
    "cp1256": "Windows 1256 (Arabic)",
    "cp949": "Korean (CP949)",
    "gb18030": "Chinese (GB 18030)",
    "cp932": "Japanese (CP932)",
    "mac_roman": "Mac Roman",
}
DELIMITERS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ’‘“”„–—…•°ºª€£§©®«»¿¡·´\xa0")
_SAMPLE = 64 * 1024
_LONGEST_FIELD = 1_000_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1b]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"([,;\t|])')
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def open_text(data: bytes, limits: Limits, *, encoding: str = "") -> Workbook:
    """The one table of a CSV file. ``encoding`` overrides the guess. Raises UnfitSheet."""
    if len(data) > limits.inflated:
        raise UnfitSheet(_("The file is too large. Split it and import the parts one after another."))
    found = encoding or guess_encoding(data)
    try:
        text = data.decode(found).removeprefix("\ufeff")
    except (UnicodeError, LookupError) as error:
        raise UnfitSheet(
            _("The file is not written in %(encoding)s. Choose another encoding, or save it as UTF-8.")
            % {"encoding": ENCODINGS.get(found, found)}
        ) from error
    sample = text[:_SAMPLE]
    if not sample.strip():
        raise UnfitSheet(_("The file is empty."))
    # What says of itself that it is text is believed, unless it has zero bytes as no text has.
    control = 0 if data.startswith(tuple(_BOMS)) else len(_CONTROL.findall(sample))
    if "\x00" in sample or control > len(sample) // 200:
        raise UnfitSheet(
            _("This is not a table of text. Files of the kinds XLSX, ODS and CSV can be imported.")
        )
    if sample.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml", "{\\rtf")):
        raise UnfitSheet(
            _("This is a web page or a document, not a sheet. Save it as .xlsx and import that.")
        )
    text, delimiter = _delimiter_line(text)
    delimiter = delimiter or guess_delimiter(text[:_SAMPLE])
    sheet = Sheet(name="", hidden=False, reader=partial(_read, text, delimiter, limits))
    return Workbook(kind="csv", sheets=[sheet], encoding=found, delimiter=delimiter)


def guess_encoding(data: bytes) -> str:
    """A codec that decodes all of the file: by its mark, else UTF-8, else what its letters make likely."""
    for mark, name in _BOMS.items():
        if data.startswith(mark):
            return name
    if _looks_like_utf16(data):
        return "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
    if _decodes(data, "utf-8"):
        return "utf-8"
    sample = _lines_with_letters(data)
    if _looks_western(sample) and _decodes(data, "cp1252"):
        return "cp1252"
    candidates = [name for name in ENCODINGS if name not in ("utf-8", "utf-16")]
    best = charset_normalizer.from_bytes(sample, cp_isolation=candidates, threshold=0.3).best()
    western = best is None or "cp1252" in (best.encoding, *best.could_be_from_charset)
    if best is not None and not western and _decodes(data, best.encoding):
        return best.encoding
    # Short Western texts look alike in many encodings; this one is by far the most common of them.
    for name in ("cp1252", best.encoding if best else "cp1252", "mac_roman"):
        if _decodes(data, name):
            return name
    raise UnfitSheet(_("The encoding of this file is not known. Save it as UTF-8 and try again."))


def _looks_like_utf16(data: bytes) -> bool:
    sample = data[:4000]
    if len(sample) < 4 or b"\x00" not in sample:
        return False
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return max(even, odd) > len(sample) // 5 and min(even, odd) == 0


def _looks_western(sample: bytes) -> bool:
    """Whether it reads as a Western language: a few accented letters among many plain ones."""
    try:
        text = sample.decode("cp1252")
    except UnicodeError:
        return False
    special = [c for c in text if not c.isascii()]
    return len(special) * 4 < len(text) and _WESTERN.issuperset(special)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _lines_with_letters(data: bytes) -> bytes:
    """The lines that say something about the encoding: those with bytes beyond ASCII."""
    lines = [line for line in data[: 4 * _SAMPLE].splitlines() if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE] or data[:_SAMPLE]


def _delimiter_line(text: str) -> tuple[str, str]:
    """Some spreadsheets write "sep=;" as a first line, which is no row."""
    match = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    if match and match[1] in DELIMITERS:
        return text[match.end() :], match[1]
    return text, ""


def guess_delimiter(sample: str) -> str:
    """The delimiter that cuts most of the first rows into the same number of cells, more than one."""
    # Where the first cell is quoted, what stands behind it cannot be part of a text.
    if quoted := _QUOTED.match(sample):
        return quoted[1]
    best, score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [
                row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)
            ]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows[:200] if len(row) > 1)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        found = count / max(1, len(rows[:200])) * min(width, 20) ** 0.5
        if found > score:
            best, score = delimiter, found
    return best


def unescape(text: str) -> str:
    """The inverse of ``writing.escape``."""
    return text[1:] if _ESCAPED.match(text) else text


def _read(text: str, delimiter: str, limits: Limits, limit: int | None) -> Table:
    collector = Collector(limits, limit)
    csv.field_size_limit(_LONGEST_FIELD)
    stopped = 0
    try:
        for number, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if stopped or collector.too_blank(number):
                stopped = stopped or number
                if any(field.strip() for field in fields):
                    collector.stopped_below(number, more=True)
                    break
                continue
            cells = [_cell(field) for field in fields]
            while cells and cells[-1].kind is Kind.BLANK:
                cells.pop()
            if cells:
                collector.add(number, cells)
                if collector.full:
                    break
    except csv.Error as error:
        raise UnfitSheet(
            _("The file cannot be cut into cells: a quotation mark that was opened is not closed.")
        ) from error
    return collector.table


def _cell(field: str) -> Cell:
    if not field.strip():
        return EMPTY
    text = unescape(field)
    if len(text) < 16 and _NUMBER.fullmatch(text):
        return Cell(text, Kind.NUMBER, "", float(text))
    return Cell(text, Kind.TEXT)
