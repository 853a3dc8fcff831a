"""The pages on which a programme sets up its reports: what their sections say beside the figures, and their layout."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clusters.models import Programme
from clusters.queries import programme_of
from monitoring import services
from monitoring.forms.setup import LayoutForm, PlaceForm, ResetForm, TextsForm
from monitoring.models import ReportLayout
from monitoring.permissions import can_lay_out, can_report_somewhere
from monitoring.queries.setup import layout_of, logo_file_of, narratives_at, usual_language
from twinning.core.access import DomainError, require
from twinning.core.form_pages import Section, save_or_show
from twinning.core.layouts import whole_order
from twinning.core.models import User
from twinning.core.pages import actor, sent, url
from twinning.core.reports import ReportKind, kind_of, kinds

_SECTION = Section("reports", gettext_lazy("Reports"))


def _kind(slug: str) -> ReportKind:
    try:
        kind = kind_of(slug)
    except DomainError as error:
        raise Http404 from error
    if not kind.is_document:
        raise Http404
    return kind


def _frame(user: User, programme: Programme, kind: ReportKind, tab: str) -> dict[str, Any]:
    """What both pages show around their form: the kinds that can be set up, and the way to the other page."""
    documents = [one for one in kinds() if one.is_document]
    shown = [one for one in documents if one.sections] if tab == "texts" else documents
    return {"kind": kind, "kinds": shown, "tab": tab, "may_lay_out": can_lay_out(user, programme)}


def _heading(kind: ReportKind) -> str:
    return _("Texts and layout: %(kind)s") % {"kind": kind.label}


def _texts_form(
    request: HttpRequest, programme: Programme, kind: ReportKind, place: dict[str, Any]
) -> TextsForm:
    layout = layout_of(programme, kind.slug)
    by_anchor = {one.anchor: one for one in kind.sections or ()}
    order = whole_order(kind.sections or (), layout.order if layout else ())
    return TextsForm(
        sent(request),
        sections=[by_anchor[anchor] for anchor in order],
        left_out=layout.left_out if layout else (),
        standing=narratives_at(programme, kind.slug, **place),
    )


@require_http_methods(["GET", "POST"])
def report_texts(request: HttpRequest, programme_slug: str, kind: str) -> HttpResponse:
    programme, user, what = programme_of(request, programme_slug), actor(request), _kind(kind)
    require(can_report_somewhere(user, programme))
    language = usual_language(programme, kind)
    chosen = PlaceForm(request.GET, reader=user, programme=programme, kind=what, language=language)
    if not what.sections or not chosen.is_valid():
        raise Http404
    place = chosen.cleaned_data
    lead = _("What a report says beside its figures. It stands in reports that are asked for from now on.")
    return save_or_show(
        request,
        _texts_form(request, programme, what, place),
        lambda values: services.write_narratives(
            actor=user, programme=programme, kind=kind, texts=values, **place
        ),
        _SECTION.page(programme, _heading(what), _("Save the texts"), lead=lead, cluster=place["cluster"]),
        done=_("The texts are saved."),
        then=lambda _count: request.get_full_path(),
        template="monitoring/report_texts.html",
        chosen=chosen,
        **_frame(user, programme, what, "texts"),
    )


@require_http_methods(["GET", "POST"])
def report_layout(request: HttpRequest, programme_slug: str, kind: str) -> HttpResponse:
    programme, user, what = programme_of(request, programme_slug), actor(request), _kind(kind)
    require(can_lay_out(user, programme))
    stands = layout_of(programme, kind)
    logo, data = logo_file_of(stands), sent(request)
    files = request.FILES if data is not None else None
    form = LayoutForm(data, files, instance=stands, kind=what, has_logo=logo is not None)
    lead = _("How such reports look when they are asked for from now on.")
    of: dict[str, Any] = {"actor": user, "programme": programme, "kind": kind}
    return save_or_show(
        request,
        form,
        lambda values: services.lay_out_report(**of, version=form.version if stands else None, **values),
        _SECTION.page(programme, _heading(what), _("Save the layout"), lead=lead),
        done=_("The layout is saved."),
        then=lambda _layout: request.path,
        template="monitoring/report_layout.html",
        stands=stands,
        logo=logo,
        **_frame(user, programme, what, "layout"),
    )


@require_http_methods(["GET", "POST"])
def report_layout_reset(request: HttpRequest, programme_slug: str, kind: str) -> HttpResponse:
    programme, user, what = programme_of(request, programme_slug), actor(request), _kind(kind)
    require(can_lay_out(user, programme))
    stands = get_object_or_404(ReportLayout, programme=programme, kind=what.slug)
    form = ResetForm(sent(request), instance=stands)
    record = (_heading(what), url("report_layout", programme, kind))
    page = _SECTION.page(
        programme,
        _("Take the usual layout again?"),
        _("Take the usual one"),
        record,
        words=_(
            "Order, colour, logo and the line on the cover go. Texts stay, and so do reports that were made."
        ),
        keep=_("Keep ours"),
        draft=False,
    )
    return save_or_show(
        request,
        form,
        lambda _values: services.reset_layout(actor=user, layout=stands, version=form.version),
        page,
        done=_("Such reports look as usual again."),
    )
