"""The kept number of clusters is the number of clusters, whatever is done in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import services
from activities.models import Activity, ImportRow
from tests.activities.conftest import Log
from tests.activities.importing import Importer
from tests.conftest import World
from twinning.core.access import DomainError

Act = Callable[["Play", int, int], object]


class Play:
    """The log of a programme in which services are called in any order; what they refuse is passed over."""

    def __init__(self, world: World) -> None:
        self.world, self.actor = world, world.manager
        self.clusters = [world.leather, world.footwear, world.santa_croce]
        self.importer = Importer(world)
        self.joins: list[Any] = []

    def one(self, number: int) -> Activity:
        rows = list(Activity.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else self.log(number, 0)

    def log(self, a: int, b: int) -> Activity:
        return services.log_activity(
            actor=self.actor,
            programme=self.world.programme,
            clusters=list({self.clusters[a % 3], self.clusters[b % 3]}),
            title="Ambur Open",
            period_text="Jul 2010",
        )

    def add(self, a: int, b: int) -> None:
        services.add_cluster(actor=self.actor, activity=self.one(a), cluster=self.clusters[b % 3])

    def take_off(self, a: int, b: int) -> None:
        services.remove_cluster(actor=self.actor, activity=self.one(a), cluster=self.clusters[b % 3])

    def choose(self, a: int, b: int) -> None:
        wanted = [cluster for place, cluster in enumerate(self.clusters) if (b + 1) % 8 & (1 << place)]
        services.update_activity(actor=self.actor, activity=self.one(a), version=None, clusters=wanted)

    def merge(self, a: int, b: int) -> None:
        services.merge_joint(actor=self.actor, keep=self.one(a), other=self.one(b), version=None)

    def part_merged(self, a: int, _b: int) -> None:
        services.undo_merge(actor=self.actor, other=self.one(a))

    def split(self, a: int, b: int) -> None:
        services.split_joint(
            actor=self.actor, activity=self.one(a), cluster=self.clusters[b % 3], version=None
        )

    def remove(self, a: int, _b: int) -> None:
        services.remove_activity(actor=self.actor, activity=self.one(a), version=None)

    def restore(self, a: int, _b: int) -> None:
        services.restore_activity(actor=self.actor, activity=self.one(a))

    def join_by_import(self, _a: int, b: int) -> None:
        cluster = self.clusters[b % 3]
        batch = self.importer.tried([["7", "Ambur Open", "Jul 2010"]], cluster=cluster)
        for row in ImportRow.objects.filter(batch=batch):
            joint = [p["activity"] for p in row.proposals if p["kind"] == "joint"]
            same = joint[0] if joint else "other"
            services.decide(actor=self.actor, batch=batch, decisions={row.pk: {"same": same}})
        self.joins.append(self.importer.apply(batch))

    def undo_import(self, a: int, _b: int) -> None:
        if self.joins:
            self.importer.undo(self.joins.pop(a % len(self.joins)))


ACTS: list[Act] = [
    Play.log,
    Play.add,
    Play.take_off,
    Play.choose,
    Play.merge,
    Play.part_merged,
    Play.split,
    Play.remove,
    Play.restore,
    Play.join_by_import,
    Play.undo_import,
]
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 6)), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_kept_count_is_the_count(world: World, steps: list[tuple[Act, int, int]]) -> None:
    with transaction.atomic():
        play = Play(world)
        for act, a, b in steps:
            try:
                with transaction.atomic():
                    act(play, a, b)
            except (DomainError, ValidationError):
                pass
            counted = Activity.objects.annotate(links=Count("cluster_links"))
            assert not counted.exclude(cluster_count=F("links")).exists(), act
        transaction.set_rollback(True)


def test_the_count_is_no_news_of_history(world: World, log: Log) -> None:
    from twinning.core.models import Change

    services.add_cluster(actor=world.manager, activity=log("Fair", "2010"), cluster=world.footwear)
    assert not Change.objects.filter(fields__has_key="cluster_count").exists()
