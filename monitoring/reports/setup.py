"""The snapshot of a report with what its programme set up: the one way in which reports are taken."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from monitoring.queries.setup import setup_for
from twinning.core.layouts import SETUP, Setup
from twinning.core.reports import ReportKind, ReportRequest, steady_view


def take(kind: ReportKind, request: ReportRequest, language: str) -> dict[str, Any]:
    """The snapshot, in the words of ``language``, with layout and texts where the kind is a document and has some."""
    with steady_view(), translation.override(language):
        snapshot = kind.take(request)
        setup = setup_for(kind, request, language) if kind.is_document else Setup()
    return snapshot if setup == Setup() else {**snapshot, SETUP: setup.as_json()}
