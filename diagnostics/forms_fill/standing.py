"""How a form stands for somebody who fills it: answers, answers given twice, remarks, photos."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime

from diagnostics.models import QuestionnaireVersion, Remark, Submission
from diagnostics.rules.answers import place_of, rows_of
from diagnostics.rules.forms import Form, Type
from diagnostics.rules.review import Status
from twinning.core.models import Attachment, Change

MOST_REMARKS = 200
_MOST_VERSIONS_BACK = 500
_MOST_CHANGES_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One of several answers to a question. ``key``: "stands", or its place among those that wait, from 0."""

    key: str
    value: Any
    name: str
    at: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class RemarkLine:
    id: int
    path: str
    text: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A form at one version. ``clashes``: {path: what stands first, then what waits for a choice}."""

    version: int
    status: str
    is_open: bool
    answers: dict[str, Any]
    clashes: dict[str, list[Side]]
    remarks: list[RemarkLine]
    photos: dict[int, str]  # names of the files that answers show
    number: int  # of the version of the questionnaire
    retired: bool

    def since(self, version: int, revisions: dict[str, int]) -> dict[str, Any]:
        """What a device that last saw ``version`` is told; an answer that was taken away is null."""
        told = {path: self.answers.get(path) for path, at in revisions.items() if at > version}
        whole = {one.name: getattr(self, one.name) for one in fields(self)}
        return whole | {
            "answers": told if version else self.answers,
            "clashes": {path: [asdict(side) for side in sides] for path, sides in self.clashes.items()},
            "remarks": [asdict(remark) for remark in self.remarks],
        }


def standing_of(submission: Submission) -> Standing:
    version = submission.questionnaire_version
    remarks = submission.remarks.filter(closed_at=None).select_related("created_by")[:MOST_REMARKS]
    return Standing(
        version=submission.version,
        status=submission.status,
        is_open=submission.is_open,
        answers=submission.answers,
        clashes=_clashes(submission),
        remarks=[
            RemarkLine(one.pk, one.path, one.text, str(one.created_by), moment(one.created_at))
            for one in remarks
        ],
        photos=_photos(submission),
        number=version.number,
        retired=version.status == QuestionnaireVersion.Status.RETIRED,
    )


def blank_standing(version: QuestionnaireVersion) -> Standing:
    """A form that nobody has begun."""
    retired = version.status == QuestionnaireVersion.Status.RETIRED
    return Standing(0, Status.DRAFT, True, {}, {}, [], {}, version.number, retired)


def moment(at: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _photos(submission: Submission) -> dict[int, str]:
    return dict(Attachment.objects.of(submission).values_list("pk", "name"))


def _clashes(submission: Submission) -> dict[str, list[Side]]:
    writers = _writers(submission, list(submission.clashes))
    found = {}
    for path, waiting in submission.clashes.items():
        name, at = writers.get(path, ("", ""))
        sides = [Side("stands", submission.answers.get(path), name, at)]
        for place, one in enumerate(waiting):
            typed = parse_datetime(one["at"])
            sides.append(
                Side(str(place), one["value"], one["name"], moment(typed) if typed else "", one["device"])
            )
        found[path] = sides
    return found


def _writers(submission: Submission, paths: list[str]) -> dict[str, tuple[str, str]]:
    """{path: (who, when)} of the answers that stand, as far as history is looked through."""
    if not paths:
        return {}
    told = Q()
    for path in paths:
        told |= Q(fields__has_key=path)
    changes = Change.objects.of(submission).filter(told)[:_MOST_CHANGES_LOOKED_AT]
    found: dict[str, tuple[str, str]] = {}
    for change in changes:
        for path in paths:
            if path in change.fields and path not in found:
                found[path] = (str(change.actor or ""), moment(change.at))
    return found


def answers_at(submission: Submission, version: int) -> dict[str, Any]:
    """The answers as somebody saw them at an earlier version.

    What history does not reach back to (more than 500 versions) counts as unanswered then, so that a page so old
    makes clashes and overwrites nothing.
    """
    later = {path for path, at in submission.revisions.items() if at > version}
    answers = {path: value for path, value in submission.answers.items() if path not in later}
    if not later:
        return answers
    back = min(submission.version - version, _MOST_VERSIONS_BACK)
    changes = Change.objects.of(submission).filter(action=Change.Action.CHANGED)[:back]
    for change in changes:
        answers |= {path: pair[0] for path, pair in change.fields.items() if path in later}
    return {path: value for path, value in answers.items() if value is not None}


def row_before_removal(submission: Submission, path: str) -> dict[str, Any]:
    """The answers that a removed row held, by path; empty where it was never removed."""
    changes = Change.objects.of(submission).filter(fields__has_key=path)[:_MOST_CHANGES_LOOKED_AT]
    for change in changes:
        if change.fields[path][1] is None:
            inside = f"{path}/"
            return {
                name: pair[0]
                for name, pair in change.fields.items()
                if pair[0] is not None and (name == path or name.startswith(inside))
            }
    return {}


def open_remark(submission: Submission, pk: int) -> Remark | None:
    return submission.remarks.filter(pk=pk).first()


def text_of_answer(form: Form, path: str, value: Any, photos: dict[int, str], language: str) -> str:
    """An answer in words: labels of choices, names of photos; "" for none."""
    place = place_of(form, path)
    if value is None or place is None or place.question is None:
        return "" if value is None else str(value)
    question = place.question
    if question.type is Type.PHOTO:
        return ", ".join(photos.get(one, f"#{one}") for one in value)
    if isinstance(value, list):
        return ", ".join(form.label_of(question, str(one), language) for one in value)
    return form.label_of(question, str(value), language)


def not_in_form(form: Form, answers: dict[str, Any]) -> Iterable[str]:
    """The answers to questions that this version of the questionnaire does not have."""
    return (path for path in sorted(answers) if place_of(form, path) is None)


def place_after(answers: dict[str, Any], repeat: str) -> int:
    """The place of a new last row."""
    rows = rows_of(answers, repeat)
    return answers[f"{repeat}/{rows[-1]}"] + 1 if rows else 0
