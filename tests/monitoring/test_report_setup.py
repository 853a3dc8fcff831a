"""The sections that a document declares, in every language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from diagnostics.reports import DIAGNOSTIC_STUDY
from monitoring.reports import EVALUATION, PORTFOLIO, RESULTS
from monitoring.reports.files import imprint_of
from tests.monitoring.reporting import ask, work
from tests.monitoring.results import tables
from twinning.core.layouts import whole_order
from twinning.core.reports import SectionKind, kinds


def test_every_document_writes_the_sections_that_its_kind_declares(world: Any) -> None:
    tables(world)
    for kind in (RESULTS, PORTFOLIO):
        report = work(ask(world, kind=kind.slug))
        html = kind.html(report.snapshot, imprint_of(report))
        declared = [one.anchor for one in kind.sections or ()]
        found = [part.split('"')[0] for part in html.split('<section id="')[1:]]
        assert found
        assert found == [anchor for anchor in declared if anchor in found]
    for kind in (one for one in kinds() if one.sections):
        anchors = [one.anchor for one in kind.sections or ()]
        assert len(anchors) == len(set(anchors))
        assert any(one.required for one in kind.sections or ())
    assert {one.slug for one in kinds() if one.is_document} == {
        "diagnostic-study",
        "evaluation",
        "portfolio",
        "results",
    }
    assert DIAGNOSTIC_STUDY.sections == ()


@pytest.mark.parametrize("language", ["fr", "it", "es"])
def test_declared_headings_are_said_in_every_language(language: str) -> None:
    for kind in (RESULTS, PORTFOLIO, EVALUATION):
        with translation.override("en"):
            plain = [str(one.heading) for one in kind.sections or ()]
        with translation.override(language):
            said = [str(one.heading) for one in kind.sections or ()]
        assert all(said)
        same = {one for one, other in zip(plain, said, strict=True) if one == other}
        assert len(same) <= 1, same


def test_sections_of_a_later_edition_follow_their_forerunner() -> None:
    known = [SectionKind(name, name) for name in "abcd"]
    assert whole_order(known, []) == ["a", "b", "c", "d"]
    assert whole_order(known, ["d", "a"]) == ["d", "a", "b", "c"]
    assert whole_order(known, ["c", "gone", "c", "b"]) == ["a", "c", "d", "b"]
