"""The import of filled forms in the browser, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from diagnostics.models import Questionnaire, ReturnBatch, ReturnRow, Submission
from tests.conftest import World
from tests.diagnostics.test_questionnaire_pages import at, text_of

pytestmark = pytest.mark.django_db

GOOD = (
    b"profile,willingness,meta-instanceID,FormVersion\nNarrow,2,uuid:11111111-2222-4333-8444-555555555555,1\n"
)
BAD = GOOD + b"Deep,9,uuid:21111111-2222-4333-8444-555555555555,1\n"


def upload(client: Any, world: World, data: bytes, **more: Any) -> Any:
    sent = {
        "questionnaire": Questionnaire.objects.get(slug="diagnostic-advanced").pk,
        "cluster": world.leather.pk,
        "file": SimpleUploadedFile("forms.csv", data),
        **more,
    }
    return client.post(at("return_new", world), sent)


def test_forms_go_from_upload_to_drafts_and_back(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    response = upload(client, world, BAD)
    batch = ReturnBatch.objects.get()
    assert response.url == at("return_batch", world, batch.pk)
    page = client.get(response.url)
    assert "4 Willingness to support : “9” is not among the choices." in text_of(page)
    rows = re.findall(rb'name="row" value="(\d+)"', page.content)
    sent = {"row": [row.decode() for row in rows], "mode": "good", "then": "apply"}
    client.post(at("return_choices", world, batch.pk), sent)
    assert Submission.objects.get().answers == {"profile": "Narrow", "willingness": "2"}
    page = client.get(at("return_batch", world, batch.pk))
    assert "applied" in text_of(page)
    assert "Undo this import?" in text_of(client.get(at("return_undo", world, batch.pk)))
    client.post(at("return_undo", world, batch.pk))
    assert Submission.objects.get().status == "withdrawn"
    client.post(at("return_again", world, batch.pk))
    assert "It was put aside and is taken up again." in text_of(
        client.get(at("return_batch", world, batch.pk))
    )


def test_what_changed_stands_in_the_words_of_the_questionnaire(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    upload(client, world, GOOD)
    client.post(at("return_choices", world, ReturnBatch.objects.get().pk), {"then": "apply"})
    upload(client, world, GOOD.replace(b",2,", b",3,"))
    page = client.get(at("return_batch", world, ReturnBatch.objects.latest("pk").pk))
    assert "4 Willingness to support: willing on conditions → willing" in text_of(page)


def test_a_choice_is_kept_without_importing(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    upload(client, world, GOOD)
    batch, row = ReturnBatch.objects.get(), ReturnRow.objects.get()
    client.post(at("return_choices", world, batch.pk), {"row": row.pk, "leave": row.pk, "then": "keep"})
    row.refresh_from_db()
    assert (row.leave, Submission.objects.count()) == (True, 0)
    client.post(at("return_choices", world, batch.pk), {"row": row.pk, "then": "keep"})
    row.refresh_from_db()
    assert not row.leave


def test_a_bad_file_is_answered_beside_its_field_and_nothing_is_kept(world: World, sign_in: Any) -> None:
    response = upload(sign_in(world.cda), world, b"%PDF-1.7")
    assert response.status_code == 422
    assert "This is a PDF" in " ".join(response.context["form"].errors["file"])
    assert not ReturnBatch.objects.exists()


def test_the_cluster_and_the_version_are_checked(world: World, sign_in: Any) -> None:
    client = sign_in(world.manager)
    response = upload(client, world, GOOD, cluster="")
    assert "Say which cluster" in " ".join(response.context["form"].errors["cluster"])
    response = upload(client, world, GOOD, version="9")
    assert list(response.context["form"].errors) == ["version"]
    response = upload(sign_in(world.cda_other), world, GOOD)
    assert list(response.context["form"].errors) == ["cluster"]


def test_the_list_and_a_dry_run_cost_the_same_however_long_they_are(world: World, sign_in: Any) -> None:
    client = sign_in(world.cda)
    costs = []
    for count in (2, 10):
        lines = b"".join(b"Text %d,2,id-%d-%d,1\n" % (n, count, n) for n in range(count))
        upload(client, world, b"profile,willingness,meta-instanceID,FormVersion\n" + lines)
        batch = ReturnBatch.objects.latest("pk")
        with CaptureQueriesContext(connection) as queries:
            assert (
                client.get(reverse("return_batch", args=[world.programme.slug, batch.pk])).status_code == 200
            )
            assert client.get(at("returns", world)).status_code == 200
        costs.append(len(queries))
        for _more in range(4):
            upload(client, world, GOOD)
    assert costs[0] == costs[1]
    assert costs[0] <= 2 * 15
