"""Opens what KoboToolbox and ODK hand out: JSON, CSV, XLSX, and a ZIP of these with photos."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from diagnostics.importers.returns.json_files import returns_in_json
from diagnostics.importers.returns.model import LIMITS, MOST_RETURNS, MOST_TEXT, Media, Returned
from diagnostics.importers.returns.tables import returns_in_tables, tables_of
from twinning.core.tabular import Archive, UnfitSheet, media


@dataclass(frozen=True, slots=True)
class Opened:
    """``kind``: json, csv, xlsx, or zip."""

    kind: str
    returns: list[Returned]
    media: Media = field(default_factory=Media)


def open_returns(data: bytes, filename: str = "") -> Opened:
    """The filled forms in a file. Raises UnfitSheet for what is none, is hostile, or holds too many."""
    opened = _open(data, filename)
    if not opened.returns:
        raise UnfitSheet(_("The file holds no filled form."))
    if len(opened.returns) > MOST_RETURNS:
        raise UnfitSheet(
            _("The file holds %(count)d filled forms. At most %(most)d are imported at a time: split it.")
            % {"count": len(opened.returns), "most": MOST_RETURNS}
        )
    return opened


def _open(data: bytes, filename: str) -> Opened:
    if media(data) == "zip":
        archive = Archive(data, LIMITS)
        if "[Content_Types].xml" not in archive.names and "mimetype" not in archive.names:
            return _zip(archive)
        return Opened("xlsx", returns_in_tables(tables_of(data, filename)))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return Opened("json", returns_in_json(data))
    return Opened("csv", returns_in_tables(tables_of(data, filename)))


def _zip(archive: Archive) -> Opened:
    """CSVs of ODK, JSON or a workbook of KoboToolbox; every other file is one that a form may name."""
    names = sorted(name for name in archive.names if _counts(name))
    by_kind = {
        ending: [name for name in names if name.lower().endswith(ending) and "media/" not in name]
        for ending in (".csv", ".json", ".xlsx")
    }
    used = [ending for ending, found in by_kind.items() if found]
    if len(used) != 1 or len(by_kind[".xlsx"]) > 1:
        raise UnfitSheet(
            _("A ZIP holds either CSV files, or JSON, or one workbook, and the photos beside them.")
        )
    files = [(name, _whole(archive, name)) for name in by_kind[used[0]]]
    beside = Media(archive, tuple(name for name in names if name not in by_kind[used[0]]))
    if used[0] == ".json":
        returns = [form for _name, data in files for form in returns_in_json(data)]
        for place, form in enumerate(returns, 1):
            form.place = place
        return Opened("zip", returns, beside)
    tables = [table for name, data in files for table in tables_of(data, name)]
    return Opened("zip", returns_in_tables(tables), beside)


def _counts(name: str) -> bool:
    return not name.endswith("/") and "__MACOSX/" not in name and not name.rpartition("/")[2].startswith(".")


def _whole(archive: Archive, name: str) -> bytes:
    parts, size = [], 0
    for part in archive.chunks(name):
        parts.append(part)
        size += len(part)
        if size > MOST_TEXT:
            raise UnfitSheet(_("The file is too large. Split it and import the parts one after another."))
    return b"".join(parts)
