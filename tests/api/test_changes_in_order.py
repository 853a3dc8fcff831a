"""A follower of the feed misses nothing, however the transactions of writers overlap.

On SQLite a second writer waits for the first; on PostgreSQL both write at once, and the one that began later may be
done first.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from clusters import services
from clusters.models import Programme
from tests.api.conftest import Partner
from tests.conftest import fresh, make_user
from twinning.core.feed import last_settled
from twinning.core.history_many import Creations
from twinning.core.models import Change, User

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[[User, Programme, str], None]


@pytest.fixture
def owner() -> User:
    return make_user("owner", is_staff=True)


@pytest.fixture
def programme(owner: User) -> Programme:
    return services.open_programme(actor=owner, slug="p", title="P")


def one(owner: User, programme: Programme, name: str) -> None:
    services.create_person(actor=owner, programme=programme, name=name)


def many(owner: User, programme: Programme, name: str) -> None:
    from clusters.models import Person

    people = Creations(Person(programme=programme), actor=owner)
    for number in range(3):
        people.add({"name": f"{name} {number}"})
    with transaction.atomic():
        people.write()


def after_a_part_taken_back(owner: User, programme: Programme, name: str) -> None:
    try:
        with transaction.atomic():
            one(owner, programme, "Never")
            raise LookupError
    except LookupError:
        one(owner, programme, name)


def apart(work: Callable[[], None]) -> threading.Thread:
    """Do it on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def follow(partner: Partner, after: int) -> list[int]:
    """The ids that a follower takes who has all up to ``after``."""
    found: list[dict[str, Any]] = partner.get("changes/", after=after, limit=200).json()["results"]
    return [change["id"] for change in found]


@pytest.mark.parametrize("write", [one, many, after_a_part_taken_back])
def test_what_is_done_first_waits_for_what_was_begun_first(
    owner: User, programme: Programme, write: Write
) -> None:
    partner = Partner(fresh(owner))
    last = follow(partner, 0)[-1]
    written, finish = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            write(owner, programme, "Slow")
            written.set()
            finish.wait(10)

    slow = apart(slowly)
    assert written.wait(10)
    quick = apart(lambda: one(owner, programme, "Quick"))
    quick.join(1)
    assert quick.is_alive() is (connection.vendor == "sqlite")
    assert follow(partner, last) == []
    settled = last_settled()
    finish.set()
    slow.join()
    quick.join()
    found = follow(partner, last)
    assert found == list(Change.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))
    assert settled is None or settled < found[0], "It was announced after its first number was given out."
    names = Change.objects.filter(pk__in=found).order_by("pk").values_list("object_text", flat=True)
    assert [name.split()[0] for name in names] == ["Slow"] * (len(found) - 1) + ["Quick"]


def test_who_gives_up_holds_nobody_back(owner: User, programme: Programme) -> None:
    partner = Partner(fresh(owner))
    last = follow(partner, 0)[-1]

    def in_vain() -> None:
        try:
            with transaction.atomic():
                one(owner, programme, "Never")
                raise LookupError
        except LookupError:
            return

    apart(in_vain).join()
    one(owner, programme, "Quick")
    assert len(follow(partner, last)) == 1


def test_a_reader_is_held_back_by_no_other_work(owner: User, programme: Programme) -> None:
    """Whoever writes what has no history, a session for one, makes nobody wait."""
    partner = Partner(fresh(owner))
    last = follow(partner, 0)[-1]
    one(owner, programme, "Told")
    read, finish = threading.Event(), threading.Event()

    def elsewhere() -> None:
        with transaction.atomic():
            User.objects.filter(pk=owner.pk).update(language="it")
            read.set()
            finish.wait(10)

    other = apart(elsewhere)
    assert read.wait(10)
    assert len(follow(partner, last)) == 1
    finish.set()
    other.join()


def test_many_at_once(owner: User, programme: Programme) -> None:
    partner = Partner(fresh(owner))
    taken = follow(partner, 0)
    chance = random.Random(7)
    pauses = [[chance.random() / 100 for _turn in range(12)] for _writer in range(4)]

    def writing(mine: list[float]) -> Callable[[], None]:
        def work() -> None:
            for number, pause in enumerate(mine):
                with transaction.atomic():
                    (one if number % 2 else many)(owner, programme, f"{number}")
                    time.sleep(pause)
                    one(owner, programme, f"{number}")

        return work

    writers = [apart(writing(mine)) for mine in pauses]
    while any(writer.is_alive() for writer in writers):
        taken += follow(partner, taken[-1])
    while more := follow(partner, taken[-1]):
        taken += more
    assert taken == list(
        Change.objects.filter(programme_id=programme.pk).order_by("pk").values_list("pk", flat=True)
    )
