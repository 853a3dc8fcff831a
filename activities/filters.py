"""What narrows the log, its timeline and its saved views: one form whose only memory is the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity, ActivityCluster, ActivityOrganisation
from activities.models.activity import ActivityQuerySet
from activities.rules import Status
from clusters.models import Cluster, Organisation, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.filters import FilterForm
from twinning.core.models import User

# What may stand in the address of the log beside the filters, and in a saved view.
ARRANGING = ("sort", "group")
MOST_ORGANISATIONS = 300


def _day(label: Any, **extra: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        **extra,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Those of ``rows`` that have a first day, none of them after ``last`` where that is given."""

    rows: ActivityQuerySet
    last: dt.date | None

    def dated(self) -> ActivityQuerySet:
        """In conditions that the index of first days answers; it gives them in order."""
        if self.last:
            return self.rows.filter(period_start__lte=self.last)
        return self.rows.filter(period_start__isnull=False)


class LogFilter(FilterForm):
    """Filters of the log of ``programme``."""

    q = forms.CharField(
        label=gettext_lazy("Words of the title"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    cluster = forms.ChoiceField(label=gettext_lazy("Cluster"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    on = _day(gettext_lazy("Status as of"))
    organisation = forms.TypedChoiceField(
        label=gettext_lazy("Organiser or partner"), required=False, coerce=int, empty_value=None
    )
    tag = forms.CharField(label=gettext_lazy("Tag"), required=False, max_length=80)
    doubtful = forms.BooleanField(label=gettext_lazy("Doubtful periods only"), required=False)
    joint = forms.BooleanField(label=gettext_lazy("Joint events only"), required=False)

    def __init__(self, request: HttpRequest, programme: Programme, user: User) -> None:
        super().__init__(request.GET, auto_id="filter_%s")
        self.programme = programme
        # "from" is a word of the language, so these two are made here; their place is after "on".
        self.fields["from"] = _day(_("Period from"))
        self.fields["to"] = _day(_("Period to"))
        self.order_fields(["q", "cluster", "status", "on", "kind", "format", "from", "to"])
        self.clusters = list(Cluster.objects.filter(programme=programme))
        self._choices("cluster", [(c.slug, c.name) for c in self.clusters])
        self._choices("kind", [(str(k), f"{k.value} {k.label}") for k in Activity.Kind])
        self._choices("format", Activity.Format.choices)
        self._choices("status", [(status.value, status.label) for status in Status])
        self._choices("organisation", self._organisations(programme, user))
        slug = self.chosen.get("cluster")
        self.of_cluster = next((c for c in self.clusters if c.slug == slug), None)
        grants = grants_of(user)
        near = grants.in_clusters(Can.READ_ACTIVITIES)
        wide = grants.may(Can.READ_ACTIVITIES, programme.pk)
        # Whoever reads the log of some clusters sees it by those; a joint event stands there too.
        self.read_clusters = [c for c in self.clusters if wide or not near or c.pk in near]
        self.reads_them_whole = wide or bool(near)
        self.day: dt.date = self.chosen.get("on") or timezone.localdate()

    def _choices(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [("", _("Any")), *choices]

    def _organisations(self, programme: Programme, user: User) -> list[tuple[int, str]]:
        rows = Organisation.objects.visible_to(user).filter(programme=programme)
        part = ActivityOrganisation.objects.filter(organisation=OuterRef("pk"))
        first = list(rows.filter(Exists(part)).order_by("name")[:MOST_ORGANISATIONS])
        asked = self.data.get("organisation", "")
        if asked.isdecimal() and len(asked) < 12 and int(asked) not in {row.pk for row in first}:
            first += rows.filter(pk=int(asked))
        return [(row.pk, row.name) for row in first]

    @property
    def query(self) -> QueryDict:
        """The address that the form was made from, without the filters that are not used."""
        query = cast(QueryDict, self.data).copy()
        for name in self.errors:
            query.pop(name, None)
        return query

    @property
    def is_narrowing(self) -> bool:
        """Whether anything but the cluster and the day of the status is asked for."""
        return any(value for name, value in self.chosen.items() if name not in ("cluster", "on"))

    def narrow(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        """The rows that the filters leave."""
        status = self.chosen.get("status")
        return self._but_status(rows.having(status, self.day) if status else rows)

    def parts(self, rows: ActivityQuerySet) -> list[Part]:
        """The same rows, those without a first day left out, in disjoint parts that an index orders by that
        day.
        """
        status, last = self.chosen.get("status"), self.chosen.get("to")
        if not status:
            return [self._part(rows, last)]
        by_hand = self._part(rows.set_by_hand(status), last)
        derived, until = rows.derived(status, self.day), last
        if status in (Status.DONE.value, Status.ONGOING.value, Status.DUE.value):
            # It follows from the status; said so, it is where the index begins.
            until = min(self.day, last or self.day)
        return [by_hand] if status == Status.UNDATED.value else [self._part(derived, until), by_hand]

    def _part(self, rows: ActivityQuerySet, last: dt.date | None) -> Part:
        return Part(self._but_status(rows), last)

    def listed_in(
        self, cluster: Cluster | list[Cluster], rows: ActivityQuerySet
    ) -> QuerySet[ActivityCluster]:
        """The places of these rows in the lists of clusters, in the order of the lists."""
        clusters = cluster if isinstance(cluster, list) else [cluster]
        links = ActivityCluster.objects.filter(cluster__in=[c.pk for c in clusters])
        if self.is_narrowing or not self.reads_them_whole:
            links = links.filter(Exists(self.narrow(rows).filter(pk=OuterRef("activity"))))
        else:
            links = links.filter(activity__removed_at=None)
        return links.order_by("cluster_id", "number", "pk")

    def _but_status(self, rows: ActivityQuerySet) -> ActivityQuerySet:
        chosen = self.chosen
        if self.of_cluster:
            rows = rows.filter(cluster_links__cluster=self.of_cluster)
        if chosen.get("from") or chosen.get("to"):
            rows = rows.overlapping(chosen.get("from"), chosen.get("to"))
        if chosen.get("organisation"):
            part = ActivityOrganisation.objects.filter(organisation=chosen["organisation"])
            rows = rows.filter(pk__in=part.values("activity"))
        if chosen.get("joint"):
            rows = rows.filter(cluster_count__gt=1)
        exact = {name: chosen.get(name) for name in ("kind", "format")}
        exact["period_doubtful"] = chosen.get("doubtful")
        words = {"title__icontains": chosen.get("q"), "tags__icontains": chosen.get("tag")}
        return rows.filter(**{name: value for name, value in (exact | words).items() if value})


def address_of(query: QueryDict) -> str:
    """The part of an address that a saved view keeps: known filters and order, never a page."""
    known = [*LogFilter.base_fields, "from", "to", *ARRANGING]
    return _kept(query, known)


def filters_of(query: QueryDict) -> str:
    """The filters of an address without its order, to take along to another way of seeing the log."""
    return _kept(query, [*LogFilter.base_fields, "from", "to"])


def _kept(query: QueryDict, names: list[str]) -> str:
    kept = QueryDict(mutable=True)
    for name in names:
        if value := query.get(name):
            kept[name] = str(value)
    return kept.urlencode()
