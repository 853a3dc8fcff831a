"""Writes activities as a file of IATI 2.03, one after the other, so that their number costs no memory.

The schema is a sequence: the order in which the elements are made here is the order that it wants.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from monitoring.rules import iati
from monitoring.rules.iati import codes

_XML = "{http://www.w3.org/XML/1998/namespace}"
# What XML cannot hold at all, such as a form feed that came along from a sheet.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PIECE = 64 * 1024
_FLUSHED = 16  # activities; each by itself would cost more than it holds


class _Pieces:
    """A file that is read while it is written."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.parts.append(data)
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts, self.size = [], 0
        return taken


def iati_file(activities: Iterable[iati.Activity], generated: dt.datetime) -> Iterator[bytes]:
    """The bytes of the file, in pieces. The schema asks for at least one activity: that is for the caller to see."""
    out = _Pieces()
    with etree.xmlfile(out, encoding="UTF-8") as writer:
        writer.write_declaration()
        attributes = {"version": codes.VERSION, "generated-datetime": _moment(generated)}
        with writer.element("iati-activities", attributes):
            for number, activity in enumerate(activities):
                writer.write("\n")
                writer.write(element_of(activity))
                if number % _FLUSHED == 0:
                    writer.flush()
                if out.size >= _PIECE:
                    yield out.take()
            writer.write("\n")
    yield out.take()


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(text: str) -> str:
    return text if text.isprintable() else _NOT_XML.sub(" ", text)


@cache
def _attribute(name: str) -> str:
    """A name of Python's as one of XML's: iso_date is iso-date."""
    return name.replace("_", "-")


def _add(parent: Any, tag: str, text: str = "", /, **attributes: str) -> Any:
    """A child with a narrative where there is a text; attributes that are empty are left out."""
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        if value:
            child.set(_attribute(name), _clean(value))
    if text:
        etree.SubElement(child, "narrative").text = _clean(text)
    return child


def element_of(activity: iati.Activity) -> Any:
    """One activity as an element."""
    made = etree.Element("iati-activity")
    _attributes(made, activity)
    etree.SubElement(made, "iati-identifier").text = _clean(activity.identifier)
    _organisation(made, "reporting-org", activity.reporting)
    _add(made, "title", activity.title)
    _add(made, "description", activity.description, type="1")
    for organisation in activity.participating:
        _organisation(made, "participating-org", organisation)
    for other in activity.other_identifiers:
        child = _add(made, "other-identifier", ref=other.ref, type=other.type)
        if other.owner is not None:
            _add(child, "owner-org", other.owner.name, ref=other.owner.ref)
    _add(made, "activity-status", code=activity.status)
    for date in activity.dates:
        _add(made, "activity-date", date.text, type=date.type, iso_date=date.day.isoformat())
    _places(made, activity)
    for sector in activity.sectors:
        _coded(made, "sector", sector)
    for tag in activity.tags:
        _coded(made, "tag", tag)
    for marker in activity.markers:
        _coded(made, "policy-marker", marker)
    _defaults(made, activity)
    for budget in activity.budgets:
        _budget(made, budget)
    for transaction in activity.transactions:
        _transaction(made, transaction)
    for document in activity.documents:
        _document(made, document)
    for identifier, kind in activity.related:
        _add(made, "related-activity", ref=identifier, type=kind)
    for result in activity.results:
        _result(made, result)
    return made


def _attributes(made: Any, activity: iati.Activity) -> None:
    made.set("last-updated-datetime", _moment(activity.updated))
    if activity.language:
        made.set(f"{_XML}lang", activity.language)
    if activity.currency:
        made.set("default-currency", _clean(activity.currency))
    made.set("humanitarian", "0")
    made.set("hierarchy", str(activity.hierarchy))
    if activity.budget_not_provided:
        made.set("budget-not-provided", activity.budget_not_provided)


def _organisation(parent: Any, tag: str, organisation: iati.Organisation) -> None:
    _add(parent, tag, organisation.name, ref=organisation.ref, type=organisation.type, role=organisation.role)


def _coded(parent: Any, tag: str, coded: iati.Coded) -> None:
    _add(
        parent,
        tag,
        coded.name,
        vocabulary=coded.vocabulary,
        code=coded.code,
        percentage=coded.percentage,
        significance=coded.significance,
    )


def _places(parent: Any, activity: iati.Activity) -> None:
    for country in activity.countries:
        _coded(parent, "recipient-country", country)
    for region in activity.regions:
        _coded(parent, "recipient-region", region)
    for location in activity.locations:
        child = _add(parent, "location")
        _add(child, "location-reach", code=location.reach)
        _add(child, "name", location.name)
        if location.description:
            _add(child, "description", location.description)
        if location.point:
            point = _add(child, "point", srsName="http://www.opengis.net/def/crs/EPSG/0/4326")
            _add(point, "pos").text = location.point
        _add(child, "exactness", code=location.exactness)
        _add(child, "location-class", code=location.place_class)


