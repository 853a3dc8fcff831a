"""Files are taken in with care and given out to those who may see their record."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from tests.conftest import World
from twinning.core.attachments import UnfitFile, attach, clean_name, detach, visible_attachment
from twinning.core.models import Attachment, Change


def png(size: tuple[int, int] = (4, 4)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG")
    return out.getvalue()


def office() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("stand.png", png(), "image/png"),
        ("minutes.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf"),
        ("list.xlsx", office(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("notes.txt", "अनुबंध".encode(), "text/plain"),
    ],
)
def test_a_sound_file_is_kept_with_its_type(world: World, name: str, data: bytes, media_type: str) -> None:
    kept = attach(actor=world.cda, owner=world.leather, name=name, data=data)
    assert (kept.media_type, kept.size, kept.file.read()) == (media_type, len(data), data)
    assert Change.objects.filter(parent_id=world.leather.pk, object_text=name).exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.pdf", b""),
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("picture.jpg", b"GIF89a"),
        ("cut.png", png()[:20]),
        ("program.pdf", b"MZ\x90\x00"),
        ("text.csv", b"a,b\x00c"),
        ("noending", b"abc"),
    ],
)
def test_what_is_not_what_it_says_is_refused(world: World, name: str, data: bytes) -> None:
    with pytest.raises(UnfitFile) as refused:
        attach(actor=world.cda, owner=world.leather, name=name, data=data)
    assert refused.value.fields["file"]
    assert not Attachment.objects.exists()


def test_a_large_file_is_refused(world: World, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(UnfitFile, match="larger"):
        attach(actor=world.cda, owner=world.leather, name="a.txt", data=b"x" * 11)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\etc\\passwd.txt", "passwd.txt"),
        ("/tmp/a/b.pdf", "b.pdf"),
        ("रिपोर्ट 2011.pdf", "रिपोर्ट 2011.pdf"),
        ('x"\r\nSet-Cookie: a.pdf', "xSet-Cookie a.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("", "file"),
    ],
)
def test_names_lose_what_a_path_or_a_header_would_mind(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_the_name_in_the_store_is_not_of_the_uploaders_choosing(world: World) -> None:
    kept = attach(actor=world.cda, owner=world.leather, name="x.txt", data=b"x")
    assert "x.txt" not in (kept.file.name or "")


def test_a_file_is_seen_with_its_record(world: World) -> None:
    kept = attach(actor=world.cda, owner=world.tannery, name="x.txt", data=b"x")
    assert visible_attachment(world.cda, kept.pk) == kept
    for refused in (world.cda_other, world.donor, world.stranger, world.neighbour):
        assert visible_attachment(refused, kept.pk) is None


def test_a_file_taken_off_is_seen_no_more_and_stays_in_history(world: World) -> None:
    kept = attach(actor=world.cda, owner=world.leather, name="x.txt", data=b"x")
    detach(actor=world.manager, attachment=kept)
    assert visible_attachment(world.cda, kept.pk) is None
    assert Change.objects.filter(object_text="x.txt", action="removed", actor=world.manager).count() == 1
