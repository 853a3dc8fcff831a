"""Filters of report templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from twinning.core.scripts import direction, marked
from twinning.core.templatetags.ui import figure

register = template.Library()


@register.filter(name="marked")
def marked_filter(text: Any) -> SafeString:
    """Text of unknown language, each script with its ``lang``, which brings a face that has its letters.

    What is HTML already, such as "not stated", stays as it is.
    """
    return SafeString(conditional_escape(text)) if isinstance(text, SafeString) else marked(str(text))


@register.filter(name="direction")
def direction_filter(text: Any) -> str:
    return direction(str(text))


@register.filter
def at(items: Sequence[Any], place: int) -> Any:
    return items[place]


@register.filter
def figure_of(value: Any) -> Any:
    """A number as the report's language writes it; a text as it stands, even where it looks like a number."""
    return figure(value) if isinstance(value, int | Decimal) else value
