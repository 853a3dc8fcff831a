"""What the pages of this room do alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from clusters.models import Cluster, Programme
from clusters.queries import programme_of
from twinning.core.models import User
from twinning.core.pages import actor, attempt, form_page, visible_or_404

_T = TypeVar("_T")


@dataclass(frozen=True)
class FormPage:
    """The words around a form: its question, its button, and where one goes without saving."""

    heading: str
    submit: str
    cancel_url: str
    place: str
    crumbs: list[tuple[str, str]] = field(default_factory=list)
    lead: str = ""
    danger: bool = False
    cluster: Cluster | None = None


def save_or_show(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[dict[str, Any]], _T],
    page: FormPage,
    *,
    done: str,
    then: Callable[[_T], str] | None = None,
    template: str = "clusters/form.html",
    **context: Any,
) -> HttpResponse:
    """Save a sent form and go where ``then`` says, else where cancelling goes; or show what must be mended.

    ``done`` is what the person is told. ``save`` returns something that is not None.
    """
    saved = attempt(form, save) if request.method == "POST" else None
    if saved is not None:
        messages.success(request, done)
        return redirect(then(saved) if then else page.cancel_url)
    return form_page(request, template, form, page=page, place=page.place, cluster=page.cluster, **context)


def today() -> dt.date:
    return timezone.localdate()


def url(name: str, programme: Programme, *args: Any) -> str:
    return reverse(name, args=[programme.slug, *args])


def scope(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    """The arguments that every form of this room takes."""
    return {"reader": actor(request), "programme": programme}


def cluster_of(
    request: HttpRequest, programme_slug: str, cluster_slug: str
) -> tuple[User, Programme, Cluster]:
    programme = programme_of(request, programme_slug)
    rows = Cluster.objects.filter(programme=programme)
    return actor(request), programme, visible_or_404(rows, request, slug=cluster_slug)
