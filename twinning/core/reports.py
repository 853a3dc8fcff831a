"""What kinds of report there are, and what each can do. Rooms register theirs when the application starts.

A report is made in two steps. ``take`` reads the records once and gives a snapshot: plain data, without dates
of making or names of makers, so that the same records give the same bytes and the same SHA-256. All files are
made from the snapshot and the imprint alone; whoever holds both can make them again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django import forms
from django.contrib.staticfiles import finders
from django.db import connection, models, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.core.report_codes import grouped, qr_svg_uri

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What somebody asked for. ``actor`` None is the operator of the machine, who sees everything.

    ``clusters`` are those to be reported on, in their order; ``whole`` says that the programme was asked for.
    ``options`` matter to a snapshot only where they say which record is reported on.
    """

    programme: models.Model
    clusters: tuple[models.Model, ...]
    whole: bool
    as_of: dt.date
    actor: User | None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a copy says about its own making. ``issued_on`` None: a draft. ``made_at`` is in UTC.

    ``code`` and ``address``: by what and where everybody may look it up; "" where the report is kept nowhere.
    """

    made_by: str
    made_at: dt.datetime
    language: str
    sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)
    issued_on: dt.date | None = None
    code: str = ""
    address: str = ""

    @property
    def code_shown(self) -> str:
        return grouped(self.code)

    @property
    def verification(self) -> tuple[tuple[str, str], ...]:
        """How a copy may be verified, as labels and values in the active language; nothing for one without a code."""
        return ((_("Code"), self.code_shown), (_("To verify"), self.address)) if self.code else ()

    @property
    def qr(self) -> str:
        """The address for a camera, as the ``data:`` address of a picture."""
        return qr_svg_uri(self.address)


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section that a kind of report offers: its anchor, and its heading in any language.

    ``required``: it keeps the report honest, so that no layout leaves it out. ``breaks``: it begins a page.
    """

    anchor: str
    heading: StrOrPromise
    required: bool = False
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A file of a report. ``ending`` names its format: pdf, docx, xlsx, csv, json."""

    ending: str
    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One kind of report.

    - ``title(request)``: a line for lists, in the active language.
    - ``take(request)``: the snapshot, as what JSON can hold; read inside ``steady_view``.
    - ``html(snapshot, imprint)``: the body of the report, the same for a page and a PDF.
    - ``pdf``, ``xlsx``, and ``docx`` where there is one: the files. ``data``: the records of the snapshot as CSV.
    - ``options``: a form class whose fields are what can be chosen; each is optional with an initial value.
    - ``offered(programme, reader)``: {name of an option: what the reader may choose there, as value and label}, where
      that depends on the records.
    - ``needs_cluster``: cannot be asked for a whole programme.
    - ``sections``: of a report that is a document, those that it offers in their order; empty where they follow from
      the records, None for a report that is no document.
    - ``tells_figures``: it prints figures of periods that are closed, which may be restated after it was made.
    """

    slug: str
    label: StrOrPromise
    title: Callable[[ReportRequest], str]
    take: Callable[[ReportRequest], dict[str, Any]]
    html: Callable[[dict[str, Any], Imprint], str]
    pdf: Callable[[dict[str, Any], Imprint], bytes]
    xlsx: Callable[[dict[str, Any], Imprint], bytes]
    data: Callable[[dict[str, Any]], bytes]
    docx: Callable[[dict[str, Any], Imprint], bytes] | None = None
    options: type[forms.Form] = forms.Form
    offered: Callable[[models.Model, User], Mapping[str, Sequence[tuple[Any, str]]]] | None = None
    needs_cluster: bool = False
    sections: tuple[SectionKind, ...] | None = None
    tells_figures: bool = False

    @property
    def is_document(self) -> bool:
        return self.sections is not None

    def clean_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options as they are kept, with initial values for what is not given. DomainError by field."""
        form = self.options()
        unknown = sorted(set(given) - set(form.fields))
        if unknown:
            message = _("This report has no such option: %(names)s.") % {"names": ", ".join(unknown)}
            raise DomainError(message, code="unknown_option", fields={"options": [message]})
        full = {name: given.get(name, item.initial) for name, item in form.fields.items()}
        bound = self.options(full)
        if not bound.is_valid():
            raise DomainError(
                _("An option of the report is not valid."),
                code="bad_option",
                fields={name: [str(error) for error in errors] for name, errors in bound.errors.items()},
            )
        return bound.cleaned_data


_STYLES = ("css/tokens.css", "css/app.css", "css/figures.css", "css/report.css")
_kinds: dict[str, ReportKind] = {}


def register(kind: ReportKind) -> None:
    if _kinds.setdefault(kind.slug, kind) is not kind:
        raise RuntimeError(f"Two kinds of report are called {kind.slug!r}")


def kinds() -> list[ReportKind]:
    """All kinds, by name."""
    return [_kinds[slug] for slug in sorted(_kinds)]


def kind_of(slug: str) -> ReportKind:
    """Raises DomainError at ``kind`` for one that does not exist."""
    if slug not in _kinds:
        message = _("There is no report of this kind. There are: %(kinds)s.") % {
            "kinds": ", ".join(sorted(_kinds))
        }
        raise DomainError(message, code="no_such_kind", fields={"kind": [message]})
    return _kinds[slug]


def canonical(snapshot: dict[str, Any]) -> bytes:
    """The snapshot as JSON with sorted keys and no spaces: equal data, equal bytes."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def digest(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def standalone_html(kind: ReportKind, snapshot: dict[str, Any], imprint: Imprint) -> str:
    """The report as one HTML file that needs nothing beside it."""
    with translation.override(imprint.language):
        return render_to_string(
            "reports/standalone.html",
            {
                "title": kind.label,
                "imprint": imprint,
                "body": SafeString(kind.html(snapshot, imprint)),
                "css": SafeString("".join(Path(str(finders.find(name))).read_text() for name in _STYLES)),
            },
        )


@contextmanager
def steady_view() -> Iterator[None]:
    """A transaction whose reads all see the database as it stood at its first one.

    SQLite does so always. PostgreSQL must be told before the first statement; inside a transaction that the
    caller began, its own isolation holds.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
