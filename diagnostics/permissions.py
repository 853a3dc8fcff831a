"""Who may do what with the records of this room. Reading is ``visible_to`` of each model."""

from __future__ import annotations

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from diagnostics.models import Questionnaire, ReturnBatch, Submission
from twinning.core.models import User


def can_file(user: User, programme: Programme, cluster: Cluster | None) -> bool:
    """Fill a form about this cluster; what is about none belongs to those who file in the whole programme."""
    return grants_of(user).may(Can.FILE, programme.pk, *([cluster.pk] if cluster else []))


def can_file_somewhere(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.FILE, programme.pk)


def can_read_studies(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.READ_STUDIES, programme.pk)


def can_change(user: User, submission: Submission) -> bool:
    """Fill, submit, take back and revise it; whether its state allows that is for the service to say."""
    return grants_of(user).may(Can.FILE, submission.programme_id, *_cluster(submission))


def can_decide(user: User, submission: Submission) -> bool:
    """Return or approve it: who approves there, and neither began nor submitted it."""
    if user.pk in (submission.created_by_id, submission.submitted_by_id):
        return False
    return grants_of(user).may(Can.APPROVE, submission.programme_id, *_cluster(submission))


def can_remark(user: User, submission: Submission) -> bool:
    return can_change(user, submission) or can_decide(user, submission)


def can_read_history(user: User, submission: Submission) -> bool:
    return grants_of(user).may(Can.READ_HISTORY, submission.programme_id, *_cluster(submission))


def can_work_on_returns(user: User, batch: ReturnBatch) -> bool:
    """Bring in what was filled elsewhere: who fills forms there himself."""
    return can_file(user, batch.programme, batch.cluster)


def can_edit_questionnaires(user: User, programme: Programme) -> bool:
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_edit_questionnaire(user: User, questionnaire: Questionnaire) -> bool:
    """The library is the application's own: one makes an own questionnaire after its pattern."""
    programme = questionnaire.programme
    return programme is not None and can_edit_questionnaires(user, programme)


def _cluster(submission: Submission) -> list[int]:
    return [submission.cluster_id] if submission.cluster_id else []
