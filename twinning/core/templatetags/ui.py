"""The parts of a page, loaded in every template. What each looks like and when to use it: docs/look.md."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet, Form
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, pgettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

from twinning.core.countries import country_name
from twinning.core.money import amount_text

register = template.Library()
log = logging.getLogger(__name__)

MARKS = frozenset({"good", "busy", "plan", "warn", "bad", "off", "none"})
# The second key of "g x", by the key of a section.
SECTION_KEYS = {
    "overview": "o",
    "clusters": "c",
    "organisations": "r",
    "people": "p",
    "twinnings": "w",
    "agreements": "g",
    "selection": "l",
    "committee": "s",
    "activities": "a",
    "timeline": "t",
    "imports": "i",
    "reports": "e",
    "members": "m",
    "rates": "x",
    "jobs": "j",
}


# Building blocks of base.html ---------------------------------------------------------------------------


class CaptureNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        # Stripping makes plain text of it; what was rendered is as safe as before.
        context[self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """``{% capture name %}…{% endcapture %}`` keeps what it renders in ``name``, to ask if it is empty."""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """The link to a style sheet, or nothing where its address is not to be had: for the page of a fault, which may
    be that of the static files themselves."""
    try:
        return format_html('<link rel="stylesheet" href="{}">', static(name))
    except Exception:
        log.exception("No address of %s", name)
        return SafeString("")


@register.filter
def section_key(key: str) -> str:
    """The keyboard sequence that opens a section, or ''."""
    letter = SECTION_KEYS.get(key, "")
    return f"g {letter}" if letter else ""


@register.filter
def language_name(code: str) -> str:
    """A language in its own words: ``it`` is ``italiano``."""
    return str(get_language_info(code)["name_local"])


@register.simple_tag
def interface_languages() -> list[tuple[str, Any]]:
    """(code, name) of the languages that pages can be read in; empty where there is no choice."""
    offered = [pair for pair in settings.LANGUAGES if pair[0] in settings.INTERFACE_LANGUAGES]
    return offered if len(offered) > 1 else []


# Words and figures ----------------------------------------------------------------------------------------


def _not_stated() -> SafeString:
    return format_html('<span class="not-stated">{}</span>', _("not stated"))


@register.filter
def not_stated(value: Any) -> Any:
    """The value, or "not stated" where it is None or empty. Zero is a value."""
    return _not_stated() if value is None or value == "" else value


def _grouped(number: Decimal, decimals: int | None) -> str:
    if decimals is None:
        number = number.normalize()
        exponent = number.as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    # Rounded here, because Django's formatting cuts off.
    number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return formats.number_format(number, decimal_pos=decimals, use_l10n=True, force_grouping=True)


@register.filter
def figure(value: Any, decimals: int | None = None) -> Any:
    """A number as the reader's language writes it, grouped; "not stated" for None; other text unchanged."""
    if value is None or value == "":
        return _not_stated()
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    return _grouped(number, decimals) if number.is_finite() else value


@register.filter
def money(value: Any, currency: str = "") -> Any:
    """An amount with its ISO 4217 code as the reader's language writes it; minor units only where there are some."""
    if value is None or value == "":
        return _not_stated()
    amount = Decimal(str(value))
    if not currency:
        return _grouped(amount, 0 if amount == amount.to_integral_value() else 2)
    return format_html(
        '<span class="nowrap">{}</span>', amount_text(amount, currency, get_language() or "en")
    )


@register.filter(name="country_name")
def country_name_of(code: str) -> str:
    """IT is Italy, in the reader's language."""
    return country_name(str(code)) if code else ""


@register.filter
def filesize(value: int | None) -> Any:
    """Bytes in the unit that a person would choose."""
    return _not_stated() if value is None else filesizeformat(value)


@register.simple_tag
def badge(label: Any, kind: str = "none") -> SafeString:
    """A status: the word, and a mark whose shape says the same. ``kind`` is one of MARKS.

    good = done, valid, in force; busy = under way; plan = planned, waiting; warn = needs a look;
    bad = failed, refused; off = ended, cancelled, lapsed; none = an empty ring in grey.
    """
    if kind not in MARKS:
        raise template.TemplateSyntaxError(f"badge kind {kind!r} is none of {', '.join(sorted(MARKS))}")
    return format_html('<span class="badge {}">{}</span>', kind, label)


@register.simple_tag
def dl_row(label: Any, value: Any = None, kind: str = "") -> SafeString:
    """One line of ``<dl class="facts">``. ``kind`` is ``figure`` for a number; None reads "not stated"."""
    shown = figure(value) if kind == "figure" else not_stated(value)
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, conditional_escape(shown))


# Addresses, lists -----------------------------------------------------------------------------------------


def _query(request: HttpRequest, changes: Mapping[str, Any]) -> str:
    params: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}" if params else request.path


