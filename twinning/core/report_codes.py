"""The code by which a copy of a report is looked up: made, read as people type it, drawn for a camera.

Twelve characters of Crockford's base32, which has no I, L, O or U: 60 bits that nobody guesses, short enough to type.
"""

from __future__ import annotations

import io
import re
import secrets

import segno
from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")
_DOTS = 8  # of a PNG for each unit of the code


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in whatever case and grouping, O for 0 and I or L for 1; None if it is none."""
    plain = re.sub(r"[^0-9A-Za-z]", "", typed).upper().translate(_MISREAD)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """As it is printed: K7QM-2XWD-9RTA."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def address_of(code: str) -> str:
    """Where everybody may look the report up."""
    return f"{settings.SITE_URL.rstrip('/')}/verify/{grouped(code)}"


def _drawn(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)


def qr_svg_uri(text: str) -> str:
    """A QR code as ``data:`` address of an SVG, dark on nothing, with the quiet zone that cameras need."""
    return _drawn(text).svg_data_uri(omitsize=True, encode_minimal=False)


def qr_png(text: str) -> bytes:
    """The same as PNG, for files that take no SVG."""
    out = io.BytesIO()
    _drawn(text).save(out, kind="png", scale=_DOTS)
    return out.getvalue()
