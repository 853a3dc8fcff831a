"""Filed forms as lists and pages show them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from clusters.models import Programme
from clusters.queries import Word
from diagnostics.models import QuestionnaireVersion, Remark, Submission
from diagnostics.queries.answers import answers_for, value_text
from diagnostics.queries.hindrances import hindrances_for
from diagnostics.rules.answers import Asked, path_of, place_of, rows_of
from diagnostics.rules.forms import Form, Question, Repeat, Type
from diagnostics.rules.kinds import Kind
from diagnostics.rules.review import Status
from twinning.core.models import Attachment, User

_MARKS = {
    Status.DRAFT: "plan",
    Status.SUBMITTED: "busy",
    Status.RETURNED: "warn",
    Status.APPROVED: "good",
    Status.SUPERSEDED: "off",
    Status.WITHDRAWN: "off",
}


def status_word(status: str) -> Word:
    return Word(str(Status(status).label), _MARKS[Status(status)])


@dataclass(frozen=True, slots=True)
class FiledLine:
    """A filed form in a list. ``percent``: answered of what is asked."""

    pk: int
    title: str
    kind: str
    about: str
    word: Word
    percent: int | None
    edition: int
    illustrative: bool
    changed: dt.datetime


def filed_line(submission: Submission) -> FiledLine:
    about = submission.organisation or submission.cluster
    return FiledLine(
        pk=submission.pk,
        title=submission.title,
        kind=capfirst(str(Kind(submission.kind).label)),
        about=str(about or ""),
        word=status_word(submission.status),
        percent=round(100 * submission.answered / submission.asked) if submission.asked else None,
        edition=submission.edition,
        illustrative=submission.illustrative,
        changed=submission.updated_at,
    )


def published_for(user: User, programme: Programme) -> Any:
    """The versions in use that may be filled in this programme."""
    rows = QuestionnaireVersion.objects.visible_to(user).current().select_related("questionnaire")
    own = Q(questionnaire__programme=None) | Q(questionnaire__programme=programme)
    return rows.filter(own).order_by("questionnaire__kind", "questionnaire__title")


def kinds_offered() -> list[tuple[str, str]]:
    return [(kind.value, capfirst(str(kind.label))) for kind in Kind]


MOST_COLUMNS = 6

# One form -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FiledAnswer:
    """A question with its answer in words; ``photos`` where it asks for some. ``clash``: what else was typed."""

    path: str
    label: str
    text: str
    is_long: bool = False
    photos: tuple[Attachment, ...] = ()
    remarks: tuple[Remark, ...] = ()
    clash: tuple[str, ...] = ()

    @property
    def row_id(self) -> str:
        """What its row is called in the page: "aobo-a1" for aobo/a1/aobo_item."""
        return "-".join(self.path.split("/")[:2])

    @property
    def says_something(self) -> bool:
        return bool(self.text or self.photos or self.remarks or self.clash)


@dataclass(frozen=True, slots=True)
class FiledTable:
    """A repeated group. ``columns``: the questions that some row answers; ``rows``: its answers to them, in place.

    ``is_broad``: too many columns to be read side by side.
    """

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[FiledAnswer, ...], ...]

    @property
    def is_broad(self) -> bool:
        return len(self.columns) > MOST_COLUMNS


@dataclass(frozen=True, slots=True)
class FiledSection:
    name: str
    label: str
    parts: tuple[FiledAnswer | FiledTable, ...] = field(default_factory=tuple)


class _Reader:
    def __init__(self, user: User, submission: Submission, language: str) -> None:
        self.form: Form = submission.questionnaire_version.form
        self.answers: Mapping[str, Any] = answers_for(user, submission)
        self.asked = Asked(self.form, self.answers, timezone.localdate())
        self.language = language
        self.photos = {photo.pk: photo for photo in Attachment.objects.of(submission)}
        self.clashes: Mapping[str, Any] = submission.clashes
        self.remarks: dict[str, list[Remark]] = defaultdict(list)
        for remark in submission.remarks.select_related("created_by", "closed_by"):
            self.remarks[remark.path].append(remark)

    def answer(self, question: Question, row: str = "") -> FiledAnswer:
        path = path_of(question, row)
        value = self.answers.get(path)
        is_photo = question.type is Type.PHOTO
        return FiledAnswer(
            path=path,
            label=question.label.say(self.language),
            text="" if is_photo else value_text(self.form, question, value, self.language),
            is_long=question.type is Type.LONG_TEXT,
            photos=tuple(self.photos[pk] for pk in value or [] if pk in self.photos) if is_photo else (),
            remarks=tuple(self.remarks.get(path, ())),
            clash=tuple(
                value_text(self.form, question, one["value"], self.language)
                for one in self.clashes.get(path, [])
            ),
        )

    def answers_of(self, questions: Iterable[Question]) -> Iterable[FiledAnswer]:
        for question in questions:
            if question.asks and self.asked.holds(question.relevant):
                yield self.answer(question)

    def table(self, repeat: Repeat) -> FiledTable:
        asked = [one for one in repeat.questions if one.asks]
        rows = [[self.answer(question, row) for question in asked] for row in self.asked.rows(repeat)]
        used = [place for place in range(len(asked)) if any(row[place].says_something for row in rows)]
        return FiledTable(
            name=repeat.name,
            label=repeat.label.say(self.language),
            columns=tuple(asked[place].label.say(self.language) for place in used),
            rows=tuple(tuple(row[place] for place in used) for row in rows),
        )


def filed_sections(user: User, submission: Submission, language: str = "") -> list[FiledSection]:
    """What was asked and answered, as this reader may see it, in five queries however long the form is."""
    reader = _Reader(user, submission, language)
    sections = []
    for section in reader.form.sections:
        if not reader.asked.holds(section.relevant):
            continue
        parts: list[FiledAnswer | FiledTable] = []
        for item in section.items:
            if isinstance(item, Repeat):
                if reader.asked.holds(item.relevant):
                    parts.append(reader.table(item))
            else:
                parts += reader.answers_of([item])
        sections.append(FiledSection(section.name, section.label.say(language), tuple(parts)))
    return sections


def remarks_on_the_whole(submission: Submission) -> list[Remark]:
    return list(submission.remarks.filter(path="").select_related("created_by", "closed_by"))


def editions_of(user: User, submission: Submission) -> list[FiledLine]:
    """The editions of a form right after and right before this one, as far as the reader may see them."""
    beside = Q(revises=submission) | Q(pk=submission.revises_id)
    rows = Submission.objects.visible_to(user).for_list().filter(beside)
    return [filed_line(one) for one in rows.order_by("-edition", "-id")]


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What hinders handing a form in, under the words of its question; ``path`` leads to it in the form.

    A ``path`` of "" is the form as a whole, then without a label.
    """

    path: str
    label: str
    message: str


def problem_lines(user: User, submission: Submission, language: str = "") -> list[ProblemLine]:
    form = submission.questionnaire_version.form
    return [
        ProblemLine(
            one.path, label_at(form, one.path, submission.answers, language) if one.path else "", one.message
        )
        for one in hindrances_for(user, submission, language)
    ]


def question_label(submission: Submission, path: str, language: str = "") -> str | None:
    """The words of the question that a path points to; None where it points to none."""
    form = submission.questionnaire_version.form
    return label_at(form, path, submission.answers, language) if place_of(form, path) else None


def label_at(form: Form, path: str, answers: Mapping[str, Any], language: str = "") -> str:
    """A path in words: "Firms that were visited 2: Size"."""
    place = place_of(form, path)
    if place is None or place.repeat is None:
        item = place.question if place else form.repeat(path)
        return item.label.say(language) if item else path
    rows = rows_of(answers, place.repeat.name)
    number = rows.index(place.row) + 1 if place.row in rows else len(rows) + 1
    head = f"{place.repeat.label.say(language)} {number}"
    return f"{head}: {place.question.label.say(language)}" if place.question else head
