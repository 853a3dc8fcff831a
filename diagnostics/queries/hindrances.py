"""What stands in the way of handing a form in: the one list that its page, its API and its service go by."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.queries.answers import hidden_from
from diagnostics.rules.answers import problems_of
from twinning.core.models import User

CLASH, RETIRED, HIDDEN = "clash", "retired_version", "hidden"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """``code``: clash, retired_version, missing, constraint, rows or hidden; ``path`` is "" for the form as a whole."""

    path: str
    code: str
    message: str


def hindrances(submission: Submission, language: str = "") -> list[Hindrance]:
    """Clashes first, then whether its version was retired, then the questions in the order of the form."""
    version = submission.questionnaire_version
    clash = _("Two answers were given to a question. Choose one.")
    found = [Hindrance(path, CLASH, clash) for path in submission.clashes]
    if _was_replaced(version):
        message = _(
            "Version %(number)d of this questionnaire was retired. "
            "Move the form to the version in use first; its answers go with it."
        ) % {"number": version.number}
        found.append(Hindrance("", RETIRED, message))
    problems = problems_of(version.form, submission.answers, today=timezone.localdate(), language=language)
    return found + [Hindrance(one.path, one.code, one.message) for one in problems]


def hindrances_for(user: User, submission: Submission, language: str = "") -> list[Hindrance]:
    """The same as its reader may know them: what lies in rows that are closed to him is one line without a place."""
    is_hidden = hidden_from(user, submission)
    found = hindrances(submission, language)
    shown = [one for one in found if not is_hidden(one.path)]
    if len(shown) < len(found):
        message = _("Something that only those of its own side read is not ready. Ask them to look at it.")
        shown.append(Hindrance("", HIDDEN, message))
    return shown


def _was_replaced(version: QuestionnaireVersion) -> bool:
    return (
        version.status == QuestionnaireVersion.Status.RETIRED
        and version.questionnaire.versions.filter(status=QuestionnaireVersion.Status.PUBLISHED).exists()
    )
