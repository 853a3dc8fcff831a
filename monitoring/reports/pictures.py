"""How the pictures of a report are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from twinning.core.charts.svg import Look

WIDTH = 720
FONTS = "Noto Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Drawing:
    """``inked``: in plain colours, for files that know no variables."""

    language: str
    inked: bool

    def look(self, title: str, ident: str) -> Look:
        return {
            "language": self.language,
            "width": WIDTH,
            "title": title,
            "description": _("The table beside it says the same."),
            "ident": ident,
            "inked": self.inked,
            "font": FONTS if self.inked else "",
        }
