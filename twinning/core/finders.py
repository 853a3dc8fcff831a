"""Which static files are collected to be served."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

# What libraries bring for pages that are not served here.
NOT_SERVED = ("redoc", "rest_framework")


class ServedFilesFinder(AppDirectoriesFinder):
    """Leaves them out, since compressing them was half of a first start."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or ()), *NOT_SERVED])
