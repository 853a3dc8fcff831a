"""The IATI file of a programme with very many activities, from the database to its bytes, beside bare lxml that
writes the same elements and knows them already."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from bench.database import scaled
from bench.rows import Row

ACTIVITIES = 100_000

Known = tuple[str, dict[str, str], str | None, list[Any]]  # tag, attributes, text, children


def _published() -> Any:
    """The publication of the programme of the scale, made in this database: all its activities are in the file."""
    from clusters.models import Membership, Organisation, Programme
    from clusters.rules import Role
    from clusters.services import add_programme_organisation, update_programme
    from monitoring.models import Publication
    from monitoring.services import add_publication_code, set_up_publication

    programme = Programme.objects.get(slug="scale")
    manager = Membership.objects.filter(programme=programme, role=Role.MANAGER)[0].user
    found = Publication.objects.filter(programme=programme).select_related("programme").first()
    if found is not None:
        return found
    update_programme(actor=manager, programme=programme, version=None, starts="2006", description="Scale")
    body = Organisation.objects.filter(programme=programme, kind="association")[0]
    add_programme_organisation(actor=manager, programme=programme, organisation=body, role="implementing")
    add_publication_code(actor=manager, programme=programme, scheme="sector", code="32130")
    set_up_publication(
        actor=manager,
        programme=programme,
        reporter_ref="XM-EXAMPLE",
        reporter_type="40",
        reporter_name="Scale",
        suffix="SCALE",
        with_activities=True,
    )
    return Publication.objects.select_related("programme").get(programme=programme)


def _ours(publication: Any, most: int | None = None) -> tuple[int, int]:
    """(bytes, activities) of the file, which is read and let go, as a client on the line does."""
    from django.utils import timezone

    from monitoring.exporters.iati import iati_file
    from monitoring.queries.iati_checks import publishable

    count = itertools.count()
    activities = (one for one, _n in zip(publishable(publication), count, strict=False))
    pieces = iati_file(itertools.islice(activities, most), timezone.now())
    return sum(len(piece) for piece in pieces), next(count)


def _known(element: Any) -> Known:
    return element.tag, dict(element.attrib), element.text, [_known(child) for child in element]


def _typical(publication: Any) -> Known:
    """A single activity of the file as plain data."""
    from monitoring.exporters.iati import element_of
    from monitoring.queries.iati_checks import publishable
    from monitoring.rules.iati import codes

    activities = (one for one in publishable(publication) if one.hierarchy == codes.ACTIVITY)
    return _known(element_of(next(activities)))


class _Sink:
    def write(self, data: bytes) -> int:
        return len(data)


def _bare(known: Known, count: int) -> None:
    from lxml import etree

    def build(parent: Any, what: Known) -> Any:
        tag, attributes, text, children = what
        made = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
        made.text = text
        for child in children:
            build(made, child)
        return made

    with (
        etree.xmlfile(_Sink(), encoding="UTF-8") as writer,
        writer.element("iati-activities", {"version": "2.03"}),
    ):
        for _unused in range(count):
            writer.write(build(None, known))


def _elements(known: Known) -> Iterator[Known]:
    yield known
    for child in known[3]:
        yield from _elements(child)


def _peak(url: str, most: int) -> int:
    """Bytes at the peak of a process that writes so many activities."""
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "-m", "bench.iati", str(most)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return int(said.split()[-1])


def _weigh(most: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
    django.setup()
    _ours(_published(), most)
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)


def _seconds(call: Any) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def run(*, small: bool = False) -> list[Row]:
    activities = ACTIVITIES // 100 if small else ACTIVITIES
    with scaled(activities) as url:
        publication = _published()
        known = _typical(publication)
        size, count = _ours(publication)  # also warms what is read once
        ours = min(_seconds(lambda: _ours(publication)) for _unused in range(2))
        bare = min(_seconds(lambda: _bare(known, count)) for _unused in range(2))
        few, many = _peak(url, count // 10), _peak(url, count)
    elements = sum(1 for _unused in _elements(known))
    return [
        Row(
            f"IATI file of {count} activities: bare lxml, {elements} elements each",
            ours,
            bare,
            2.0,
            note=f"{size / 2**20:.0f} MB, read from the database, checked by the ruleset, written",
        ),
        Row(
            f"memory of {count} activities: that of {count // 10}",
            many / 2**20,
            few / 2**20,
            1.05,
            unit="M",
        ),
    ]


if __name__ == "__main__":
    _weigh(int(sys.argv[1]))
