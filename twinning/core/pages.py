"""What every page with a form does alike, so that a view says only what is its own.

A view makes its form, calls ``attempt`` with the service that saves, and answers with a redirect or with
``form_page``. Refusals of the service land beside their field; a second saver is shown both versions and loses
nothing; see docs/look.md for the templates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from twinning.core import history
from twinning.core.access import DomainError, PermissionRefused, ScopedQuerySet, StaleVersion
from twinning.core.models import Change, User, VersionedModel

_T = TypeVar("_T")
_M = TypeVar("_M", bound=models.Model)

_WHOLE: str = NON_FIELD_ERRORS
PAGE_SIZE = 50
COUNT_LIMIT = 10_000


class Slugged(Protocol):
    """What addresses are made of: a programme, which this room does not know."""

    @property
    def slug(self) -> str: ...


def actor(request: HttpRequest) -> User:
    """The signed-in user; the login middleware let nobody else through."""
    return cast(User, request.user)


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, even where it is empty; None where the page was only asked for."""
    return request.POST if request.method == "POST" else None


def visible_or_404(rows: ScopedQuerySet[_M], request: HttpRequest, **lookup: Any) -> _M:
    """One row the user may see, else 404: what is not yours does not exist."""
    return get_object_or_404(rows.visible_to(actor(request)), **lookup)


def url(name: str, programme: Slugged, *args: Any) -> str:
    """The address of a page in a programme."""
    return reverse(name, args=[programme.slug, *args])


def with_link(words: str, address: str, label: str) -> SafeString:
    """A message that leads on: the words, then a link."""
    return format_html('{} <a href="{}">{}</a>', words, address, label)


def today() -> dt.date:
    """The day in the time zone of the pages."""
    return timezone.localdate()


class VersionedForm(forms.Form):
    """Mix-in for a form over a VersionedModel: carries the version it was opened with.

    ``conflict`` is None, or what a template passes to ``{% conflict %}``: rows of (label, theirs, yours), and the
    change that came between.
    """

    conflict: list[tuple[str, str, str]] | None = None
    conflict_change: Change | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        self.fields["version"] = forms.IntegerField(
            required=False, widget=forms.HiddenInput, initial=instance.version if instance else None
        )

    @property
    def version(self) -> int | None:
        """The version the person saw. None only for a record that is being made."""
        value = self.cleaned_data.get("version")
        instance = getattr(self, "instance", None)
        # A form sent without its version (an old tab, a robot) must not pass for one that saw the newest.
        return value if value is not None or not (instance and instance.pk) else 0

    @property
    def values(self) -> dict[str, Any]:
        """What the service is called with: the fields of the form, without its bookkeeping."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def show_conflict(self, current: VersionedModel) -> None:
        """Keep what was typed, and lay beside it what stands now; saving again is then a decision.

        A field that the person left as it was takes over what was saved meanwhile: only what both changed, and
        changed differently, is for the person to decide.
        """
        fresh = type(self)(instance=current, **self.conflict_kwargs)
        as_opened = type(self)(instance=self._as_opened(current), **self.conflict_kwargs)
        mine, differing = self.changed_against(as_opened), self.changed_against(fresh)
        data = cast(QueryDict, self.data).copy()
        self.conflict = []
        for name in (name for name in self.fields if name in differing):
            label, theirs = str(self.fields[name].label or name), _shown(fresh, name)
            if name in mine:
                self.conflict.append((label, theirs, _shown(self, name)))
            else:
                self.conflict.append((label, theirs, gettext("left as it was: the saved one is taken over")))
                _take_over(data, self.add_prefix(name), fresh, name)
        self.conflict_change = Change.objects.of(current).first()
        data[self.add_prefix("version")] = str(current.version)
        self.data = data

    def _as_opened(self, current: VersionedModel) -> VersionedModel:
        """The record as it stood at the version that the person saw, by its history.

        Where history has fewer lines than versions (a part of the record changed), it goes back further; a
        field may then pass for typed that was not, and is shown rather than taken over.
        """
        record = type(current)._base_manager.get(pk=current.pk)
        missed = max(0, current.version - (self.cleaned_data.get("version") or 0))
        changes = Change.objects.of(current).filter(action=Change.Action.CHANGED)[:missed]
        for change in changes:
            history.put_back(record, change)
        return record

    @cached_property
    def conflict_kwargs(self) -> dict[str, Any]:
        """Further arguments that the form's constructor needs; a form that takes some overrides this."""
        return {}

    def changed_against(self, fresh: forms.BaseForm) -> set[str]:
        return {
            name
            for name, field in self.fields.items()
            if name != "version"
            and field.has_changed(fresh.get_initial_for_field(field, name), self[name].data)
        }


