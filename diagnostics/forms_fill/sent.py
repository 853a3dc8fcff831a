"""What a browser sends of the whole form, as the few answers that somebody changed.

A page says which version it showed (``_version``) and which rows it showed whole (``_shown``). What differs from the
answers of that version was changed by the person; all else was only sent along. Names of the page's own controls
begin with "_", names of questions never do.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from diagnostics.forms_fill.page import FIELDS_UNFOLDED, MOST_OPENED
from diagnostics.forms_fill.standing import answers_at, place_after, row_before_removal
from diagnostics.models import Submission
from diagnostics.rules.answers import BadAnswer, Change, Place, clean, path_of, place_of, rows_of
from diagnostics.rules.forms import Form, Question, Type

MORE = "+more"  # names beside those that were offered
FILES = "+file"
DROP = "+drop"  # photos to be taken out
_MOST_SHOWN = FIELDS_UNFOLDED + MOST_OPENED
_MOST_PHOTOS_AT_ONCE = 20


@dataclass
class Sent:
    """``files``: {path: photos that were chosen}; ``act``: what a button asked for beside saving, with its value."""

    version: int
    changes: list[Change] = field(default_factory=list)
    files: dict[str, list[UploadedFile[bytes]]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    act: str = ""
    value: str = ""

    @property
    def typed(self) -> dict[str, Any]:
        return {change.path: change.value for change in self.changes}


ACTS = ("_add", "_remove", "_restore", "_up", "_down", "_settle", "_seen", "_next")


def read(
    form: Form,
    before: Mapping[str, Any],
    version: int,
    post: QueryDict,
    files: MultiValueDict[str, UploadedFile[bytes]],
) -> Sent:
    """Read what was sent, without saving anything. What cannot be understood is passed on, for the service to name.

    ``before``: the answers that the page showed, at ``version``.
    """
    sent = Sent(version, shown=post.getlist("_shown")[:_MOST_SHOWN])
    sent.act = next((act for act in ACTS if act in post), "")
    sent.value = post.get(sent.act, "") if sent.act else ""
    for path, question in _questions(form, sent.shown):
        raw = _raw(question, path, post)
        if chosen := [one for one in files.getlist(path + FILES) if one.name][:_MOST_PHOTOS_AT_ONCE]:
            sent.files[path] = chosen
        if _differs(form, Place(question, None, ""), before.get(path), raw):
            sent.changes.append(Change(path, raw, version))
    return sent


def read_over(
    submission: Submission, post: QueryDict, files: MultiValueDict[str, UploadedFile[bytes]]
) -> Sent:
    """Read what was sent over a form that was begun; ``_version`` says what its page showed."""
    text = post.get("_version", "")
    version = min(int(text), submission.version) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    return read(submission.questionnaire_version.form, answers_at(submission, version), version, post, files)


def _questions(form: Form, shown: list[str]) -> Iterator[tuple[str, Question]]:
    for question in form.questions():
        if question.asks and not question.repeat:
            yield question.name, question
    for row in dict.fromkeys(shown):
        place = place_of(form, row)
        if place is not None and place.repeat is not None and place.question is None:
            for question in place.repeat.questions:
                if question.asks:
                    yield path_of(question, place.row), question


def _raw(question: Question, path: str, post: QueryDict) -> Any:
    """What a control holds: a text, or a list for questions with several answers; None where it was not sent."""
    if question.type is Type.PHOTO:
        dropped = set(post.getlist(path + DROP))
        return [
            int(one) for one in post.getlist(path) if re.fullmatch("[0-9]{1,18}", one) and one not in dropped
        ]
    if question.type is Type.PRODUCT_GROUP:
        more = re.split(r"[,;\n]", post.get(path + MORE, ""))
        return [*post.getlist(path), *(name.strip() for name in more if name.strip())]
    if question.type is Type.SEVERAL:
        return post.getlist(path)
    return post.get(path)


def _differs(form: Form, place: Place, before: Any, raw: Any) -> bool:
    """Whether the person changed the answer that the page showed."""
    try:
        value = clean(form, place, raw)
    except BadAnswer:
        return bool(raw != before)
    if raw is None or (raw == [] and not _shows(form, place, before)):
        return False
    return bool(value != before)


def _shows(form: Form, place: Place, before: Any) -> bool:
    """Whether boxes can show an answer, so that none of them ticked means none chosen."""
    try:
        return clean(form, place, before) is not None
    except BadAnswer:  # from an older wording of the question
        return False


# What buttons ask for -------------------------------------------------------------------------------------


def new_row() -> str:
    return f"r{secrets.token_hex(5)}"


def asked_for(submission: Submission, sent: Sent, answers: Mapping[str, Any]) -> list[Change]:
    """The changes that a button stands for: a row added, removed, brought back or moved. Unknown ones do nothing."""
    form, version = submission.questionnaire_version.form, submission.version
    if sent.act == "_add" and form.repeat(sent.value):
        sent.value = f"{sent.value}/{new_row()}"
        return [Change(sent.value, place_after(dict(answers), sent.value.partition("/")[0]), version)]
    place = place_of(form, sent.value) if "/" in sent.value else None
    if place is None or place.repeat is None or place.question is not None:
        return []
    if sent.act == "_remove":
        return [Change(sent.value, None, version)]
    if sent.act == "_restore":
        return [
            Change(path, value, version) for path, value in row_before_removal(submission, sent.value).items()
        ]
    step = {"_up": -1, "_down": 1}.get(sent.act, 0)
    return _moved(dict(answers), place.repeat.name, place.row, step, version) if step else []


def _moved(answers: dict[str, Any], repeat: str, row: str, step: int, version: int) -> list[Change]:
    """The rows in their new order; only places that differ are changed."""
    rows = rows_of(answers, repeat)
    at = rows.index(row) if row in rows else -1
    to = at + step
    if at < 0 or not 0 <= to < len(rows):
        return []
    rows[at], rows[to] = rows[to], rows[at]
    return [
        Change(f"{repeat}/{one}", place, version)
        for place, one in enumerate(rows)
        if answers[f"{repeat}/{one}"] != place
    ]


def choice_of(submission: Submission, value: str) -> Change | None:
    """What the button "keep this answer" stands for: "path:stands", "path:0", "path:both" for lists."""
    path, _, key = value.rpartition(":")
    waiting = submission.clashes.get(path)
    if not waiting:
        return None
    stands = submission.answers.get(path)
    if key == "stands":
        return Change(path, stands, submission.version)
    if key == "both":
        sides = [stands, *(one["value"] for one in waiting)]
        together = [name for side in sides if isinstance(side, list) for name in side]
        return Change(path, list(dict.fromkeys(together)), submission.version)
    if re.fullmatch(r"[0-9]{1,3}", key) and int(key) < len(waiting):
        return Change(path, waiting[int(key)]["value"], submission.version)
    return None
