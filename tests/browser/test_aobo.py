"""The table of the leather jacket, typed into a form by one person, approved by another, printed by a third."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, Site
from tests.browser.phones import Phone, phone
from tests.pdf import Paper

__all__ = ["phone"]
pytestmark = pytest.mark.browser

PROGRAMME = "/p/tfind04a01"
TITLE = "Diagnostic study of an emerging cluster: Chennai leather"
PURPOSE = "To see what makers of leather jackets can learn elsewhere."
# Table 7 of the method, as printed. Its last column is one cell for all of its rows.
HEADS = (
    "Item",
    "Major issue where twinning can help",
    "Advanced cluster and relevant stakeholders",
    "Likely entry points",
)
ENTRY = (
    "5 medium, 50 small. Some most interested units: M/s A, B, C, D, E. "
    "Likely intermediary institution/BMO: M/s X, Y, Z"
)
TABLE_7 = [
    ("Raw Material", "Raw material for spot-less rectification of spots", "Chemical suppliers in Italy and Germany"),
    ("Raw Material", "Supply of goat leather", "Ethiopian suppliers"),
    ("Technology", "Appropriate usage of machinery", "Italian machinery manufacturer (ASSOMAC)"),
    ("Technology", "Appropriate processing", "Technicians from Solofra Cluster"),
    ("Skill", "Design prediction", "Italian technocrats"),
    ("Skill", "Multi-skilling", "Italian units"),
]  # fmt: skip


def test_the_leather_jacket_goes_from_the_form_to_the_paper(
    site: Site, phone: Callable[..., Phone], sign_in_as: SignIn, tmp_path: Path, complaints: list[str]
) -> None:
    cda = phone("cda.leather", width=1280)
    type_study(cda)
    hand_in(cda)
    approve(sign_in_as)
    paper = printed(sign_in_as, tmp_path / "study.pdf")

    assert PURPOSE in " ".join(paper.text(element) for element in paper.elements("P"))
    tables = [rows for _heading, rows in paper.tables_under_headings()]
    (table,) = [rows for rows in tables if rows[0][-1].says(HEADS[-1])]
    for cells, texts in zip(table, [HEADS, *[(*row, ENTRY) for row in TABLE_7]], strict=True):
        said = [cell.says(text) for cell, text in zip(cells, texts, strict=True)]
        assert all(said), (cells, texts)
    pictures = [str(figure.get("/Alt", "")) for figure in paper.elements("Figure")]
    assert any("in an advanced cluster 6" in said for said in pictures), pictures
    assert not [*complaints, *cda.complaints]


def type_study(cda: Phone) -> None:
    """Begin a blank form and answer what handing it in needs: a firm that was visited, and the whole table."""
    cda.open(f"{PROGRAMME}/diagnostics/field/diagnostic-emerging/chennai-leather")
    cda.page.fill("[name=background]", PURPOSE)
    cda.go("sample")
    firm = cda.add_row("firms", firm="M/s A", firm_size="medium")
    firm.get_by_label("Goat").check()
    cda.go("operation")
    for item, issue, stakeholders in TABLE_7:
        cda.add_row(
            "aobo",
            aobo_firms="Leather jacket",
            aobo_item=item,
            aobo_issue=issue,
            aobo_where="advanced",  # only then it is asked with whom
            aobo_stakeholders=stakeholders,
            aobo_entry=ENTRY,
        )
    cda.says("All sent")
    titles = cda.page.locator('[data-group="aobo"] .row-title')
    expect(titles).to_have_text([issue for _item, issue, _stakeholders in TABLE_7])


def hand_in(cda: Phone) -> None:
    page = cda.page
    page.get_by_label("Where this page is").get_by_role("link", name="Diagnostics").click()
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("main")).to_contain_text("waits for somebody else’s approval")


def approve(sign_in_as: SignIn) -> None:
    """The coordinator finds it on the first page, looks at it and approves it."""
    page = sign_in_as("coordinator")
    page.goto("/")
    page.locator("section", has_text="For your decision").get_by_role("link", name=TITLE).first.click()
    for row in TABLE_7:
        for text in row:
            expect(page.locator("#operation")).to_contain_text(text)
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#messages")).to_contain_text("The form was approved.")


def printed(sign_in_as: SignIn, file: Path) -> Paper:
    """The report of the study, built by a worker and downloaded by the manager."""
    page = sign_in_as("manager")
    page.goto(f"{PROGRAMME}/reports/new?kind=diagnostic-study")
    page.select_option("select[name=cluster]", label="Chennai leather")
    page.get_by_role("button", name="Build the report").click()
    link = page.locator("main a", has_text=".pdf")
    link.wait_for(timeout=120_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(file)
    return Paper(file.read_bytes())
