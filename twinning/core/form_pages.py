"""A page with one form, said in words and saved through one service; the template is ``core/form.html``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from twinning.core.pages import Slugged, attempt, form_page, url

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_T = TypeVar("_T")

Crumb = tuple[str, str]


@dataclass(frozen=True)
class FormPage:
    """The words around a form: its question, its button, and where one goes without saving.

    ``place`` is the key of the section that the page belongs to; ``crumbs`` are its ancestors, as (label, address);
    ``cluster`` is said in the frame.
    """

    heading: str
    submit: str
    cancel_url: str
    place: str
    crumbs: Sequence[Crumb] = ()
    lead: str = ""
    about: str = ""  # which record, where the question does not name it
    words: str = ""  # what happens and what stays, where that takes more than the lead
    keep: str = ""  # the words of the link that leaves things as they are, where they are not the usual ones
    danger: bool = False
    draft: bool = True  # the browser keeps what was typed until it is saved
    cluster: Any = None


@dataclass(frozen=True)
class Section:
    """A section of a programme; ``place`` is its key, and the name of the address of its list."""

    place: str
    label: StrOrPromise

    def crumbs(self, programme: Slugged, *further: Crumb) -> list[Crumb]:
        """The ancestors of a page in it: its list, then ``further``."""
        return [(str(self.label), url(self.place, programme)), *further]

    def page(
        self, programme: Slugged, heading: str, submit: str, *ancestors: Crumb, **fields: Any
    ) -> FormPage:
        """A page with a form in it, below ``ancestors``; one goes back to the nearest. ``fields`` are of FormPage."""
        crumbs = self.crumbs(programme, *ancestors)
        own = {"cancel_url": crumbs[-1][1], "place": self.place, "crumbs": crumbs}
        return FormPage(heading, submit, **(own | fields))


def save_or_show(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[dict[str, Any]], _T],
    page: FormPage,
    *,
    done: str,
    then: Callable[[_T], str] | None = None,
    template: str = "core/form.html",
    **context: Any,
) -> HttpResponse:
    """Save a sent form and go where ``then`` says, else where cancelling goes; or show what must be mended.

    ``save`` returns something that is not None. ``done`` is what the person is told; empty where ``then`` tells it.
    """
    saved = attempt(form, save) if request.method == "POST" else None
    if saved is not None:
        if done:
            messages.success(request, done)
        return redirect(then(saved) if then else page.cancel_url)
    return form_page(request, template, form, page=page, place=page.place, cluster=page.cluster, **context)
