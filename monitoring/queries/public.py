"""What a programme that decided so shows to everybody: plain values, kept for a few minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from clusters.models import Cluster, Programme, Twinning
from clusters.queries import PlaceLine, place_lines
from clusters.queries.words import Word, force_word
from clusters.rules import Force
from monitoring.models import Indicator, Publication, PublicPage
from monitoring.queries.figure_rows import FigureRow, public_rows
from monitoring.queries.pages import clusters_of, results_of
from monitoring.queries.portfolio import IN_FORCE, MOST_ROWS, agreements_between_bodies
from twinning.core.queries import edtf_text

KEPT_SECONDS = 300
_SHAPE = 2  # raised with every change of the classes below, which a cache may hold from before an upgrade
_TOLD = (Twinning.Status.ACTIVE, Twinning.Status.LAPSED)


@dataclass(frozen=True, slots=True)
class OpenTie:
    """A cluster that another worked with, by its slug."""

    slug: str
    name: str
    word: Word
    is_active: bool


@dataclass(frozen=True, slots=True)
class OpenCluster:
    """``position``: latitude and longitude in degrees; ``position_text`` is "" where there is none."""

    slug: str
    name: str
    country: str
    sector: str
    places: str
    position: tuple[Decimal, Decimal] | None
    position_text: str
    leads: bool
    ties: tuple[OpenTie, ...]


@dataclass(frozen=True, slots=True)
class OpenLine:
    code: str
    name: str
    unit: str
    is_percent: bool
    cells: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class OpenTable:
    title: str
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class OpenAgreement:
    title: str
    kind: str
    signed: str
    force: Word


@dataclass(frozen=True, slots=True)
class OpenProgramme:
    """The public page. ``heads``: the scopes of the figures after the programme; ``made_at`` in UTC."""

    slug: str
    title: str
    code: str
    intro: str
    currency: str
    made_at: dt.datetime
    clusters: tuple[OpenCluster, ...]
    heads: tuple[str, ...]
    tables: tuple[OpenTable, ...]
    agreements: tuple[OpenAgreement, ...]
    has_iati: bool  # whether its IATI file is open to everybody as well

    @property
    def rows(self) -> Iterator[FigureRow]:
        for table in self.tables:
            for line in table.lines:
                yield from line.cells


def public_page_of(programme: Programme) -> PublicPage | None:
    return PublicPage.objects.filter(programme=programme).first()


def open_programme(slug: str) -> OpenProgramme | None:
    """The public page of a programme; None where it has none or closed it.

    Whether it is open is asked each time; what it says may be ``KEPT_SECONDS`` old.
    """
    page = PublicPage.objects.open().filter(programme__slug=slug).select_related("programme").first()
    if page is None:
        return None
    # An introduction that was changed, or a page that was closed and opened again, shows at once.
    key = f"open-programme:{_SHAPE}:{page.pk}:{page.version}:{page.updated_at.timestamp()}:{get_language()}"
    return cache.get_or_set(key, lambda: _read(page), KEPT_SECONDS)


def _read(page: PublicPage) -> OpenProgramme:
    programme, now = page.programme, timezone.now()
    # The day in UTC: readers of all time zones are shown the same page.
    day = now.astimezone(dt.UTC).date()
    results = results_of(programme, day)
    return OpenProgramme(
        slug=programme.slug,
        title=programme.title,
        code=programme.code,
        intro=page.intro,
        currency=programme.currency,
        made_at=now,
        clusters=tuple(_cluster(line) for line in place_lines(_clusters(programme), _twinnings(programme))),
        heads=tuple(cluster.name for cluster in results.clusters),
        tables=tuple(
            OpenTable(
                table.result.title,
                tuple(
                    OpenLine(
                        row.indicator.code,
                        row.indicator.name,
                        row.indicator.unit,
                        row.indicator.measure == Indicator.Measure.PERCENT,
                        public_rows(results, row),
                    )
                    for row in table.rows
                ),
            )
            for table in results.tables
            if table.rows
        ),
        agreements=tuple(_agreements(programme, day)),
        has_iati=Publication.objects.filter(programme=programme, is_public=True).exists(),
    )


def _twinnings(programme: Programme) -> QuerySet[Twinning]:
    return Twinning.objects.filter(programme=programme, status__in=_TOLD).for_list()[:MOST_ROWS]


def _clusters(programme: Programme) -> list[Cluster]:
    """Those that results are shown for, and those that worked with them; who is only looked at is not told."""
    told = Twinning.objects.filter(programme=programme, status__in=_TOLD)
    partners = Q(pk__in=told.values("emerging")) | Q(pk__in=told.values("advanced"))
    own = [cluster.pk for cluster in clusters_of(programme)]
    rows = Cluster.objects.filter(programme=programme).filter(Q(pk__in=own) | partners)
    return list(rows.order_by("name")[:MOST_ROWS])


def _cluster(line: PlaceLine) -> OpenCluster:
    row = line.cluster
    return OpenCluster(
        row.slug,
        row.name,
        line.country,
        row.sector,
        row.locations,
        row.position,
        line.position,
        line.leads,
        tuple(OpenTie(tied.other.slug, tied.other.name, tied.word, tied.is_active) for tied in line.ties),
    )


def _agreements(programme: Programme, day: dt.date) -> Iterator[OpenAgreement]:
    """Agreements that hold or held; what was only tried, or has no dates, is not published."""
    for row in agreements_between_bodies(programme)[:MOST_ROWS]:
        force = row.force_on(day)
        if force in (*IN_FORCE, Force.LAPSED):
            yield OpenAgreement(
                row.title, str(row.get_kind_display()), edtf_text(row.signed), force_word(force)
            )
