"""Forms that come back from the field, as the tests of returns bring them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from diagnostics import tasks
from diagnostics.exporters.xlsform import xlsform
from diagnostics.models import Questionnaire, ReturnBatch, ReturnRow, Submission
from tests.conftest import World
from tests.diagnostics.collected import Device, Filled, zipped
from tests.diagnostics.conftest import AOBO, FIRM, row, version_of
from tests.diagnostics.test_filling import picture
from twinning.core.models import Attachment

STUDY: dict[str, Any] = {
    "executive_summary": "Two lines,\nthe second; with “signs” = & <all>",
    **row("firms", "r1", 0, **FIRM, firm_employees="120", firm_women="45", firm_exports="yes"),
    "firms/r1/firm_place": "13.082700 80.270700",
    **row("firms", "r2", 1, firm="A new tannery", firm_groups=["Sheep", "Goat"], firm_size="micro"),
    **row("value_chain", "r1", 0, stage="Raw hides", stage_share="12.50"),
    **row("aobo", "r1", 0, **AOBO),
}
PHOTOS = {
    "map_photo": [("map.jpg", picture("blue"))],
    "firms/r1/firm_photo": [("one.jpg", picture("red")), ("two.jpg", picture("green"))],
    "firms/r2/firm_photo": [("three.jpg", picture("black"))],
}


def kobo_zip(device: Device, *forms: Filled) -> bytes:
    """The JSON of KoboToolbox with its attachments in the folders in which it hands them out."""
    photos = {
        f"agent/attachments/form/{one.ident}/{name}": data
        for one in forms
        for name, data in one.photos.items()
    }
    return zipped({"data.json": device.kobo_json(*forms)}, photos)


def begin(world: World, data: bytes, slug: str = "diagnostic-emerging", **more: Any) -> ReturnBatch:
    batch = tasks.begin_returns(
        **{
            "actor": world.cda,
            "programme": world.programme,
            "questionnaire": Questionnaire.objects.get(slug=slug),
            "cluster": world.leather,
            "filename": "returns",
            "data": data,
            **more,
        }
    )
    return ReturnBatch.objects.get(pk=batch.pk)


def bring(world: World, data: bytes, **more: Any) -> ReturnBatch:
    batch = begin(world, data, **more)
    tasks.start_returns(actor=world.cda, batch=batch, mode="all")
    return ReturnBatch.objects.get(pk=batch.pk)


def rows_in(batch: ReturnBatch) -> list[ReturnRow]:
    return list(ReturnRow.objects.filter(batch=batch))


def told(batch: ReturnBatch) -> list[str]:
    return [row.action for row in rows_in(batch)]


@pytest.fixture
def device(db: None) -> Device:
    return Device(xlsform(version_of("diagnostic-emerging")))


@pytest.fixture
def filled(device: Device) -> Callable[..., Filled]:
    def fill_in(answers: dict[str, Any] = STUDY, **more: Any) -> Filled:
        return device.fill(version_of("diagnostic-emerging").form, answers, **more)

    return fill_in


def kept_photos(submission: Submission, path: str) -> list[bytes]:
    return [Attachment.objects.get(pk=pk).file.read() for pk in submission.answers[path]]


IDENT = "11111111-2222-4333-8444-555555555555"
