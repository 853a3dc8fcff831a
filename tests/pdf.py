"""Reads a PDF the way a screen reader does: by its structure tree, not by where ink lies on the page."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pdfplumber
import pikepdf


@dataclass(frozen=True)
class Cell:
    """The lines of a cell as they were set. A line ends at a space, which is not set, or after a hyphen."""

    lines: tuple[str, ...]

    def says(self, text: str) -> bool:
        """Whether the lines joined are the text, each break standing for one space or none."""
        rest = text
        for line in self.lines:
            if not rest.startswith(line):
                rest = rest.removeprefix(" ")
            if not rest.startswith(line):
                return False
            rest = rest[len(line) :]
        return not rest.strip()


@dataclass(frozen=True)
class Font:
    name: str
    is_embedded: bool


class Paper:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pdf = pikepdf.open(io.BytesIO(data))

    # Structure --------------------------------------------------------------------------------------------

    def _walk(self, element: Any) -> Iterator[Any]:
        yield element
        for kid in self._kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from self._walk(kid)

    @staticmethod
    def _kids(element: Any) -> list[Any]:
        kids = element.get("/K", [])
        return list(kids) if isinstance(kids, pikepdf.Array) else [kids]

    @property
    def _root(self) -> Any:
        return self.pdf.Root.StructTreeRoot.K[0]

    def elements(self, tag: str) -> list[Any]:
        return [element for element in self._walk(self._root) if str(element.S) == f"/{tag}"]

    @cached_property
    def _page_numbers(self) -> dict[Any, int]:
        return {page.objgen: index for index, page in enumerate(self.pdf.pages)}

    @cached_property
    def _marked(self) -> list[dict[int, str]]:
        """For each page the text of each marked content, in the order of the stream."""
        found = []
        with pdfplumber.open(io.BytesIO(self.data)) as reader:
            for page in reader.pages:
                texts: dict[int, str] = defaultdict(str)
                for char in page.chars:
                    if char["mcid"] is not None:
                        texts[char["mcid"]] += char["text"]
                found.append(dict(texts))
                page.close()
        return found

    def lines(self, element: Any) -> list[str]:
        """The pieces of text under an element, in reading order."""
        found = []
        page = self._page_numbers[element.Pg.objgen] if "/Pg" in element else None
        for kid in self._kids(element):
            if isinstance(kid, int):
                assert page is not None
                if text := self._marked[page].get(kid, ""):
                    found.append(text)
            elif "/S" in kid:
                found += self.lines(kid)
        return found

    def text(self, element: Any) -> str:
        return " ".join(" ".join(self.lines(element)).split())

    def headings(self, level: int) -> list[str]:
        return [self.text(element) for element in self.elements(f"H{level}")]

    def tables_under_headings(self) -> list[tuple[str, list[list[Cell]]]]:
        """(heading before it, rows) of each table. The pieces of one table on several pages are put together
        again, without the heads that are repeated."""
        found: list[tuple[str, list[list[Cell]]]] = []
        heading, is_next = "", False
        for element in self._walk(self._root):
            if element.S in ("/H1", "/H2", "/H3"):
                heading, is_next = self.text(element), False
            elif element.S == "/Table":
                rows = [
                    [Cell(tuple(self.lines(cell))) for cell in self._kids(row)]
                    for row in self._walk(element)
                    if row.S == "/TR"
                ]
                if not rows:
                    continue  # a caption that the page ended after
                if is_next and rows[0] == found[-1][1][0]:
                    found[-1][1].extend(rows[1:])
                else:
                    found.append((heading, rows))
                is_next = True
        return found

    def tables(self) -> list[list[list[str]]]:
        """Each table as rows of texts."""
        return [
            [[" ".join(cell.lines) for cell in row] for row in rows]
            for _heading, rows in self.tables_under_headings()
        ]

    # Fonts ------------------------------------------------------------------------------------------------

    def fonts(self) -> set[Font]:
        found = set()
        for page in self.pdf.pages:
            for font in page.resources.get("/Font", {}).values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                descriptor = inner.FontDescriptor
                files = ("/FontFile", "/FontFile2", "/FontFile3")
                found.add(Font(str(font.BaseFont), any(name in descriptor for name in files)))
        return found
