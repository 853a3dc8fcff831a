"""What is looked at before a file is opened: is it what we read, and is it safe to unpack."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from twinning.core.tabular.model import Limits, UnfitSheet

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_BINARY = (b"\x7fELF", b"MZ", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"SQLite format 3")
# One entry smaller than this cannot do harm, however well it is packed.
_SMALL = 10 * 1024 * 1024
_CHUNK = 1 << 16


def media(data: bytes) -> str:
    """Either "zip" or "text", told by content alone. Raises UnfitSheet for everything else that we know."""
    head = data[:8]
    if not data.strip():
        raise UnfitSheet(_("The file is empty."))
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        if _ENCRYPTED_STREAM in data:
            raise UnfitSheet(_("The workbook is protected with a password. Save it without one first."))
        raise UnfitSheet(_("This is an old Excel file (.xls). Open it, save it as .xlsx and import that."))
    if head.startswith(b"%PDF"):
        raise UnfitSheet(_("This is a PDF, not a sheet. Ask for the sheet that it was made from."))
    if head.startswith(_PICTURES) or data[:12].endswith(b"WEBP"):
        raise UnfitSheet(_("This is a picture, not a sheet, whatever its name says."))
    if head.startswith(_BINARY):
        raise UnfitSheet(_("This is not a sheet. Files of the kinds XLSX, ODS and CSV can be imported."))
    return "text"


class Archive:
    """A zip container whose promises are checked before anything is unpacked, and counted while it is."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self.read_so_far = 0
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self.zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self._broken() from error
        self.names = {entry.filename for entry in entries}
        if len(entries) > limits.entries or len(self.names) != len(entries):
            raise UnfitSheet(_("The file is not built like a workbook, so it was not unpacked."))
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise UnfitSheet(_("The file is protected with a password. Save it without one first."))
        for entry in entries:
            packed = max(entry.compress_size, 1)
            if entry.file_size > _SMALL and entry.file_size / packed > limits.ratio:
                raise self._too_large()
        if sum(entry.file_size for entry in entries) > limits.declared:
            raise self._too_large()

    @staticmethod
    def _too_large() -> UnfitSheet:
        return UnfitSheet(
            _("Unpacked, this file would be far larger than a file of its kind. Nothing of it was read.")
        )

    @staticmethod
    def _broken() -> UnfitSheet:
        return UnfitSheet(_("The file is damaged. Open it in your spreadsheet, save it again and retry."))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The entry in pieces; raises UnfitSheet when all that was unpacked becomes more than the limit."""
        try:
            with self.zip.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    self.read_so_far += len(chunk)
                    if self.read_so_far > self.limits.inflated:
                        raise self._too_large()
                    yield chunk
        except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise self._broken() from error
        except Exception as error:
            # zlib.error has no public base class of its own module's making.
            if type(error).__name__ == "error":
                raise self._broken() from error
            raise

    def text(self, name: str, most: int = 1 << 20) -> bytes:
        """A small entry as a whole, or b"" when there is none."""
        if name not in self.names:
            return b""
        found = b""
        for chunk in self.chunks(name):
            found += chunk
            if len(found) > most:
                raise self._too_large()
        return found


def parse_xml(
    chunks: Iterator[bytes],
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] | None = None,
    text: Callable[[str], Any] | None = None,
) -> Iterator[None]:
    """Feed XML to handlers; yields after each piece, so that the caller may stop.

    Names come without their namespace. A document type declaration is refused: no sheet has one, and entities
    that grow or fetch files need one.
    """
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    local: dict[str, str] = {}

    def started(name: str, attributes: dict[str, str]) -> None:
        short = local.get(name)
        if short is None:
            short = local[name] = name.rpartition("|")[2]
        start(short, attributes)

    def ended(name: str) -> None:
        end(local[name])  # type: ignore[misc]

    def refuse(*declaration: Any) -> None:
        raise UnfitSheet(_("The file declares XML entities, which no sheet needs. It was not read."))

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = refuse
    if end:
        parser.EndElementHandler = ended
    if text:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Archive._broken() from error
    yield
