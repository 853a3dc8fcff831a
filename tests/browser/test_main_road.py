"""From a printed sheet to a status report: what the product is for, done as a manager does it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, SignIn, Site, running
from tests.pdf import Paper

pytestmark = pytest.mark.browser

ANNEX = ROOT / "twinning" / "demo" / "data" / "annex_activities.csv"
HEADS = ["#", "Activity", "Completion Month"]


def _ignored(folder: str, names: list[str]) -> set[str]:
    """What a clone would not have: data, libraries, caches."""
    own = {".git", ".venv", "var"} if Path(folder) == ROOT else set()
    return {name for name in names if name in own or name.endswith("_cache") or name == "__pycache__"}


def clean_clone(folder: Path) -> None:
    """The files that belong to the project, as a clone has them; only the installed libraries are lent."""
    shutil.copytree(ROOT, folder, dirs_exist_ok=True, ignore=_ignored)
    (folder / ".venv").symlink_to(ROOT / ".venv")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """``make run`` in a clean clone, as a newcomer does it, until the module is over."""
    folder = tmp_path_factory.mktemp("clone")
    clean_clone(folder)
    with running(folder, ["make", "run"], folder) as found:
        yield found


def leather() -> list[list[str]]:
    """Number, title and date of the 33 rows of the first annex, as printed."""
    with ANNEX.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["cluster"] == "chennai-leather"]
    return [[row["number"], row["title"], row["period_text"]] for row in rows]


def sheet(path: Path, rows: list[list[str]]) -> Path:
    """The annex as a workbook, in the shape in which a programme office keeps it."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Status")
        page.write(0, 0, "Leather Activity Status July 2011")
        page.write_row(2, 0, HEADS)
        for index, (number, title, period) in enumerate(rows):
            page.write_number(3 + index, 0, int(number))
            page.write_string(3 + index, 1, title)
            page.write_string(3 + index, 2, period)
    return path


def figures(page: Page) -> dict[str, str]:
    """The figures on top of an import, by their words."""
    names = page.locator("dl.figures dt").all_inner_texts()
    return dict(zip(names, page.locator("dl.figures dd").all_inner_texts(), strict=True))


def upload(page: Page, programme: str, cluster: str, file: Path) -> None:
    page.goto(f"/p/{programme}/imports/new")
    page.select_option("select[name=cluster]", label=cluster)
    page.set_input_files("input[type=file]", file)
    page.click("text=Upload and look")
    page.click("text=Try it out")
    expect(page.locator("dl.figures")).to_be_visible(timeout=30_000)


def test_from_nothing_to_the_report(
    site: Site, sign_in_as: SignIn, tmp_path: Path, complaints: list[str]
) -> None:
    page = sign_in_as("manager")
    page.goto("/programmes/new")
    page.fill("input[name=title]", "A new programme")
    page.fill("input[name=slug]", "new-programme")
    page.fill("input[name=code]", "NEW1")
    page.click("main button.button")
    page.goto("/p/new-programme/clusters/new")
    page.fill("input[name=name]", "Leather")
    page.fill("input[name=slug]", "new-leather")
    page.fill("input[name=country]", "IN")
    page.click("main button.button")
    upload(page, "new-programme", "Leather", sheet(tmp_path / "leather.xlsx", leather()))
    assert figures(page) == {"new": "33", "changed": "0", "unchanged": "0", "refused": "0"}
    page.goto("/p/new-programme/activities")
    expect(page.locator("main")).not_to_contain_text("Firm mapping")
    page.go_back()
    page.click("text=Import into the log")
    expect(page.locator("dl.figures")).to_contain_text("logged", timeout=30_000)
    assert figures(page)["logged"] == "33"

    page.goto("/p/new-programme/reports/new")
    page.select_option("select[name=cluster]", label="Leather")
    page.fill("input[name=as_of]", "2011-07-31")
    page.click("text=Build the report")
    link = page.locator("main a", has_text=".pdf")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    saved = tmp_path / "report.pdf"
    download.value.save_as(saved)
    tables = Paper(saved.read_bytes()).tables_under_headings()
    (rows,) = [rows for _heading, rows in tables if len(rows) > len(leather())]
    for row, texts in zip(rows[1:], leather(), strict=True):
        assert all(cell.says(text) for cell, text in zip(row, texts, strict=False)), (row, texts)
    assert not complaints


def test_next_months_sheet(site: Site, sign_in_as: SignIn, tmp_path: Path) -> None:
    """The demonstration knows the 33 rows; the new sheet has one more, and one title was mended."""
    rows = leather()
    rows[3][1] = "Forged an international cooperation agreement"
    rows.append(["34", "Follow-up of cleaner technologies", "Jan-12"])
    page = sign_in_as("cda.leather")
    upload(page, "tfind04a01", "Chennai leather", sheet(tmp_path / "next.xlsx", rows))
    assert figures(page) == {"new": "1", "changed": "1", "unchanged": "32", "refused": "0"}
    page.click("text=Import into the log")
    expect(page.locator("dl.figures")).to_contain_text("logged", timeout=30_000)
    page.click("text=Undo the import")
    page.click("main button.button")
    expect(page.locator("main")).to_contain_text("Taken back")
    page.goto("/p/tfind04a01/activities?q=Follow-up+of+cleaner")
    expect(page.locator("main")).not_to_contain_text("Jan-12")


def test_an_activity_is_logged_from_the_keyboard_alone(site: Site, sign_in_as: SignIn) -> None:
    page = sign_in_as("cda.leather", width=360)
    page.goto("/p/tfind04a01/activities")
    page.locator("summary", has_text="Log an activity").press("Enter")
    page.fill("[name=title]", "Visit to the effluent plant of Ranipet")
    page.fill("[name=period_text]", "3-5 March 2012")
    page.locator("[name=title]").press("Control+Enter")
    row = page.locator("tr", has_text="Visit to the effluent plant of Ranipet")
    expect(row).to_contain_text("3-5 March 2012")
