from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from twinning.core.access import DomainError


def same_programme(programme_id: int, **named: Any) -> None:
    """Raise DomainError at the field whose record belongs to another programme."""
    for name, obj in named.items():
        if obj is not None and obj.history_programme_id != programme_id:
            raise DomainError(
                _("This record belongs to another programme."),
                code="other_programme",
                fields={name: [_("This record belongs to another programme.")]},
            )
