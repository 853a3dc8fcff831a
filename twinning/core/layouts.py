"""How a programme sets up a kind of report, without code: what it prints in which order, how it looks, what it adds.

A setup is data of the snapshot, under ``SETUP``, so that the files can be made again as they were.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from twinning.core.access import DomainError
from twinning.core.reports import SectionKind

SETUP = "setup"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")

MOST_LOGO_BYTES = 1024 * 1024
MOST_LOGO_PIXELS = 12_000_000
# What the cover has room for at 300 dots an inch; more would only make the snapshot heavier.
LOGO_BOX = (800, 360)
_MOST_KEPT = 400 * 1024
_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as it stands in a snapshot: ``data`` is base64 of the file whose hash is ``sha256``."""

    sha256: str
    media_type: str
    width: int
    height: int
    alt: str
    data: str

    @property
    def uri(self) -> str:
        return f"data:{self.media_type};base64,{self.data}"

    @property
    def content(self) -> bytes:
        return base64.b64decode(self.data)


@dataclass(frozen=True, slots=True)
class Layout:
    """``order``: anchors of sections, perhaps not of all; ``accent``: #rrggbb, "" for our own."""

    order: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    accent: str = ""
    subtitle: str = ""
    shows_qr: bool = True
    logo: Logo | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A text that a programme adds to a section; ``period`` is the title of what it is about, "" for any time."""

    period: str
    text: str


@dataclass(frozen=True, slots=True)
class Setup:
    layout: Layout = field(default_factory=Layout)
    texts: Mapping[str, Sequence[Told]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        layout, logo = self.layout, self.layout.logo
        return {
            "layout": {
                "order": list(layout.order),
                "left_out": sorted(layout.left_out),
                "accent": layout.accent,
                "subtitle": layout.subtitle,
                "shows_qr": layout.shows_qr,
                "logo": {name: getattr(logo, name) for name in Logo.__slots__} if logo else None,
            },
            "texts": {
                anchor: [{"period": one.period, "text": one.text} for one in told]
                for anchor, told in self.texts.items()
            },
        }


def setup_of(snapshot: Mapping[str, Any]) -> Setup:
    """The setup that a snapshot was taken with; a programme that changed nothing has none in it."""
    found = snapshot.get(SETUP)
    if not found:
        return Setup()
    own = found["layout"]
    layout = Layout(
        tuple(own["order"]),
        frozenset(own["left_out"]),
        own["accent"],
        own["subtitle"],
        own["shows_qr"],
        Logo(**own["logo"]) if own["logo"] else None,
    )
    return Setup(layout, {anchor: [Told(**one) for one in told] for anchor, told in found["texts"].items()})


def whole_order(kinds: Sequence[SectionKind], order: Iterable[str]) -> list[str]:
    """All anchors of a kind of report: as ``order`` has them, and what it does not name after its own forerunner.

    So a section that a later edition brings stands where that edition has it, whatever was arranged before.
    """
    declared = [kind.anchor for kind in kinds]
    found = [anchor for anchor in dict.fromkeys(order) if anchor in declared]
    for place, anchor in enumerate(declared):
        if anchor not in found:
            before = found.index(declared[place - 1]) + 1 if place else 0
            found.insert(before, anchor)
    return found


# What is let in --------------------------------------------------------------------------------------------


def contrast_on_white(colour: str) -> float:
    """The contrast of ``#rrggbb`` with white, 1 to 21, as WCAG 2.2 measures it."""
    linear = []
    for at in (1, 3, 5):
        part = int(colour[at : at + 2], 16) / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def read_accent(typed: str) -> str:
    """A colour as ``#rrggbb``; "" for none. Raises DomainError at ``accent`` for one that is hard to read on white."""
    colour = typed.strip().lower()
    if not colour:
        return ""
    colour = colour if colour.startswith("#") else f"#{colour}"
    if not _COLOUR.match(colour):
        raise _refused("accent", _("Write the colour as # and six digits from 0 to f, such as #0b5a6b."))
    ratio = contrast_on_white(colour)
    if ratio < LEAST_CONTRAST:
        # Cut, not rounded: 4.496 must not read as 4.5.
        message = _(
            "Against white this colour has a contrast of %(ratio)s to 1; text needs 4.5 to 1. Take a darker one."
        )
        raise _refused("accent", message % {"ratio": f"{int(ratio * 100) / 100:.2f}"})
    return colour


def read_logo(data: bytes, alt: str) -> Logo:
    """A logo as it is kept: the picture alone, without what a camera or program wrote beside it, and not too large.

    Raises DomainError at ``logo`` for what is too large, or no PNG or JPEG.
    """
    if len(data) > MOST_LOGO_BYTES:
        raise _refused("logo", _("The logo is larger than 1 MB. Make it smaller and try again."))
    kept, name, size = _encoded(data)
    if len(kept) > _MOST_KEPT:
        raise _refused("logo", _("This picture has too much detail for a logo. Take a plainer one."))
    return _as_logo(kept, name, size, alt)


def kept_logo(data: bytes, alt: str) -> Logo:
    """A logo that ``read_logo`` let in before, from its file."""
    with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as picture:
        return _as_logo(data, str(picture.format), picture.size, alt)


def _as_logo(data: bytes, name: str, size: tuple[int, int], alt: str) -> Logo:
    return Logo(hashlib.sha256(data).hexdigest(), _FORMATS[name], *size, alt, base64.b64encode(data).decode())


def _encoded(data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """(bytes, PNG or JPEG, width and height) of a picture drawn anew on white."""
    try:
        with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as source:
            if source.width * source.height > MOST_LOGO_PIXELS:
                raise _refused("logo", _("The picture has too many pixels; make it smaller and try again."))
            name = str(source.format)
            upright = ImageOps.exif_transpose(source).convert("RGBA")
    except DomainError:
        raise
    except Exception as error:  # a reader of pictures raises whatever a broken file, or its EXIF, leads it to
        raise _refused("logo", _("This is not a PNG or JPEG picture.")) from error
    upright.thumbnail(LOGO_BOX)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright)
    out = io.BytesIO()
    flat.save(out, name, **({"quality": 90} if name == "JPEG" else {"optimize": True}))
    return out.getvalue(), name, flat.size


def _refused(field_name: str, message: str) -> DomainError:
    return DomainError(message, code=f"bad_{field_name}", fields={field_name: [message]})
