"""The life of a questionnaire: drafted, checked, put into use, retired by the next version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Programme
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.permissions import can_edit_questionnaire, can_edit_questionnaires
from diagnostics.rules.forms import form_of
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.rules.soundness import Problem, names_needed, problems_of
from twinning.core import history
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.models import User

Status = QuestionnaireVersion.Status
_MOST_NAMED = 20


class UnsoundQuestionnaire(DomainError):
    """``problems`` names each with its place."""

    code = "unsound_questionnaire"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        lines = [f"{problem.where}: {problem.message}" for problem in problems[:_MOST_NAMED]]
        super().__init__(
            _("This questionnaire cannot be used yet. %(problems)s") % {"problems": "; ".join(lines)},
            fields={"definition": list(lines)},
        )


def check_definition(kind: str, definition: Any) -> None:
    """Raise UnsoundQuestionnaire with everything that is wrong with it for this kind."""
    problems = problems_of(definition) or names_needed(form_of(definition), NEEDS[Kind(kind)].questions)
    if problems:
        raise UnsoundQuestionnaire(problems)


@transaction.atomic
def create_questionnaire(
    *, actor: User, programme: Programme, slug: str, kind: str, title: str, definition: Mapping[str, Any]
) -> Questionnaire:
    """A questionnaire of a programme's own, with its first version as a draft."""
    require(can_edit_questionnaires(actor, programme))
    questionnaire = Questionnaire(programme=programme, slug=slug, kind=kind, title=title)
    history.create(questionnaire, actor=actor)
    _draft(actor, questionnaire, definition, 1, "")
    return questionnaire


@transaction.atomic
def save_draft(
    *,
    actor: User,
    questionnaire: Questionnaire,
    definition: Mapping[str, Any],
    note: str = "",
    version: int | None = None,
) -> QuestionnaireVersion:
    """Change the draft of the next version, or begin one. The version in use stays as it is.

    ``version``: that of the draft as the caller saw it.
    """
    require(can_edit_questionnaire(actor, questionnaire))
    draft = questionnaire.versions.filter(status=Status.DRAFT).first()
    if draft is None:
        last = questionnaire.versions.first()
        return _draft(actor, questionnaire, definition, last.number + 1 if last else 1, note)
    check_definition(questionnaire.kind, definition)
    values = {"definition": dict(definition), "note": note}
    return history.change(draft, values, actor=actor, version=version, parent=questionnaire)


def _draft(
    actor: User | None, questionnaire: Questionnaire, definition: Mapping[str, Any], number: int, note: str
) -> QuestionnaireVersion:
    check_definition(questionnaire.kind, definition)
    draft = QuestionnaireVersion(
        questionnaire=questionnaire, number=number, definition=dict(definition), note=note, created_by=actor
    )
    return history.create(draft, actor=actor, parent=questionnaire)


@transaction.atomic
def publish(*, actor: User, draft: QuestionnaireVersion, version: int | None = None) -> QuestionnaireVersion:
    """Put a draft into use; the version that was in use is retired. What was filled keeps its own version.

    ``version``: that of the draft as the caller saw it. Raises StaleVersion when somebody changed it meanwhile.
    """
    require(can_edit_questionnaire(actor, draft.questionnaire))
    current = QuestionnaireVersion.objects.select_for_update().get(pk=draft.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    return _publish(actor, current)


def _publish(actor: User | None, draft: QuestionnaireVersion) -> QuestionnaireVersion:
    current = QuestionnaireVersion.objects.select_for_update().get(pk=draft.pk)
    if current.status != Status.DRAFT:
        raise WrongState(_("This version is not a draft any more."))
    now = timezone.now()
    for old in current.questionnaire.versions.filter(status=Status.PUBLISHED):
        values: dict[str, Any] = {"status": Status.RETIRED, "retired_at": now}
        history.change(old, values, actor=actor, version=None, parent=current.questionnaire)
    values = {"status": Status.PUBLISHED, "published_at": now}
    return history.change(current, values, actor=actor, version=None, parent=current.questionnaire)


@transaction.atomic
def retire(*, actor: User, published: QuestionnaireVersion) -> QuestionnaireVersion:
    """Take a version out of use without another in its place. Drafts that people fill can still be finished."""
    require(can_edit_questionnaire(actor, published.questionnaire))
    if published.status != Status.PUBLISHED:
        raise WrongState(_("This version is not in use."))
    values = {"status": Status.RETIRED, "retired_at": timezone.now()}
    return history.change(published, values, actor=actor, version=None, parent=published.questionnaire)


@transaction.atomic
def bring(slug: str, kind: str, title: str, definition: Mapping[str, Any]) -> bool:
    """Bring a questionnaire of the library to what the application ships; whether that changed anything."""
    questionnaire = Questionnaire.objects.filter(slug=slug, programme=None).first()
    if questionnaire is None:
        questionnaire = history.create(Questionnaire(slug=slug, kind=kind, title=title), actor=None)
    last = questionnaire.versions.first()
    if last is not None and last.definition == definition:
        return False
    if questionnaire.title != title:
        history.change(questionnaire, {"title": title}, actor=None, version=None)
    _publish(None, _draft(None, questionnaire, definition, last.number + 1 if last else 1, ""))
    return True
