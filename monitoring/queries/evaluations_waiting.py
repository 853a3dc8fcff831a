"""Evaluations and recommendations that wait for somebody: to be handed in, made final, answered, followed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from clusters.models.membership import grants_of
from clusters.queries import Word
from clusters.rules import Can
from monitoring.models import Evaluation, Recommendation
from monitoring.queries.evaluations import advice_word
from monitoring.rules.evaluation import Advice
from twinning.core.models import User

MOST = 20
_Status = Evaluation.Status


@dataclass(frozen=True, slots=True)
class EvaluationsWaiting:
    """``to_answer``: final evaluations, each with how many of its recommendations the management has not answered.

    ``to_follow_up``: accepted recommendations that the person owns, by name or by role, with their state in words.
    """

    to_hand_in: tuple[Evaluation, ...]
    to_make_final: tuple[Evaluation, ...]
    to_answer: tuple[tuple[Evaluation, int], ...]
    to_follow_up: tuple[tuple[Recommendation, Word], ...]

    def __bool__(self) -> bool:
        return bool(self.to_hand_in or self.to_make_final or self.to_answer or self.to_follow_up)


def evaluations_waiting_for(
    user: User, today: dt.date, programme_slug: str = "", *, statuses: Collection[str] = ()
) -> EvaluationsWaiting:
    """In one programme, or over all of the user's. The rights are those of ``permissions``, asked of many at once.

    ``statuses``: only in programmes that are so.
    """
    grants = grants_of(user)
    rows = Evaluation.objects.select_related("programme", "submitted_by").order_by("pk")
    advice = Recommendation.objects.for_list().filter(evaluation__status=_Status.FINAL, state=Advice.ACCEPTED)
    if programme_slug:
        rows = rows.filter(programme__slug=programme_slug)
        advice = advice.filter(evaluation__programme__slug=programme_slug)
    if statuses:
        rows = rows.filter(programme__status__in=statuses)
        advice = advice.filter(evaluation__programme__status__in=statuses)
    managed = rows.filter(programme__in=grants.in_programmes(Can.MANAGE))
    of_user = rows.filter(programme__in=grants.in_programmes(Can.EVALUATE), author=user.pk)
    handed_in = managed.filter(status=_Status.SUBMITTED).exclude(author=user.pk).exclude(submitted_by=user.pk)
    unanswered = Count("recommendations", filter=Q(recommendations__state=Advice.OPEN))
    final = managed.filter(status=_Status.FINAL).annotate(unanswered=unanswered).filter(unanswered__gt=0)
    owned = advice.owned_by(user).order_by("due", "pk")
    return EvaluationsWaiting(
        tuple(of_user.filter(status=_Status.DRAFT)[:MOST]),
        tuple(handed_in[:MOST]),
        tuple((row, row.unanswered) for row in final[:MOST]),  # type: ignore[attr-defined]
        tuple((row, advice_word(row, today)) for row in owned[:MOST]),
    )
