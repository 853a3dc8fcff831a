"""What the pages of selection rounds do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from clusters.forms.selection import PointedForm
from clusters.models import Programme, SelectionRound
from clusters.permissions import (
    can_edit_programme,
    can_manage,
    can_read_committee,
    can_read_people,
    can_read_selection,
)
from clusters.queries import programme_of
from clusters.queries.selection import round_word
from clusters.services import Overtaken
from clusters.views.base import FormPage, save_or_show, scope, url
from twinning.core.access import DomainError, require
from twinning.core.models import User
from twinning.core.pages import actor, visible_or_404

__all__ = [
    "FormPage",
    "at_its_fields",
    "editable",
    "form_frame",
    "frame",
    "readable",
    "round_of",
    "save_or_show",
    "scope",
    "start",
    "url",
]

_T = TypeVar("_T")


def readable(request: HttpRequest, programme_slug: str) -> tuple[User, Programme]:
    user, programme = actor(request), programme_of(request, programme_slug)
    if not can_read_selection(user, programme):
        raise Http404
    return user, programme


def round_of(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, SelectionRound]:
    user, programme = readable(request, programme_slug)
    rows = SelectionRound.objects.filter(programme=programme).for_list()
    return user, programme, visible_or_404(rows, request, pk=pk)


def editable(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, SelectionRound]:
    user, programme, found = round_of(request, programme_slug, pk)
    require(can_edit_programme(user, programme))
    return user, programme, found


def frame(user: User, selection_round: SelectionRound, tab: str) -> dict[str, Any]:
    """What every page of a round shows around its own content."""
    programme, is_open = selection_round.programme, selection_round.status == SelectionRound.Status.OPEN
    return {
        "place": "selection",
        "round": selection_round,
        "word": round_word(selection_round.status),
        "tab": tab,
        "is_open": is_open,
        "may_edit": can_edit_programme(user, programme),
        "may_change": is_open and can_edit_programme(user, programme),
        "may_manage": can_manage(user, programme),
        "may_read_committee": can_read_committee(user, programme),
        "may_read_people": can_read_people(user, programme),
    }


def form_frame(selection_round: SelectionRound, heading: str, submit: str, **words: Any) -> FormPage:
    programme = selection_round.programme
    back = words.pop("back", "") or url("selection_round", programme, selection_round.pk)
    crumbs = [
        *start(programme),
        (str(selection_round), url("selection_round", programme, selection_round.pk)),
        *words.pop("crumbs", []),
    ]
    return FormPage(heading, submit, back, "selection", crumbs, **words)


def start(programme: Programme) -> list[tuple[str, str]]:
    return [(_("Selection"), url("selection", programme))]


def at_its_fields(form: PointedForm, act: Callable[[], _T]) -> _T:
    """Do what may be refused, and lead each refusal to the field of the form that caused it."""
    try:
        return act()
    except DomainError as refused:
        if isinstance(refused, Overtaken):
            form.take_over(refused.current)
        refused.fields = {form.pointed_at(name): texts for name, texts in refused.fields.items()}
        raise
