from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from clusters import services
from clusters.models import Person
from tests.api.conftest import Partner
from tests.conftest import World, build_world
from twinning.core.models import IdempotencyKey

ROSSI = {"programme": "tanning", "name": "Giulia Rossi"}


def add(partner: Partner, body: dict[str, Any] = ROSSI, key: str = "one") -> Any:
    return partner.send("post", "people/", body, Idempotency_Key=key)


def test_sent_twice_it_happens_once(partner: Partner) -> None:
    first, second = add(partner), add(partner)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Person.objects.count() == 1


def test_without_a_key_it_happens_twice(partner: Partner) -> None:
    partner.send("post", "people/", ROSSI)
    partner.send("post", "people/", ROSSI)
    assert Person.objects.count() == 2


def test_a_key_belongs_to_one_request(partner: Partner) -> None:
    add(partner)
    answer = add(partner, ROSSI | {"name": "Another"})
    assert answer.status_code == 422
    assert Person.objects.count() == 1


def test_the_order_of_members_is_no_difference(partner: Partner) -> None:
    add(partner)
    assert add(partner, dict(reversed(ROSSI.items())))["Idempotency-Replayed"] == "true"


def test_a_refusal_keeps_nothing_so_it_may_be_mended(partner: Partner) -> None:
    assert add(partner, ROSSI | {"sex": "x"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert add(partner).status_code == 201


def test_two_people_may_use_the_same_key(world: World, partner: Partner) -> None:
    add(partner)
    assert add(Partner(world.manager)).status_code == 201
    assert Person.objects.count() == 2


def test_a_key_is_forgotten_after_a_day(partner: Partner) -> None:
    add(partner)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    add(partner)
    assert Person.objects.count() == 2
    assert IdempotencyKey.objects.count() == 1


def test_while_the_first_is_at_work_the_second_is_told_to_wait(partner: Partner, monkeypatch: Any) -> None:
    meanwhile = []

    def work(**values: Any) -> Person:
        meanwhile.append(add(partner))
        return create_person(**values)

    create_person = services.create_person
    monkeypatch.setattr(services, "create_person", work)
    assert add(partner).status_code == 201
    (answer,) = meanwhile
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.json()["type"].endswith("/in-progress/")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_a_key_is_a_short_text(partner: Partner, key: str) -> None:
    answer = add(partner, key=key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_happen_once() -> None:
    world = build_world()
    partners = [Partner(world.partner), Partner(world.partner)]
    together = Barrier(2)

    def send(partner: Partner) -> Any:
        try:
            together.wait(timeout=10)
            return add(partner)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, partners))
    assert Person.objects.count() == 1
    made = [answer for answer in answers if answer.status_code == 201]
    assert made
    # The other came while the first was at work, or was given its answer.
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum("Idempotency-Replayed" not in answer for answer in made) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_happen_once_with_the_cache_away(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    test_two_at_once_happen_once()
