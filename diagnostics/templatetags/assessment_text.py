"""Filters of the pages of assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from twinning.core.templatetags.ui import figure

register = template.Library()


@register.filter
def signed(value: Decimal | None) -> Any:
    """A change as a whole number with its sign: "+12", "−3", "0"; "not stated" for None."""
    if value is None:
        return figure(None)
    rounded = round(value)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{figure(abs(rounded))}"
