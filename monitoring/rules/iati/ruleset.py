"""What is wrong with an activity before it is published, rule by rule (``rules``). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from monitoring.rules.iati import codes
from monitoring.rules.iati.activity import Activity, ActivityDate, Coded, Organisation, Source, number
from monitoring.rules.iati.results import results
from monitoring.rules.iati.rules import RULES, Severity

_FORBIDDEN = frozenset("/&|?")
# The percentages of thirds are rounded: the ruleset lets a hundredth pass.
_TOLERANCE = Decimal("0.0101")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Problem:
    """``field`` is a field of the dataclasses of ``activity``; ``source`` is the record to mend."""

    rule: str
    activity: str
    source: Source
    field: str
    detail: str = ""

    @property
    def severity(self) -> Severity:
        return RULES[self.rule].severity

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def message(self) -> str:
        words = str(RULES[self.rule].words)
        return f"{words} ({self.detail})" if self.detail else words


Found = tuple[str, Source | None, str, str]  # rule, record (None: that of the activity), field, detail


def check(activity: Activity, today: dt.date) -> list[Problem]:
    """All problems of one activity, in the order in which the file says things."""
    return [
        Problem(rule, activity.identifier, source or activity.source, field, detail)
        for rule, source, field, detail in _all(activity, today)
    ]


def is_publishable(activity: Activity, today: dt.date) -> bool:
    """Whether no error stands against it."""
    return not any(RULES[rule].severity is Severity.ERROR for rule, *_rest in _all(activity, today))


def _all(activity: Activity, today: dt.date) -> Iterator[Found]:
    yield from _identity(activity, today)
    yield from _organisations(activity)
    yield from _dates(activity.dates, today)
    yield from _places(activity)
    yield from _sectors(activity)
    yield from _other_codes(activity)
    yield from _money(activity, today)
    for document in activity.documents:
        if not (document.url and document.title and document.media_type and document.category):
            yield "own.5", document.source, "documents", document.title
    yield from results(activity.results)


def _identity(activity: Activity, today: dt.date) -> Iterator[Found]:
    identifier, ref = activity.identifier, activity.reporting.ref
    if not identifier.strip() or not ref:
        yield "own.1", None, "identifier", ""
    elif identifier == ref:
        yield "1.1.3", None, "identifier", identifier
    elif not identifier.startswith(f"{ref}-"):
        yield "1.1.21", None, "identifier", identifier
    if identifier != identifier.strip():
        yield "1.3.1", None, "identifier", ""
    if _FORBIDDEN & set(identifier):
        yield "1.3.13", None, "identifier", identifier
    if not activity.language:
        yield "4.1.1", None, "language", ""
    if not activity.title.strip():
        yield "4.3.1", None, "title", ""
    if not activity.description.strip():
        yield "4.4.1", None, "description", ""
    if activity.updated.date() > today:
        yield "11.1.1", None, "updated", activity.updated.date().isoformat()


def _is_nameless(organisation: Organisation) -> bool:
    return not organisation.ref and not organisation.name.strip()


def _organisations(activity: Activity) -> Iterator[Found]:
    reporting = activity.reporting
    if not (reporting.ref and reporting.type and reporting.name.strip()):
        yield "own.2", reporting.source, "reporting", ""
    if not activity.participating:
        yield "own.3", None, "participating", ""
    for organisation in activity.participating:
        if _is_nameless(organisation):
            yield "6.10.1", organisation.source, "participating", ""
    for other in activity.other_identifiers:
        if other.owner is not None and _is_nameless(other.owner):
            yield "6.8.1", None, "other_identifiers", other.ref


def _dates(dates: Iterable[ActivityDate], today: dt.date) -> Iterator[Found]:
    days = {date.type: date.day for date in dates}
    if codes.PLANNED_START not in days and codes.ACTUAL_START not in days:
        yield "6.11.1", None, "dates", ""
    for start, end, rule in (
        (codes.PLANNED_START, codes.PLANNED_END, "11.1.2"),
        (codes.ACTUAL_START, codes.ACTUAL_END, "11.1.3"),
    ):
        if start in days and end in days and days[end] < days[start]:
            yield rule, None, "dates", f"{days[start]} – {days[end]}"
    for kind, rule in ((codes.ACTUAL_START, "11.1.4"), (codes.ACTUAL_END, "11.1.5")):
        if kind in days and days[kind] > today:
            yield rule, None, "dates", days[kind].isoformat()


def _shares(group: list[Coded], prefix: str, field: str) -> Iterator[Found]:
    """Several need percentages that make 100; one alone has none, or 100."""
    shares = [number(one.percentage) for one in group]
    where = group[0].source
    if len(group) == 1:
        if group[0].percentage and shares[0] != _HUNDRED:
            yield f"{prefix}.4", where, field, group[0].percentage
    elif missing := [one.code for one in group if not one.percentage]:
        yield f"{prefix}.1", where, field, ", ".join(missing)
    elif abs(sum((share for share in shares if share is not None), Decimal(0)) - _HUNDRED) > _TOLERANCE:
        total = sum((share for share in shares if share is not None), Decimal(0))
        yield f"{prefix}.2", where, field, f"{total:f}"


def _places(activity: Activity) -> Iterator[Found]:
    group = [*activity.countries, *activity.regions]
    told = [
        transaction for transaction in activity.transactions if transaction.countries or transaction.regions
    ]
    if group:
        yield from _shares(group, "3.4" if activity.regions else "3.1", "places")
        for transaction in told:
            yield "3.6.2", transaction.source, "places", ""
    elif not told:
        yield "3.7.1", None, "places", ""
    else:
        for transaction in activity.transactions:
            if transaction not in told:
                yield "3.7.2", transaction.source, "places", ""


def _sectors(activity: Activity) -> Iterator[Found]:
    told = [transaction for transaction in activity.transactions if transaction.sectors]
    if activity.sectors:
        for transaction in told:
            yield "6.6.2", transaction.source, "sectors", ""
        yield from _sector_codes(activity.sectors)
        if all((sector.vocabulary or codes.DAC) != codes.DAC for sector in activity.sectors):
            yield "102.1.1", None, "sectors", ""
    elif not told:
        yield "6.2.2", None, "sectors", ""
    else:
        for transaction in activity.transactions:
            if transaction not in told:
                yield "6.7.2", transaction.source, "sectors", ""


def _sector_codes(sectors: Iterable[Coded]) -> Iterator[Found]:
    by_vocabulary: dict[str, list[Coded]] = {}
    for sector in sectors:
        by_vocabulary.setdefault(sector.vocabulary or codes.DAC, []).append(sector)
        if sector.vocabulary in codes.OWN and not sector.name.strip():
            yield "2.2.1", sector.source, "sectors", sector.code
        share = number(sector.percentage) if sector.percentage else _HUNDRED
        if share is None or not 0 <= share <= _HUNDRED:
            yield "12.3.1", sector.source, "sectors", sector.percentage
    for group in by_vocabulary.values():
        yield from _shares(group, "2.1", "sectors")


def _other_codes(activity: Activity) -> Iterator[Found]:
    goals = {tag.code.partition(".")[0] for tag in activity.tags if tag.vocabulary == codes.SDG_TARGET}
    for tag in activity.tags:
        if tag.vocabulary == codes.SDG_GOAL and tag.code in goals:
            yield "own.4", tag.source, "tags", tag.code
    for marker in activity.markers:
        if (marker.vocabulary or codes.DAC) == codes.DAC and not marker.significance:
            yield "6.13.1", marker.source, "markers", marker.code
        if marker.vocabulary == codes.OWN_INDICATOR and not marker.name.strip():
            yield "6.14.1", marker.source, "markers", marker.code
    seen: set[str] = set()
    for aid in activity.aid_types:
        if (vocabulary := aid.vocabulary or codes.DAC) in seen:
            yield "107.1.2", aid.source, "aid_types", aid.code
        seen.add(vocabulary)


def _a_year_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)


def _money(activity: Activity, today: dt.date) -> Iterator[Found]:
    for budget in activity.budgets:
        if budget.last < budget.first:
            yield "8.6.3", budget.source, "budgets", f"{budget.first} – {budget.last}"
        elif budget.last > _a_year_after(budget.first):
            yield "7.5.3", budget.source, "budgets", f"{budget.first} – {budget.last}"
        if not (budget.currency or activity.currency):
            yield "7.8.1", budget.source, "currency", budget.value
    for transaction in activity.transactions:
        if transaction.day > today:
            yield "11.2.1", transaction.source, "transactions", transaction.day.isoformat()
        if transaction.value_date is not None and transaction.value_date > today:
            yield "11.2.2", transaction.source, "transactions", transaction.value_date.isoformat()
        if transaction.provider is not None and _is_nameless(transaction.provider):
            yield "6.9.1", transaction.source, "provider", ""
        if transaction.receiver is not None and _is_nameless(transaction.receiver):
            yield "6.9.2", transaction.source, "receiver", ""
        if not (transaction.currency or activity.currency):
            yield "7.8.1", transaction.source, "currency", transaction.value
        yield from _sector_codes(transaction.sectors)
