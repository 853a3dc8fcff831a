"""Exchange rates in the database: loaded from the ECB's files, and found for amounts that are to be converted.

Which rate holds and how one converts by it says ``core.money``. Who may load or type one says the room that knows
roles: ``clusters.services``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from twinning.core import jobs
from twinning.core.access import WrongState
from twinning.core.attachments import attach_made, clean_name, read_kept
from twinning.core.bulk import Table, Values, chunks
from twinning.core.history_many import Edits
from twinning.core.models import ExchangeRate, RateLoad, User
from twinning.core.money import (
    BASES,
    Converted,
    Money,
    Published,
    RateBook,
    Total,
    UnfitRates,
    read_ecb,
    refused,
)

LOAD = "core.rates"
SOURCE = "ECB euro reference rates"
_ROWS = 5000
_COLUMNS = ("currency", "base", "day", "last_day", "rate", "source", "origin")


# Converting ------------------------------------------------------------------------------------------------


def rates_for(
    currencies: Iterable[str], first: dt.date, last: dt.date, programme_id: int | None = None
) -> RateBook:
    """What is needed to convert between any of ``currencies`` on any day from ``first`` to ``last``, in one query.

    With the programme's own rates before the published ones; with None only those that are published.
    """
    rows = ExchangeRate.objects.holding().used_by(programme_id).reaching(first, last)
    rows = rows.filter(currency__in={*currencies, *BASES}).order_by().only(*_COLUMNS)
    return RateBook(rate.as_rate() for rate in rows)


def convert(money: Money, to: str, day: dt.date, programme_id: int | None = None) -> Converted:
    """One amount in another currency by the rates of a day. Raises RateMissing. For many see ``total_of``."""
    return rates_for([money.currency, to], day, day, programme_id).convert(money, to, day)


def total_of(amounts: Iterable[tuple[Money, dt.date]], to: str, programme_id: int | None = None) -> Total:
    """The sum of amounts, each by the rates of its day, with one query however many there are.

    Amounts of one currency and day may come summed by the database. What has no rate is left out, and named.
    """
    amounts = list(amounts)
    if not amounts:
        return RateBook().total([], to)
    days = [day for _money, day in amounts]
    book = rates_for([to, *(money.currency for money, _day in amounts)], min(days), max(days), programme_id)
    return book.total(amounts, to)


# Loading ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sorted:
    """The rates of a file beside those that stand.

    ``new`` are rows as ``bulk`` writes them, ``other`` is {id of a rate that stands: its other value}.
    """

    new: list[Values] = field(default_factory=list)
    other: dict[int, Decimal] = field(default_factory=dict)
    known: int = 0


def take_in(*, actor: User | None, filename: str, data: bytes) -> RateLoad:
    """Note that a file is to be loaded, and keep it where somebody uploaded it."""
    load = RateLoad(filename=clean_name(filename), sha256=hashlib.sha256(data).hexdigest(), created_by=actor)
    load.save(force_insert=True)
    if actor is not None:
        attach_made(
            actor=actor,
            owner=load,
            name=load.filename,
            data=data,
            media_type="application/octet-stream",
            key=f"rates {load.pk} {load.sha256}",
        )
    return load


@transaction.atomic
def queue_load(*, actor: User, filename: str, data: bytes, programme_id: int, result_url: str) -> RateLoad:
    """Keep a file and let a worker load it; ``result_url`` is the page that then shows the rates.

    The caller checked that ``actor`` may.
    """
    load = take_in(actor=actor, filename=filename, data=data)
    load.job = jobs.enqueue(
        LOAD,
        actor=actor,
        title=_("Exchange rates of %(file)s") % {"file": load.filename},
        params={"load": load.pk, "url": result_url},
        programme_id=programme_id,
    )
    load.save(update_fields=["job"])
    return load


def load_ecb_rates(*, actor: User | None, filename: str, data: bytes, correct: bool = False) -> RateLoad:
    """Load all rates of a file of the ECB's, or none. Those that stand already are passed over.

    A rate that stands with another value is refused, with its place in the file, since figures may have been
    made by it; with ``correct`` it gets the value of the file, and its history keeps the old one. Raises UnfitRates
    (field ``file``). The caller checked that ``actor`` may; None is the operator of the machine.
    """
    write = prepare_load(data, correct=correct)
    with transaction.atomic():
        return write(take_in(actor=actor, filename=filename, data=data))


def prepare_load(data: bytes, *, correct: bool = False) -> Callable[[RateLoad], RateLoad]:
    """Read a file and compare it with what stands; returns the function that writes it as that of a load.

    That one runs inside a transaction, and compares anew only where another file was loaded since.
    """
    published = read_ecb(data, timezone.localdate())
    seen = _last_loaded()
    found = _compare(published, correct=correct)

    def write(load: RateLoad) -> RateLoad:
        fresh = found if _last_loaded() == seen else _compare(published, correct=correct)
        _write(load, fresh)
        load.first_day, load.last_day = min(one.day for one in published), max(one.day for one in published)
        load.added, load.known, load.corrected = len(fresh.new), fresh.known, len(fresh.other)
        load.loaded_at = timezone.now()
        load.save(update_fields=["first_day", "last_day", "added", "known", "corrected", "loaded_at"])
        return load

    return write


def _last_loaded() -> dt.datetime | None:
    """When published rates were last written: only loads write them."""
    last: dt.datetime | None = RateLoad.objects.aggregate(last=Max("loaded_at"))["last"]
    return last


def _compare(published: list[Published], *, correct: bool) -> _Sorted:
    """Raises UnfitRates where a rate stands with another value, unless it is to be corrected."""
    days = [rate.day for rate in published]
    rows = ExchangeRate.objects.holding().used_by(None).filter(day__gte=min(days), day__lte=max(days))
    known = rows.order_by().values_list("day", "currency", "pk", "rate").iterator(_ROWS)
    standing = {(day, currency): (pk, rate) for day, currency, pk, rate in known}
    found, table = _Sorted(), _table()
    problems: list[str] = []
    words = _("%(place)s: %(value)s, but %(standing)s stands since an earlier file")
    for one in published:
        pk, rate = standing.get((one.day, one.currency), (None, None))
        if pk is None or rate is None:
            ready = table.ready({"day": one.day, "currency": one.currency, "rate": one.value})
            found.new.append(table.row(ready))
        elif rate == one.value:
            found.known += 1
        else:
            found.other[pk] = one.value
            problems.append(
                words % {"place": one.place, "value": one.value, "standing": f"{rate.normalize():f}"}
            )
    if problems and not correct:
        raise refused(problems)
    return found


def _table() -> Table:
    """How a published rate is written: all is known of it before the transaction but the load."""
    return Table(ExchangeRate(origin=ExchangeRate.Origin.ECB, source=SOURCE), late=["load_id"])


def _write(load: RateLoad, found: _Sorted) -> None:
    try:
        with transaction.atomic():
            _table().append(found.new, repeat((load.pk,)))
    except IntegrityError as error:
        raise WrongState(
            _("Another file of rates was loaded at the same moment. Load this one again.")
        ) from error
    edits = Edits(ExchangeRate, actor=load.created_by)
    for some in chunks(found.other, _ROWS):
        for rate in ExchangeRate.objects.filter(pk__in=some):
            edits.change(rate, {"rate": found.other[rate.pk], "load": load})
    edits.write()


@jobs.job(LOAD)
def load_job(run: jobs.Run) -> jobs.Effect:
    load = RateLoad.objects.select_related("created_by").get(pk=run.job.params["load"])
    write = prepare_load(_kept(load))

    def effect() -> jobs.Result:
        done = write(load)
        return jobs.Result(data={"added": done.added, "known": done.known}, url=run.job.params["url"])

    return effect


def _kept(load: RateLoad) -> bytes:
    data = read_kept(load)
    if data is None:
        raise UnfitRates(_("The file is no longer kept. Upload it again."))
    return data
