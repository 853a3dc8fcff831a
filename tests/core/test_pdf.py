"""A report on paper can be archived and read aloud, has its data inside, and is the same each time."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import subprocess

import pikepdf
import pytest

from tests.pdf import Paper
from twinning.core.pdf import Embedded, Unservable, html_to_pdf
from twinning.core.scripts import marked

MADE_AT = dt.datetime(2011, 8, 2, 10, 20, tzinfo=dt.UTC)
NAMES = {
    "Latin": "Nicolò Andreanini, Çorlu",
    "Devanagari": "चमड़ा समूह कार्यशाला",
    "Tamil": "தோல் கூட்டம் ஆம்பூர்",
    "Korean": "창원 기업사랑방 漢字",
    "Chinese": "皮革产业集群",
    "Japanese": "革のまち 工業会",
    "Arabic": "ورشة عمل 2011 عن الجلود",
}


def document(body: str, head: str = "<title>A report</title>", attributes: str = ' lang="en"') -> str:
    return (
        f'<!DOCTYPE html><html class="paper"{attributes}><head>{head}'
        '<link rel="stylesheet" href="static:css/tokens.css">'
        '<link rel="stylesheet" href="static:css/report.css">'
        f"</head><body>{body}</body></html>"
    )


def table(rows: dict[str, str]) -> str:
    lines = "".join(f'<tr><th scope="row">{k}</th><td>{marked(v)}</td></tr>' for k, v in rows.items())
    return (
        f'<table><thead><tr><th scope="col">Script</th><th scope="col">Name</th></tr></thead>{lines}</table>'
    )


@pytest.fixture(scope="module")
def paper() -> Paper:
    data = Embedded("names.csv", b"script,name\r\n", "text/csv", "The names as a table")
    body = f'<p><a href="#names" aria-label="the names">below</a></p><h2 id="names">Names</h2>{table(NAMES)}'
    return Paper(html_to_pdf(document(body), made_at=MADE_AT, attachments=[data]))


def test_it_says_what_it_is(paper):
    root = paper.pdf.Root
    assert root.Lang == "en"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert paper.pdf.docinfo.Title == "A report"
    assert str(paper.pdf.docinfo.CreationDate) == "D:20110802102000Z"
    with paper.pdf.open_metadata() as said:
        assert said["pdfaid:part"] == "3"
        assert said["pdfaid:conformance"] == "A"
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"] == "A report"
    (intent,) = root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3


def test_its_data_is_inside(paper):
    (file,) = paper.pdf.attachments.values()
    assert file.get_file().read_bytes() == b"script,name\r\n"
    (spec,) = paper.pdf.Root.AF
    assert spec.AFRelationship == "/Data"
    assert spec.EF.F.Subtype == "/text/csv"
    assert str(spec.Desc) == "The names as a table"


def test_every_head_says_what_it_heads(paper):
    scopes = [str(cell.A.Scope) for cell in paper.elements("TH")]
    assert scopes == ["/Column"] * 2 + ["/Row"] * len(NAMES)


def test_a_link_is_announced_by_its_words(paper):
    (link,) = [note for page in paper.pdf.pages for note in page.get("/Annots", [])]
    assert str(link.Contents) == "the names"
    assert int(link.F) & 4


def test_every_font_is_inside(paper):
    fonts = paper.fonts()
    assert len(fonts) >= 6
    assert all(font.is_embedded for font in fonts)


def boxes(caplog, text: str) -> list[str]:
    """What WeasyPrint says of letters for which it found no face."""
    caplog.clear()
    with caplog.at_level("WARNING", logger="weasyprint"):
        html_to_pdf(document(f"<h2>{marked(text)}</h2><p>{marked(text)}</p>"), made_at=MADE_AT)
    return [record.getMessage() for record in caplog.records if ".notdef" in record.getMessage()]


def test_no_letter_becomes_a_box(caplog):
    assert boxes(caplog, " ".join(NAMES.values())) == []
    # No font has letters in the private use area, so this is how a box would be noticed.
    assert boxes(caplog, "\ue123") != []


def test_each_text_can_be_taken_out_as_it_was_put_in(paper):
    (rows,) = paper.tables()
    # Arabic comes back in the order of the page, from left to right, so it is compared by its letters.
    read = dict(rows[1:])
    for script, name in NAMES.items():
        if script == "Arabic":
            assert sorted(read[script].replace(" ", "")) == sorted(name.replace(" ", ""))
        else:
            assert read[script] == name


def test_korean_is_not_set_in_japanese_shapes(paper):
    faces = {font.name for font in paper.fonts()}
    assert any("CJK-KR" in face for face in faces)
    assert any("CJK-JP" in face for face in faces)
    assert any("CJK-SC" in face for face in faces)


def test_a_checker_of_files_finds_nothing(paper, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper.data)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_same_input_gives_the_same_bytes():
    once = html_to_pdf(document(table(NAMES)), made_at=MADE_AT)
    again = html_to_pdf(document(table(NAMES)), made_at=MADE_AT)
    assert hashlib.sha256(once).digest() == hashlib.sha256(again).digest()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "file:///etc/hostname",
        "static:../manage.py",
        "static:css/none.css",
        "/x.png",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(address):
    with pytest.raises(Unservable):
        html_to_pdf(document(f'<img src="{address}" alt="x">'), made_at=MADE_AT)


def test_a_paper_needs_a_language_and_a_title():
    with pytest.raises(ValueError, match="language and a title"):
        html_to_pdf(document("<p>x</p>", attributes=""), made_at=MADE_AT)
    with pytest.raises(ValueError, match="language and a title"):
        html_to_pdf(document("<p>x</p>", head=""), made_at=MADE_AT)


def test_paper_reads_what_was_written():
    """The reader of the tests itself: a table over two pages is one table."""
    rows = {str(n): f"row {n}" for n in range(120)}
    (read,) = Paper(html_to_pdf(document(table(rows)), made_at=MADE_AT)).tables()
    assert read == [["Script", "Name"], *map(list, rows.items())]
    assert len(pikepdf.open(io.BytesIO(html_to_pdf(document(table(rows)), made_at=MADE_AT))).pages) > 1
