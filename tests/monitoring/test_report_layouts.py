"""How a programme lays out its reports: order, colour, logo, language, and the page for it."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from monitoring import services
from monitoring.models import Report, ReportLayout
from monitoring.queries.setup import logo_file_of
from monitoring.reports import RESULTS
from monitoring.reports.files import imprint_of
from monitoring.reports.results.files import FILES as RESULTS_FILES
from tests.monitoring.reporting import DAY, IMPRINT, ask, content, issue, lay_out, picture, results, take
from tests.monitoring.results import tables
from tests.pdf import Paper
from twinning.core.access import DomainError, PermissionRefused, StaleVersion
from twinning.core.layouts import SETUP, contrast_on_white, read_accent, read_logo, whole_order
from twinning.core.models import Attachment
from twinning.core.reports import kind_of


def headings(report: Report) -> list[str]:
    return Paper(content(report)).headings(2)


def alts(report: Report) -> list[str]:
    paper = Paper(content(report))
    return [str(element.get("/Alt", "")) for element in paper.elements("Figure")]


def test_sections_stand_in_the_order_asked_for_and_those_left_out_are_said_to_be(world: Any) -> None:
    tables(world)
    lay_out(world, order=["restatements", "results"], left_out=["chain"], subtitle="For the committee")
    report = results(world)
    found = headings(report)
    assert found.index("Restatements") < found.index("Results to date")
    assert "Results chain" not in found
    paper = Paper(content(report))
    text = " ".join(paper.text(element) for element in paper.elements("P"))
    assert "Left out of this edition: Results chain." in text
    assert "For the committee" in text
    word = docx.Document(io.BytesIO(content(report, ".docx")))
    own = [one.text for one in word.paragraphs if one.style and one.style.name == "Heading 1"]
    assert own.index("Restatements") < own.index("Results to date")
    assert "For the committee" in [one.text for one in word.paragraphs]


def test_sections_that_were_not_named_follow_in_their_usual_order_and_are_printed_so(world: Any) -> None:
    layout = lay_out(world, order=["restatements", "results"])
    usual = [one.anchor for one in kind_of("results").sections or ()]
    others = [anchor for anchor in usual if anchor not in ("restatements", "results")]
    assert layout.order == ["restatements", "results", *others]
    assert layout.order == whole_order(kind_of("results").sections or (), layout.order)
    assert lay_out(world, order=["chain"]).order == []


def test_what_keeps_a_report_honest_is_not_left_out(world: Any) -> None:
    with pytest.raises(DomainError, match="honest") as refused:
        lay_out(world, left_out=["chain", "evidence", "restatements"])
    assert "Evidence" in str(refused.value)
    assert list(refused.value.fields) == ["left_out"]
    with pytest.raises(DomainError, match="nowhere"):
        lay_out(world, order=["nowhere"])


def test_a_colour_is_dark_enough_to_be_read_or_refused_with_its_measure(world: Any) -> None:
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)
    assert read_accent(" 7A1F3D ") == "#7a1f3d"
    with pytest.raises(DomainError, match=r"contrast of 4\.47 to 1"):
        read_accent("#777777")
    with pytest.raises(DomainError, match="six digits"):
        read_accent("red; }")
    lay_out(world, accent="#7a1f3d")
    assert "--accent: #7a1f3d" in RESULTS_FILES.paper_html(take(world), IMPRINT)


def test_a_logo_is_drawn_anew_and_stands_on_the_cover_in_words(world: Any) -> None:
    tables(world)
    layout = lay_out(world, logo=picture(), logo_alt="UNIDO")
    kept = logo_file_of(layout)
    assert kept is not None
    assert kept.name == "logo.png"
    report = results(world)
    logo = report.snapshot[SETUP]["layout"]["logo"]
    assert (logo["width"], logo["height"], logo["sha256"]) == (800, 150, kept.sha256)
    assert "UNIDO" in alts(report)
    services.reset_layout(actor=world.manager, layout=layout, version=None)
    before = content(report)
    again = issue(world, report)
    assert "UNIDO" in alts(again)
    assert before != content(again)


def test_a_logo_is_bounded_and_nothing_else_than_a_picture() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at home"
    photo = read_logo(picture("JPEG", mode="RGB", exif=exif), "A")
    assert b"Taken at home" not in photo.content
    assert photo.media_type == "image/jpeg"
    refused = [
        b"",
        b"<svg/>",
        picture("GIF", (10, 10), "RGB"),
        b"\x89PNG\r\n\x1a\n",
        b"x" * (1024 * 1024 + 1),
    ]
    for data in [*refused, picture("PNG", (4000, 3001), "1")]:
        with pytest.raises(DomainError) as error:
            read_logo(data, "A")
        assert list(error.value.fields) == ["logo"]


def test_a_picture_that_is_broken_in_any_way_is_refused_beside_its_field() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Taken at home"
    whole, chance = picture("PNG", (8, 8), "RGB", exif=exif), random.Random(4)
    for _time in range(2000):
        data = bytearray(whole)
        for _byte in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(DomainError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow makes of a broken EXIF
            read_logo(bytes(data), "A")


def test_a_logo_without_words_is_refused_and_one_that_is_taken_off_needs_none(world: Any) -> None:
    with pytest.raises(DomainError) as refused:
        lay_out(world, logo=picture())
    assert list(refused.value.fields) == ["logo_alt"]
    layout = lay_out(world, logo=picture(), logo_alt="UNIDO")
    with pytest.raises(DomainError):
        lay_out(world, logo_alt="")
    assert logo_file_of(lay_out(world, without_logo=True, logo_alt="")) is None
    assert not Attachment.objects.of(layout).exists()


def test_the_qr_code_may_be_left_off_and_the_code_stays(world: Any) -> None:
    tables(world)
    lay_out(world, shows_qr=False)
    report = results(world)
    paper = Paper(content(report))
    assert not [alt for alt in alts(report) if "QR" in alt]
    assert imprint_of(report).code_shown in " ".join(paper.text(one) for one in paper.elements("P"))


def test_the_same_snapshot_gives_the_same_files(world: Any) -> None:
    tables(world)
    lay_out(world, logo=picture(), logo_alt="UNIDO", accent="#7a1f3d", order=["evidence"])
    report = results(world)
    imprint = imprint_of(report)
    for made in (RESULTS.pdf, RESULTS.docx, RESULTS.xlsx):
        assert made is not None
        assert made(report.snapshot, imprint) == made(report.snapshot, imprint)
    assert RESULTS.pdf(report.snapshot, imprint) == content(report)


def test_only_who_manages_lays_out_and_no_older_view_overwrites(world: Any) -> None:
    with pytest.raises(PermissionRefused):
        lay_out(world, actor=world.coordinator, subtitle="No.")
    layout = lay_out(world, subtitle="One.")
    lay_out(world, subtitle="Two.")
    for version in (None, layout.version):
        with pytest.raises(StaleVersion):
            lay_out(world, version=version, subtitle="Three.")


def test_the_usual_language_is_that_of_reports_that_name_none(world: Any) -> None:
    lay_out(world, language="it")
    assert (
        services.request_report(
            actor=world.manager, programme=world.programme, kind="results", as_of=DAY
        ).language
        == "it"
    )
    assert ask(world, kind="portfolio").language == "en"


# The page of the layout ------------------------------------------------------------------------------------


def layout_url(world: Any, kind: str = "results") -> str:
    return reverse("report_layout", args=[world.programme.slug, kind])


def sent_of(form: Any) -> dict[str, Any]:
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value is True:
            data[name] = "on"
        elif value not in (None, False):
            data[name] = value
    return data


def test_a_layout_is_made_on_a_page_by_numbers_and_boxes(world: Any, sign_in: Any) -> None:
    client, where = sign_in(world.manager), layout_url(world)
    page = client.get(where)
    data = sent_of(page.context["form"]) | {"place_evidence": "1", "subtitle": "Ours", "logo_alt": "UNIDO"}
    del data["print_chain"]
    logo = SimpleUploadedFile("any.png", picture(), "image/png")
    assert client.post(where, data | {"logo": logo}).status_code == 302
    layout = ReportLayout.objects.get()
    assert layout.order[:2] == ["chain", "evidence"]
    assert layout.left_out == ["chain"]
    assert logo_file_of(layout) is not None
    html = client.get(where).content.decode()
    assert 'alt="UNIDO"' in html
    assert "always: it keeps the report honest" in html
    reset = reverse("report_layout_reset", args=[world.programme.slug, "results"])
    assert client.get(reset).status_code == 200
    client.post(reset, {"version": layout.version})
    layout.refresh_from_db()
    assert (layout.order, layout.left_out, layout.subtitle, logo_file_of(layout)) == ([], [], "", None)


def test_what_is_refused_on_the_page_stays_typed(world: Any, sign_in: Any) -> None:
    client, where = sign_in(world.manager), layout_url(world)
    data = sent_of(client.get(where).context["form"]) | {"accent": "#ff0000", "subtitle": "Ours"}
    answer = client.post(where, data)
    assert answer.status_code == 422
    assert "contrast of 3.99 to 1" in answer.content.decode()
    assert 'value="Ours"' in answer.content.decode()
    assert client.post(where, data | {"accent": "", "place_chain": "99"}).status_code == 422


def test_a_layout_that_somebody_else_changed_is_laid_beside(world: Any, sign_in: Any) -> None:
    client, where = sign_in(world.manager), layout_url(world)
    lay_out(world, subtitle="One", left_out=["chain"])
    data = sent_of(client.get(where).context["form"])
    lay_out(world, subtitle="Two", left_out=[])
    answer = client.post(where, data | {"subtitle": "Mine"})
    assert answer.status_code == 409
    form = answer.context["form"]
    assert [row[1:] for row in form.conflict if row[0] == "Line on the cover"] == [("Two", "Mine")]
    assert client.post(where, sent_of(form)).status_code == 302
    layout = ReportLayout.objects.get()
    assert (layout.subtitle, layout.left_out) == ("Mine", [])


def test_a_study_has_a_layout_and_no_texts(world: Any, sign_in: Any) -> None:
    client = sign_in(world.manager)
    html = client.get(layout_url(world, "diagnostic-study")).content.decode()
    assert "follow from its questionnaire" in html
    texts = reverse("report_texts", args=[world.programme.slug, "diagnostic-study"])
    assert client.get(texts).status_code == 404
    assert client.get(layout_url(world, "activity-status")).status_code == 404


def test_reports_lead_to_their_setup(world: Any, sign_in: Any) -> None:
    client = sign_in(world.manager)
    where = reverse("report_texts", args=[world.programme.slug, "results"])
    assert where in client.get(reverse("reports", args=[world.programme.slug])).content.decode()
    new = reverse("report_new", args=[world.programme.slug], query={"kind": "results"})
    assert where in client.get(new).content.decode()
