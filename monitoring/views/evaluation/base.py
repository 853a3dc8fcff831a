"""What the pages of evaluations do alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Programme
from clusters.queries import programme_of, programme_where
from monitoring.models import Evaluation, Recommendation
from monitoring.permissions import can_evaluate, can_read_results
from twinning.core.access import require
from twinning.core.form_pages import FormPage, Section
from twinning.core.models import User
from twinning.core.pages import actor, url, visible_or_404

SECTION = Section("evaluations", gettext_lazy("Evaluation"))


def readable(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    return programme_where(request, programme_slug, can_read_results)


def evaluation_of(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Evaluation]:
    programme = programme_of(request, programme_slug)
    rows = Evaluation.objects.filter(programme=programme).select_related(
        "programme", "author", "submitted_by", "decided_by"
    )
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


def editable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Evaluation]:
    user, programme, found = evaluation_of(request, programme_slug, pk)
    require(can_evaluate(user, programme))
    return user, programme, found


def place_of(evaluation: Evaluation) -> tuple[str, str]:
    """The crumb of an evaluation."""
    return str(evaluation), url("evaluation", evaluation.programme, evaluation.pk)


def form_frame(evaluation: Evaluation, heading: str, submit: str, **words: Any) -> FormPage:
    """A page with a form about an evaluation or one of its parts; ``anchor`` is where one goes back to."""
    anchor = words.pop("anchor", "")
    name, address = place_of(evaluation)
    back = f"{address}#{anchor}" if anchor else address
    return SECTION.page(
        evaluation.programme, heading, submit, (name, address), **{"cancel_url": back, **words}
    )


def recommendation_frame(recommendation: Recommendation, heading: str, submit: str, **words: Any) -> FormPage:
    programme = recommendation.evaluation.programme
    crumbs = [
        (_("Recommendations"), url("recommendations", programme)),
        (str(recommendation), url("recommendation", programme, recommendation.pk)),
    ]
    return SECTION.page(programme, heading, submit, *crumbs, **words)
