"""The official schema of IATI, where IATI_SCHEMA_DIR says where it lies; it is not part of the application."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings
from lxml import etree

from monitoring.exporters.iati import element_of
from monitoring.rules import iati
from monitoring.rules.iati import codes

_NAME = "iati-activities-schema.xsd"
_MOST = 50


@lru_cache(maxsize=2)
def _schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(path, parser))


def schema() -> etree.XMLSchema | None:
    """The schema; None where none is configured, or none lies there."""
    folder = settings.IATI_SCHEMA_DIR
    path = None if folder is None else Path(folder, _NAME)
    return _schema(path) if path is not None and path.is_file() else None


def schema_errors(activities: Iterable[iati.Activity]) -> list[tuple[str, str]] | None:
    """(identifier, what the schema says) of activities that it refuses; None where it was not asked."""
    known = schema()
    if known is None:
        return None
    found: list[tuple[str, str]] = []
    for activity in activities:
        root = etree.Element("iati-activities", version=codes.VERSION)
        root.append(element_of(activity))
        if not known.validate(root):
            found.extend((activity.identifier, entry.message) for entry in known.error_log)
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def refusal_of(file: IO[bytes] | str) -> str | None:
    """What the schema says of a whole file, read piece by piece: "" for nothing, None where it was not asked."""
    known = schema()
    if known is None:
        return None
    try:
        for _event, element in etree.iterparse(
            file, schema=known, tag="iati-activity", resolve_entities=False, no_network=True
        ):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        return str(error)
    return ""