def _defaults(parent: Any, activity: iati.Activity) -> None:
    for tag, code in (
        ("collaboration-type", activity.collaboration),
        ("default-flow-type", activity.flow),
        ("default-finance-type", activity.finance),
    ):
        if code:
            _add(parent, tag, code=code)
    for aid in activity.aid_types:
        _add(parent, "default-aid-type", code=aid.code, vocabulary=aid.vocabulary)
    if activity.tied:
        _add(parent, "default-tied-status", code=activity.tied)


def _value(parent: Any, value: str, currency: str, day: dt.date | None) -> None:
    child = _add(parent, "value", currency=currency, value_date=day.isoformat() if day else "")
    child.text = value


def _budget(parent: Any, budget: iati.Budget) -> None:
    child = _add(parent, "budget", type=budget.type, status=budget.status)
    _add(child, "period-start", iso_date=budget.first.isoformat())
    _add(child, "period-end", iso_date=budget.last.isoformat())
    _value(child, budget.value, budget.currency, budget.value_date)


def _transaction(parent: Any, transaction: iati.Transaction) -> None:
    child = _add(parent, "transaction")
    _add(child, "transaction-type", code=transaction.type)
    _add(child, "transaction-date", iso_date=transaction.day.isoformat())
    _value(child, transaction.value, transaction.currency, transaction.value_date)
    if transaction.description:
        _add(child, "description", transaction.description)
    if transaction.provider is not None:
        _organisation(child, "provider-org", transaction.provider)
    if transaction.receiver is not None:
        _organisation(child, "receiver-org", transaction.receiver)
    for sector in transaction.sectors:
        _coded(child, "sector", sector)
    for country in transaction.countries:
        _coded(child, "recipient-country", country)
    for region in transaction.regions:
        _coded(child, "recipient-region", region)


def _document(parent: Any, document: iati.Document) -> None:
    child = _add(parent, "document-link", url=document.url, format=document.media_type)
    _add(child, "title", document.title)
    _add(child, "category", code=document.category)
    if document.language:
        _add(child, "language", code=document.language)
    if document.day is not None:
        _add(child, "document-date", iso_date=document.day.isoformat())


def _result(parent: Any, result: iati.Result) -> None:
    child = _add(parent, "result", type=result.type, aggregation_status=_truth(result.aggregates))
    _add(child, "title", result.title)
    if result.description:
        _add(child, "description", result.description)
    for reference in result.references:
        _add(child, "reference", code=reference.code, vocabulary=reference.vocabulary)
    for indicator in result.indicators:
        _indicator(child, indicator)


def _truth(so: bool) -> str:
    return "1" if so else "0"


def _indicator(parent: Any, indicator: iati.Indicator) -> None:
    child = _add(
        parent,
        "indicator",
        measure=indicator.measure,
        ascending=_truth(indicator.ascending),
        aggregation_status=_truth(indicator.aggregates),
    )
    _add(child, "title", indicator.title)
    if indicator.description:
        _add(child, "description", indicator.description)
    for reference in indicator.references:
        _add(child, "reference", vocabulary=reference.vocabulary, code=reference.code)
    for baseline in indicator.baselines:
        _baseline(child, baseline)
    for period in indicator.periods:
        made = _add(child, "period")
        _add(made, "period-start", iso_date=period.first.isoformat())
        _add(made, "period-end", iso_date=period.last.isoformat())
        for target in period.targets:
            _told(made, "target", target)
        for actual in period.actuals:
            _told(made, "actual", actual)


def _baseline(parent: Any, value: iati.Value) -> None:
    """In a baseline, and only there, documents stand before the comment."""
    day = value.day.isoformat() if value.day else ""
    child = _add(parent, "baseline", year=value.year, iso_date=day, value=value.value)
    _dimensions(child, value)
    for document in value.documents:
        _document(child, document)
    if value.comment:
        _add(child, "comment", value.comment)


def _told(parent: Any, tag: str, value: iati.Value) -> None:
    """A target or an actual value: the comment stands before documents."""
    child = _add(parent, tag, value=value.value)
    _dimensions(child, value)
    if value.comment:
        _add(child, "comment", value.comment)
    for document in value.documents:
        _document(child, document)


def _dimensions(parent: Any, value: iati.Value) -> None:
    for name, part in value.dimensions:
        _add(parent, "dimension", name=name, value=part)
