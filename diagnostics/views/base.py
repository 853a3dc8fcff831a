"""What the pages of filed forms do alike."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.queries import programme_of
from diagnostics.models import Submission
from diagnostics.permissions import can_change, can_read_studies
from twinning.core.access import require
from twinning.core.form_pages import Crumb, FormPage, Section
from twinning.core.models import User
from twinning.core.pages import actor, url, visible_or_404

DIAGNOSTICS = Section("diagnostics", _("Diagnostics"))


def room_of(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    """The reader and the programme; 404 for who reads no studies there."""
    programme, user = programme_of(request, programme_slug), actor(request)
    if not can_read_studies(user, programme):
        raise Http404
    return user, programme


def form_of(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Submission]:
    """A filed form that the reader may see, with its questionnaire."""
    user, programme = room_of(request, programme_slug)
    rows = Submission.objects.filter(programme=programme).select_related(
        "programme",
        "cluster",
        "organisation",
        "questionnaire_version__questionnaire",
        "created_by",
        "submitted_by",
        "decided_by",
        "revises",
    )
    return user, programme, visible_or_404(rows, request, pk=pk)


def changeable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, Submission]:
    """A form that the reader may fill: 404 when it is not seen, 403 when it is only read."""
    user, programme, submission = form_of(request, programme_slug, pk)
    require(can_change(user, submission))
    return user, programme, submission


def crumb_of(programme: Programme, submission: Submission) -> Crumb:
    return Truncator(submission.title).chars(60), url("filed_form", programme, submission.pk)


def act_page(
    programme: Programme, submission: Submission, heading: str, submit: str, **fields: Any
) -> FormPage:
    """The page of an act on a form, from which one goes back to it."""
    own = {"draft": False, "cluster": submission.cluster, "about": submission.title}
    return DIAGNOSTICS.page(programme, heading, submit, crumb_of(programme, submission), **(own | fields))
