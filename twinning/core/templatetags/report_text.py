"""Filters of report templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from twinning.core.scripts import direction, marked

register = template.Library()


@register.filter(name="marked")
def marked_filter(text: Any) -> SafeString:
    """Text of unknown language, each script with its ``lang``, which brings a face that has its letters."""
    return marked(str(text))


@register.filter(name="direction")
def direction_filter(text: Any) -> str:
    return direction(str(text))
