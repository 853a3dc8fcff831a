"""An import in the browser, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities import services, tasks
from activities.models import Activity, ImportBatch, ImportRow
from activities.services.imports import WAY
from tests.activities.importing import Importer
from tests.activities.imports import sheets
from tests.conftest import World
from twinning.core import jobs
from twinning.core.batches import Work
from twinning.core.models import Attachment, Job
from twinning.core.tabular import write_csv

pytestmark = pytest.mark.django_db


def at(name: str, world: World, *args: int) -> str:
    return reverse(name, args=[world.programme.slug, *args])


def upload(client: Any, world: World, data: bytes, name: str = "status.xlsx") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(at("import_new", world), {"cluster": world.leather.pk, "file": file})


def columns_of(batch: ImportBatch) -> dict[str, str]:
    return {str(place): name for name, place in batch.mapping["columns"].items()}


def test_a_sheet_goes_from_upload_to_the_log_and_back(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    response = upload(client, world, sheets.leather_xlsx(), "leather.xlsx")
    batch = ImportBatch.objects.get()
    assert response.url == at("import_columns", world, batch.pk)
    assert b"Leather Activity Status July 2011" in client.get(response.url).content
    response = client.post(response.url, columns_of(batch))
    page = client.get(response.url)
    assert page.status_code == 200
    assert len(re.findall(rb'name="row"', page.content)) == 33
    response = client.post(at("import_answers", world, batch.pk), {"then": "apply", "mode": "all"})
    assert Activity.objects.count() == 33
    assert b"applied" in client.get(response.url).content
    assert client.get(at("import_undo", world, batch.pk)).status_code == 200
    client.post(at("import_undo", world, batch.pk))
    assert not Activity.objects.visible_to(world.manager).exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sheets.PNG, "This is a picture"),
        (sheets.with_part("xl/vbaProject.bin"), "contains macros"),
        (b"", "empty"),
    ],
)
def test_a_bad_file_is_answered_at_the_file_field_and_nothing_is_kept(
    world: World, sign_in: Any, data: bytes, words: str
) -> None:
    response = upload(sign_in(world.cda), world, data)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors["file"])
    assert (ImportBatch.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_file_beyond_the_limit_is_refused(world: World, sign_in: Any, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    response = upload(sign_in(world.cda), world, b"a,b\n" * 300_000)
    assert "larger than 1 MB" in " ".join(response.context["form"].errors["file"])


def test_another_cluster_than_ones_own_cannot_be_chosen(world: World, sign_in: Any) -> None:
    response = upload(sign_in(world.cda_other), world, sheets.leather_xlsx())
    assert "cluster" in response.context["form"].errors


def test_columns_that_make_no_sense_are_refused_beside_them(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    upload(client, world, sheets.leather_xlsx())
    url = at("import_columns", world, ImportBatch.objects.get().pk)
    response = client.post(url, {"0": "period", "2": "period"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["2", "__all__"]


def test_what_a_sheet_has_and_the_log_will_not_is_said_before_and_in_the_dry_run(
    world: World, sign_in: Any
) -> None:
    client = sign_in(world.cda)
    sheet = write_csv(
        [*sheets.HEAD, "Budget", "Remarks", "Remarks 2"], [["1", "Fair", "Sep-07", "5", "a", "b"]]
    )
    response = upload(client, world, sheet, "wide.csv")
    assert client.get(response.url).context["form"].left_out == ["Budget", "Remarks 2"]
    sent = columns_of(ImportBatch.objects.get())
    del sent["4"]
    dry_run = client.get(client.post(response.url, sent).url)
    assert "Not imported: Budget, Remarks, Remarks 2" in dry_run.content.decode()


def test_the_encoding_can_be_chosen_again(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    upload(client, world, "No;Attività;Data\n1;Città;Sep-07\n".encode("cp1252"), "a.csv")
    batch = ImportBatch.objects.get()
    assert batch.mapping["heads"][1] == "Attività"
    client.post(at("import_sheet", world, batch.pk), {"encoding": "cp1251"})
    batch.refresh_from_db()
    assert (batch.mapping["encoding"], batch.mapping["heads"][1]) == ("cp1251", "Attivitа")


def test_answers_are_kept_and_bad_ones_lose_nothing(world: World, sign_in: Any, importer: Importer) -> None:
    batch = importer.tried([["1", "First workshop", "9/5/2009"], ["2", "Second workshop", "9/5/2009"]])
    first, second = ImportRow.objects.filter(batch=batch)
    client, url = sign_in(world.cda), at("import_answers", world, batch.pk)
    answers = {
        "row": [first.pk, second.pk],
        f"{first.pk}-period": "0",
        f"{second.pk}-period": "text",
        f"{second.pk}-text": "when it rains",
    }
    response = client.post(url, answers)
    assert response.status_code == 422
    assert b"when it rains" in response.content
    assert b"Row 3:" in response.content
    client.post(url, answers | {f"{second.pk}-text": "12 Sep 2009"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.decision, second.decision) == ({"period": 0}, {"text": "12 Sep 2009"})
    assert Activity.objects.count() == 0


def test_the_correction_file_is_given_to_those_who_may_import(
    world: World, sign_in: Any, importer: Importer
) -> None:
    batch = importer.tried([["1", "", "Sep-07"]])
    response = sign_in(world.cda).get(at("import_corrections", world, batch.pk), {"kind": "csv"})
    assert b"There is no title." in response.content
    assert response["Content-Disposition"] == f'attachment; filename="corrections-{batch.pk}.csv"'
    assert sign_in(world.cda_other).get(at("import_corrections", world, batch.pk)).status_code == 404


def test_a_large_sheet_is_tried_out_and_applied_by_a_worker(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_MOST_BYTES_AT_ONCE", {"xlsx": 0})
    monkeypatch.setattr(Work, "is_large", lambda _work, _batch: True)
    client = sign_in(world.cda)
    upload(client, world, sheets.leather_xlsx())
    batch = ImportBatch.objects.get()
    page = at("import", world, batch.pk)
    client.post(at("import_columns", world, batch.pk), columns_of(batch))
    waiting = client.get(page)
    assert b"waiting" in waiting.content
    assert at("import_progress", world, batch.pk).encode() in waiting.content
    for url, data in [
        ("import_answers", {"then": "apply"}),
        ("import_undo", {}),
    ]:
        jobs.work(Job.objects.latest("id").pk, heartbeat=False)
        client.post(at(url, world, batch.pk), data)
    jobs.work(Job.objects.latest("id").pk, heartbeat=False)
    assert [job.status for job in Job.objects.all()] == ["done"] * 3
    assert ImportBatch.objects.get().stage == "undone"
    assert Job.objects.earliest("id").result["new"] == 33


def test_work_that_failed_leaves_the_import_where_it_was(
    world: World, importer: Importer, sign_in: Any
) -> None:
    batch = importer.tried([["1", "", "Sep-07"], ["2", "Fair", "Sep-07"]])
    services.queue(actor=world.manager, batch=batch, kind="activities.import", mode="all")
    jobs.work(Job.objects.get().pk, heartbeat=False)
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.stage) == ("applying", "ready")
    assert b"1 row is refused" in sign_in(world.manager).get(at("import", world, batch.pk)).content
    importer.apply(batch, mode="good")
    assert Activity.objects.count() == 1


def test_pressing_import_twice_imports_once_and_says_so(
    world: World, importer: Importer, sign_in: Any
) -> None:
    batch = importer.tried([["1", "Fair", "Sep-07"]])
    client, url = sign_in(world.cda), at("import_answers", world, batch.pk)
    row = ImportRow.objects.get(batch=batch).pk
    for _press in range(2):
        response = client.post(url, {"row": row, "then": "apply"}, follow=True)
        assert response.status_code == 200
    assert b"at another stage by now: applied" in response.content
    assert Activity.objects.count() == 1


def test_a_job_that_was_run_twice_has_its_effect_once(world: World, importer: Importer) -> None:
    batch = importer.tried([["1", "Fair", "Sep-07"]])
    services.queue(actor=world.manager, batch=batch, kind="activities.import", mode="all")
    job = Job.objects.get()
    jobs.work(job.pk, heartbeat=False)
    jobs.work(job.pk, heartbeat=False)
    assert Activity.objects.count() == 1
    assert job.kind != WAY.dry_run


def test_the_lists_cost_the_same_however_long_they_are(
    world: World, importer: Importer, sign_in: Any
) -> None:
    client = sign_in(world.manager)
    costs = []
    for count in (10, 20):
        for _number in range(10):
            batch = importer.tried([[str(n), f"Workshop {n}", "9/5/2009"] for n in range(1, count + 1)])
        for url in (at("imports", world), at("import", world, batch.pk)):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12
