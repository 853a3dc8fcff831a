"""What every kind of file of filled forms is read into, and how much of one is read at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diagnostics.rules.xlsform import VERSION
from twinning.core.tabular import Archive, Limits

# As many as can be written in one transaction without keeping other people from writing for long.
MOST_RETURNS = 500
MOST_TEXT = 60 * 1024**2  # bytes of one table or JSON, unpacked
LIMITS = Limits(
    rows=50_000,
    columns=10_000,
    cells=3_000_000,
    entries=20_000,
    declared=400 * 1024**2,
    inflated=300 * 1024**2,
)
# What a form is known by, the id that outlives its corrections first; and where it says its version.
IDENTS = (
    "meta/rootUuid",
    "meta-rootUuid",
    "KEY",
    "_uuid",
    "meta/instanceID",
    "meta-instanceID",
    "instanceID",
)
_VERSIONS = ("FormVersion", "__version__", "_version_", "version")

Cells = Mapping[str, str]  # what stands under which head, blank cells left out


@dataclass(slots=True)
class Returned:
    """A filled form as a file gives it, before anybody knows to which version of which questionnaire it belongs.

    ``place``: its row in the file, or its number. ``ident``: the id that the other system gave it, "" for none.
    ``says``: what it says of its version. ``rows``: {what the file calls a repeated group: its rows}.
    """

    place: int
    ident: str
    says: str
    values: Cells
    rows: dict[str, list[Cells]] = field(default_factory=dict)


def returned(place: int, values: Cells) -> Returned:
    """A filled form with its id and version, its repeated groups to come."""
    ident = next((values[name] for name in IDENTS if values.get(name)), "")
    marks = [text for head, text in values.items() if head.endswith(VERSION)]
    says = next(iter([*marks, *(values[name] for name in _VERSIONS if values.get(name))]), "")
    return Returned(place, ident, says, values)


class Media:
    """The files beside the forms in a ZIP, by name; nothing is unpacked before it is asked for."""

    def __init__(self, archive: Archive | None = None, paths: tuple[str, ...] = ()) -> None:
        self._archive = archive
        self._paths: dict[str, list[str]] = {}
        for path in paths:
            self._paths.setdefault(_base(path), []).append(path)

    def find(self, name: str, ident: str) -> bytes | None:
        """A file by the name that a form gives it; of two of that name the one in the folder of the form."""
        paths = self._paths.get(_base(name), [])
        own = [path for path in paths if ident and ident.removeprefix("uuid:") in path]
        found = next(iter([*own, *paths]), None)
        if found is None or self._archive is None:
            return None
        return b"".join(self._archive.chunks(found))


def _base(path: str) -> str:
    """The name of a file as it is looked for: KoboToolbox writes spaces in it as underscores."""
    return path.rpartition("/")[2].replace(" ", "_").casefold()