@register.simple_tag
def query_with(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some parameters replaced; None removes one. A new filter starts at page 1."""
    return _query(request, changes)


@register.inclusion_tag("components/sort_link.html")
def sort_link(
    request: HttpRequest, field: str, label: str, css: str = "", default: str = ""
) -> dict[str, Any]:
    """A ``<th>`` that sorts by ``field`` through ``?sort=field`` and ``?sort=-field``.

    ``default`` is the order used when the address names none, so that the head can say so.
    """
    current = request.GET.get("sort") or default
    state = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    target = f"-{field}" if state == "ascending" else field
    url = _query(request, {"sort": target, "page": None, "after": None, "before": None})
    return {"url": url, "label": label, "state": state, "css": css}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, label: str = "") -> dict[str, Any]:
    """Links to the pages of a list.

    ``page`` is a Django Page; or an object with ``number``, ``has_next()`` and ``has_previous()`` and no
    paginator (total not counted); or one with ``next_cursor`` and ``previous_cursor``, texts for ``?after=``
    and ``?before=`` or None.
    ``label`` tells two lists on one page apart.
    """
    request: HttpRequest = context["request"]
    if hasattr(page, "next_cursor"):
        previous, following = page.previous_cursor, page.next_cursor
        return {
            "label": label,
            "previous": previous and _query(request, {"before": previous, "after": None}),
            "next": following and _query(request, {"after": following, "before": None}),
        }
    paginator = getattr(page, "paginator", None)
    number: int = page.number
    found: dict[str, Any] = {
        "label": label,
        "previous": page.has_previous() and _query(request, {"page": number - 1 if number > 2 else None}),
        "next": page.has_next() and _query(request, {"page": number + 1}),
        "number": number,
    }
    if paginator:
        elided = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
        found |= {
            "total": paginator.num_pages,
            "capped": getattr(paginator, "is_capped", False),
            "numbers": [(n, _query(request, {"page": n}) if isinstance(n, int) else "") for n in elided],
        }
    return found


@register.inclusion_tag("components/filter_form.html", takes_context=True)
def filter_form(context: Context, form: Form) -> dict[str, Any]:
    """The filters of a list, for the block ``aside``. Order is kept, the page number is not."""
    request: HttpRequest = context["request"]
    names = {form.add_prefix(name) for name in form.fields}
    asked = [name for name in request.GET if name in names and any(request.GET.getlist(name))]
    unused = getattr(form, "unused", [])
    chosen = [name for name in asked if name not in form.errors]
    sort = "" if "sort" in names else request.GET.get("sort", "")
    clear_url = f"{request.path}?sort={sort}" if sort else request.path
    return {
        "form": form,
        "asked": asked,
        "chosen": chosen,
        "unused": unused,
        "sort": sort,
        "clear_url": clear_url,
        "path": request.path,
    }


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """What stands in the place of a list without rows: what is missing, and what to do next."""
    return {"title": title, "text": text, "url": url, "label": label}


# Forms ----------------------------------------------------------------------------------------------------


def _forms_of(parts: Iterable[Any]) -> Iterable[BaseForm]:
    for part in parts:
        if isinstance(part, BaseFormSet):
            yield from part.forms
        elif part is not None:
            yield part


@register.inclusion_tag("components/error_summary.html")
def error_summary(*parts: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """What is wrong in these forms and formsets, each line a link to the field that caused it."""
    lines: list[tuple[str, str]] = []
    for part in parts:
        if isinstance(part, BaseFormSet) and part.is_bound:
            lines += [("", str(error)) for error in part.non_form_errors()]
    for form in _forms_of(parts):
        for name, errors in form.errors.items():
            if name not in form.fields:
                lines += [("", str(error)) for error in errors]
                continue
            field = form[name]
            # A group of radio buttons has no control of its own; its first button takes the focus.
            target = "" if field.is_hidden else field.id_for_label or f"{field.auto_id}_0"
            lines += [(target, f"{field.label}: {error}") for error in errors]
    return {"lines": lines}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """The fields of a form without its summary, for pages with several forms under one ``error_summary``."""
    return {"form": form}


@register.filter
def widget_kind(field: Any) -> str:
    """The class name of a bound field's widget, for the form templates; each box to tick is a CheckboxInput."""
    widget = field.field.widget
    return forms.CheckboxInput.__name__ if isinstance(widget, forms.CheckboxInput) else type(widget).__name__


@register.inclusion_tag("components/conflict.html")
def conflict(form: Any, url: str = "") -> dict[str, Any]:
    """Somebody else saved meanwhile: both versions side by side; nothing when nobody did.

    ``form`` is a ``core.pages.VersionedForm``; its ``conflict`` holds rows of (label, theirs, yours), its
    ``conflict_change`` the change that came between. ``url`` shows the record as it stands.
    """
    change = getattr(form, "conflict_change", None)
    return {"rows": getattr(form, "conflict", None), "change": change, "url": url}


# Records --------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/history.html")
def history(changes: Iterable[Any]) -> dict[str, Any]:
    """The history of a record: objects with ``when``, ``actor_name``, ``action``, ``reason`` and ``fields``,
    a list of (label, before, after)."""
    return {"changes": changes}


JOB_KINDS = {"queued": "plan", "running": "busy", "done": "good", "failed": "bad", "cancelled": "off"}


@register.inclusion_tag("components/progress.html")
def progress(job: Any, url: str = "", cancel_url: str = "") -> dict[str, Any]:
    """How far a job is; with ``url``, which answers with components/progress.html, kept up to date."""
    return {"job": job, "url": url, "cancel_url": cancel_url}


@register.filter
def job_kind(job: Any) -> str:
    return JOB_KINDS.get(str(job.status), "none")


@register.simple_tag
def refresh_while(job: Any, seconds: int = 5) -> SafeString:
    """For the block ``head`` of a job's page: without JavaScript it reloads until the job is over."""
    if job.is_over:
        return SafeString("")
    return format_html('<noscript><meta http-equiv="refresh" content="{}"></noscript>', seconds)


@register.filter
def or_dash(value: Any) -> Any:
    """For before and after in histories: an em dash where nothing stood."""
    return pgettext("nothing stood here", "—") if value is None or value == "" else value
