"""Reports as the tests need them: asked for, built, issued; and their texts and layouts."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from activities.services import log_activity
from monitoring import services
from monitoring.models import Narrative, Report, ReportLayout
from monitoring.reports import RESULTS
from monitoring.reports.setup import take as taken
from monitoring.services import request_of
from tests.conftest import World
from twinning.core import jobs
from twinning.core.models import Attachment, Job
from twinning.core.report_codes import grouped
from twinning.core.reports import Imprint

DAY = dt.date(2011, 7, 31)
IMPRINT = Imprint("Maria Rossi", dt.datetime(2011, 8, 1, tzinfo=dt.UTC), "en", "0" * 64)


def ask(world: World, **values: Any) -> Report:
    given = {
        "actor": world.manager,
        "programme": world.programme,
        "kind": "activity-status",
        "as_of": world.today,
    }
    return services.request_report(**(given | values))


def work(report: Report) -> Report:
    jobs.work(job_of(report).pk, heartbeat=False)
    return Report.objects.get(pk=report.pk)


def job_of(report: Report) -> Job:
    assert report.job is not None
    report.job.refresh_from_db()
    return report.job


def full_disk(*args: Any) -> None:
    raise RuntimeError("the disk is full")


@pytest.fixture
def built(world: World) -> Report:
    log_activity(
        actor=world.manager,
        programme=world.programme,
        clusters=[world.leather],
        title="Fair",
        period_text="Sep-07",
    )
    return work(ask(world))


@pytest.fixture
def issued(world: World, built: Report) -> Report:
    services.issue_report(actor=world.manager, report=built, version=built.version)
    return work(Report.objects.get(pk=built.pk))


def url(name: str, world: World, report: Report) -> str:
    return reverse(name, args=[world.programme.slug, report.pk])


def files(report: Report) -> dict[str, Attachment]:
    return {Path(file.name).suffix: file for file in Attachment.objects.of(report)}


def write(world: Any, text: str, **values: Any) -> Narrative:
    place = {"kind": "results", "section": "participation", "language": "en", "actor": world.manager}
    return services.write_narrative(programme=world.programme, text=text, **(place | values))


def lay_out(world: Any, **values: Any) -> ReportLayout:
    stands = ReportLayout.objects.filter(programme=world.programme, kind="results").first()
    given = {"actor": world.manager, "kind": "results", "version": stands.version if stands else None}
    return services.lay_out_report(programme=world.programme, **(given | values))


def picture(form: str = "PNG", size: tuple[int, int] = (1600, 300), mode: str = "RGBA", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, form, **more)
    return out.getvalue()


def take(world: Any, language: str = "en", as_of: dt.date = DAY, cluster: Any = None) -> dict[str, Any]:
    request = request_of(programme=world.programme, cluster=cluster, as_of=as_of, actor=None)
    return taken(RESULTS, request, language)


def results(world: Any, **values: Any) -> Report:
    return work(ask(world, **({"kind": "results"} | values)))


def issue(world: Any, report: Report) -> Report:
    services.issue_report(actor=world.manager, report=report, version=report.version)
    return work(Report.objects.get(pk=report.pk))


def withdraw(world: Any, report: Report) -> Report:
    services.withdraw_report(actor=world.manager, report=report, version=None, reason="Wrong month.")
    return work(Report.objects.get(pk=report.pk))


def page(client: Any, report: Report) -> str:
    answer = client.get(reverse("verify_report", args=[grouped(report.code)]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def compare(client: Any, report: Report, data: bytes) -> str:
    answer = client.post(
        reverse("verify_report", args=[grouped(report.code)]), {"file": SimpleUploadedFile("r.pdf", data)}
    )
    return str(answer.content.decode())


def content(report: Report, ending: str = ".pdf") -> bytes:
    with files(report)[ending].file.open("rb") as file:
        return bytes(file.read())