class ActForm(VersionedForm):
    """The form of an act on a record, such as issuing it: no field of the record but its version.

    As it stands it asks nothing, only whether one is sure.
    """

    def __init__(self, *args: Any, instance: VersionedModel, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **kwargs)


def _take_over(data: QueryDict, key: str, form: forms.BaseForm, name: str) -> None:
    """Write the value of a form's field into data that was sent, as its own widget would send it."""
    value = form.fields[name].widget.format_value(form[name].value())
    data.pop(key, None)
    if isinstance(value, list | tuple):
        data.setlist(key, [str(item) for item in value])
    elif value is not None:
        data[key] = str(value)
    elif form[name].value() is True:
        data[key] = "on"  # a box that is ticked: its widget has no value of its own


def _shown(form: forms.BaseForm, name: str) -> str:
    """A field's value as a person reads it: the words of a choice, not its code."""
    value = form[name].value()
    choices = getattr(form.fields[name], "choices", None)
    chosen = {str(v) for v in value} if isinstance(value, list | tuple) else {str(value)}
    if choices is not None:
        return ", ".join(str(label) for key, label in choices if str(key) in chosen and key != "")
    return "" if value is None else str(value)


def attempt(form: forms.BaseForm, save: Callable[[dict[str, Any]], _T]) -> _T | None:
    """Save a bound form through a service, or return None with the refusals in the form.

    ``save`` gets ``form.values`` (VersionedForm) or ``cleaned_data``.
    """
    if not form.is_valid():
        return None
    try:
        return save(getattr(form, "values", form.cleaned_data))
    except PermissionRefused:
        raise
    except StaleVersion as stale:
        cast(VersionedForm, form).show_conflict(stale.current)
    except ValidationError as error:
        _refuse(form, error.message_dict if hasattr(error, "error_dict") else {_WHOLE: error.messages})
    except DomainError as error:
        _refuse(form, error.fields or {_WHOLE: [error.message]})
    return None


def _refuse(form: forms.BaseForm, by_field: Mapping[str, Sequence[Any]]) -> None:
    for name, messages in by_field.items():
        known = name in form.fields and name != "version"
        for message in messages:
            form.add_error(name if known else None, str(message))


def form_page(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page of a form: 200 when it is new, 422 with refusals, 409 when somebody else saved meanwhile."""
    status = 200
    if form.is_bound:
        status = 409 if getattr(form, "conflict", None) is not None else 422
    return render(request, template, {"form": form, **context}, status=status)


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic for the type checker only
    """Counts no further than COUNT_LIMIT rows, so that a list costs the same however long it grows."""

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[Any]", self.object_list)
        return rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_LIMIT


def page_of(request: HttpRequest, rows: models.QuerySet[_M], size: int = PAGE_SIZE) -> Page[_M]:
    """The page that the address asks for (?page=), the nearest one when there is no such page."""
    return CappedPaginator(rows, size).get_page(request.GET.get("page"))


def sorted_by(
    request: HttpRequest,
    rows: models.QuerySet[_M],
    allowed: Mapping[str, str | tuple[str, ...]],
    default: str,
) -> models.QuerySet[_M]:
    """Order by ?sort=name or -name, where ``allowed`` maps names to fields; anything else means ``default``."""
    asked = request.GET.get("sort", default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    fields = allowed[asked.removeprefix("-")]
    down = asked.startswith("-")
    orders = [models.F(f) for f in ((fields,) if isinstance(fields, str) else fields)]
    return rows.order_by(
        *[f.desc(nulls_last=True) if down else f.asc(nulls_last=True) for f in orders],
        "-pk" if down else "pk",
    )
