"""The answers of a form as its reader may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from diagnostics.models import Remark, Submission
from diagnostics.models.submission import reads_closed_topics
from diagnostics.rules.answers import place_of, rows_of
from diagnostics.rules.forms import Form, Question
from twinning.core.models import Change, User
from twinning.core.queries import HistoryLine, history_of

_TOPICS, _CLOSED, _YES = "topics", "topic_closed", "yes"


def closed_rows(submission: Submission) -> set[str]:
    """The rows of topics that their side does not discuss, by the answers as they stand."""
    answers = submission.answers
    return {
        f"{_TOPICS}/{row}"
        for row in rows_of(answers, _TOPICS)
        if answers.get(f"{_TOPICS}/{row}/{_CLOSED}") == _YES
    }


def closed_to(user: User, submission: Submission) -> set[str]:
    """The rows that this person neither reads nor fills."""
    return set() if reads_closed_topics(user, submission) else closed_rows(submission)


def answers_for(user: User, submission: Submission) -> dict[str, Any]:
    """The answers without the topics that are closed to this reader."""
    answers: dict[str, Any] = submission.answers
    return answers if reads_closed_topics(user, submission) else open_answers(submission)


def open_answers(submission: Submission) -> dict[str, Any]:
    """The answers without the topics that their side does not discuss."""
    answers: dict[str, Any] = submission.answers
    hidden = tuple(f"{row}/" for row in closed_rows(submission))
    return {path: value for path, value in answers.items() if not f"{path}/".startswith(hidden or ("//",))}


def hidden_from(user: User, submission: Submission) -> Callable[[str], bool]:
    """Whether a path leads into a topic that is closed to this reader.

    A row of topics that stands no more is taken for a closed one, since it may have been.
    """
    if reads_closed_topics(user, submission):
        return lambda _path: False
    shown = {f"{_TOPICS}/{row}" for row in rows_of(open_answers(submission), _TOPICS)}

    def is_hidden(path: str) -> bool:
        head, _slash, rest = path.partition("/")
        return head == _TOPICS and bool(rest) and f"{head}/{rest.partition('/')[0]}" not in shown

    return is_hidden


def remarks_for(user: User, submission: Submission) -> QuerySet[Remark]:
    """What was said of the answers that this reader may see, and of the whole."""
    remarks: QuerySet[Remark] = Remark.objects.visible_to(user).filter(submission=submission)
    is_hidden = hidden_from(user, submission)
    about_topics = remarks.filter(path__startswith=f"{_TOPICS}/").values_list("path", flat=True)
    return remarks.exclude(path__in=[path for path in about_topics if is_hidden(path)])


def value_text(form: Form, question: Question, value: Any, language: str = "") -> str:
    """An answer in words; "" for none. Photos are shown otherwise."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(form.label_of(question, str(one), language) for one in value)
    text = form.label_of(question, str(value), language)
    return f"{text} {question.unit}" if question.unit else text


def history_for(user: User, submission: Submission, limit: int = 30) -> list[HistoryLine]:
    """The changes of a form, each answer under the words of its question.

    To a reader from whom closed topics are hidden no change of any topic is told: an earlier wording of a topic
    that is open today may have stood in a row that was closed.
    """
    form = submission.questionnaire_version.form
    sees_all = reads_closed_topics(user, submission)

    def tell(change: Change, name: str, before: Any, after: Any) -> tuple[str, str, str] | None:
        if change.object_id != submission.pk or change.content_type.model != "submission":
            return None if name == "path" else (name, str(before or ""), str(after or ""))
        if name.split("/")[0] == _TOPICS and not sees_all:
            return None
        place = place_of(form, name)
        if place is None or place.question is None:
            return None
        question = place.question
        label = question.label.say()
        if question.type == "photo":
            return label, str(len(before or [])), str(len(after or []))
        return label, value_text(form, question, before), value_text(form, question, after)

    return history_of(submission, limit, reader=user, tell=tell)
