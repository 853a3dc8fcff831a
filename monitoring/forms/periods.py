from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from monitoring.queries.entering import Locked


class PeriodSelect(forms.Select):
    """Periods, of which those that take no value say why; ``locks`` by id of the period.

    Where ``is_strict`` they cannot be chosen.
    """

    locks: Mapping[int, Locked] = {}
    is_strict = True

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        lock = self.locks.get(getattr(option["value"], "value", None) or 0)
        if lock is not None:
            option["label"] = f"{option['label']} – {lock.why}"
            if self.is_strict and lock.everywhere and not option["selected"]:
                option["attrs"]["disabled"] = True
        return option
