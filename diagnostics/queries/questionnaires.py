"""Questionnaires as the pages and the export of them need them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from clusters.models import Cluster, Organisation, ProductGroup, Programme
from diagnostics.models import Questionnaire, QuestionnaireVersion, Submission
from diagnostics.rules.review import OPEN
from twinning.core.models import User
from twinning.core.pages import COUNT_LIMIT

Status = QuestionnaireVersion.Status
_MOST_LISTED = 2_000
MARKS = {Status.DRAFT: "plan", Status.PUBLISHED: "good", Status.RETIRED: "off"}
Listed = list[tuple[int, str]]


def version_in_use(slug: str) -> QuestionnaireVersion | None:
    """The version of a questionnaire that is in use, else the last one that was."""
    rows = QuestionnaireVersion.objects.filter(questionnaire__slug=slug).select_related("questionnaire")
    used = rows.exclude(status=Status.DRAFT)
    return rows.current().first() or used.order_by("-number").first()


def choices_in(cluster: Cluster, reader: User | None) -> tuple[Listed, Listed]:
    """(id, name) of a cluster's organisations and of its product groups, for a form that is filled elsewhere.

    ``reader`` None is the operator of the machine, who sees all.
    """
    organisations = Organisation.objects.filter(roles__cluster=cluster)
    groups = ProductGroup.objects.filter(cluster=cluster)
    if reader is not None:
        organisations, groups = organisations.visible_to(reader), groups.visible_to(reader)
    names = organisations.distinct().order_by("name", "pk").values_list("pk", "name")
    return list(names[:_MOST_LISTED]), list(groups.values_list("pk", "name")[:_MOST_LISTED])


@dataclass(frozen=True, slots=True)
class Filled:
    """How many forms stand in each version: {version: forms}, and of them those that are being filled.

    ``capped``: there are more than were looked at.
    """

    all: Counter[int] = field(default_factory=Counter)
    open: Counter[int] = field(default_factory=Counter)
    capped: bool = False


def filled_in(reader: User, programme: Programme, questionnaire: Questionnaire | None = None) -> Filled:
    """The forms of a programme that the reader sees, at most COUNT_LIMIT of them, by their version."""
    rows = Submission.objects.visible_to(reader).filter(programme=programme)
    if questionnaire is not None:
        rows = rows.filter(questionnaire_version__questionnaire=questionnaire)
    found = rows.order_by().values_list("questionnaire_version_id", "status")[: COUNT_LIMIT + 1]
    pairs = list(found)
    return Filled(
        Counter(version for version, _status in pairs),
        Counter(version for version, status in pairs if status in OPEN),
        len(pairs) > COUNT_LIMIT,
    )


@dataclass(frozen=True, slots=True)
class QuestionnaireLine:
    slug: str
    title: str
    kind: str
    own: bool  # of the programme, not of the library
    in_use: int | None
    draft: int | None
    versions: int
    filled: int


def questionnaire_lines(rows: Iterable[Questionnaire], filled: Filled) -> list[QuestionnaireLine]:
    """``rows``: as ``for_list`` reads them."""
    lines = []
    for row in rows:
        versions = list(row.versions.all())
        numbers = {version.status: version.number for version in versions}
        lines.append(
            QuestionnaireLine(
                slug=row.slug,
                title=row.title,
                kind=row.get_kind_display(),
                own=row.programme_id is not None,
                in_use=numbers.get(Status.PUBLISHED),
                draft=numbers.get(Status.DRAFT),
                versions=len(versions),
                filled=sum(filled.all[version.pk] for version in versions),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class VersionLine:
    number: int
    status: str
    word: str
    mark: str
    note: str
    since: dt.datetime | None
    until: dt.datetime | None
    filled: int
    open: int
    before: int | None  # the number of the version before it


def version_lines(questionnaire: Questionnaire, filled: Filled) -> list[VersionLine]:
    """The versions of a questionnaire, the newest first."""
    rows = list(questionnaire.versions.defer("definition").order_by("-number"))
    return [
        VersionLine(
            number=row.number,
            status=row.status,
            word=row.get_status_display(),
            mark=MARKS[Status(row.status)],
            note=row.note,
            since=row.published_at,
            until=row.retired_at,
            filled=filled.all[row.pk],
            open=filled.open[row.pk],
            before=rows[place + 1].number if place + 1 < len(rows) else None,
        )
        for place, row in enumerate(rows)
    ]
