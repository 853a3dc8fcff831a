"""The results framework: the chain of results, indicators, what they are to reach."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from monitoring import services
from monitoring.forms.results import IndicatorForm, NeededReasonForm, ResultForm, TargetForm
from monitoring.models import Indicator, Result, Target
from monitoring.queries.figures import rule_of
from monitoring.queries.sources import VOCABULARY
from monitoring.rules.vocabulary import in_words
from monitoring.views.base import RESULTS, frame, readable, scope, shapeable
from monitoring.views.results import indicator_of
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.pages import sent, url


@require_safe
def framework(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    rows: dict[int, list[tuple[Indicator, str]]] = {}
    for indicator in Indicator.objects.filter(programme=programme).for_list():
        rule = rule_of(indicator)
        said = in_words(rule, VOCABULARY) if rule else ""
        rows.setdefault(indicator.result_id, []).append((indicator, said))
    found = Result.objects.filter(programme=programme).select_related("leads_to")
    context = frame(user, programme, "framework") | {
        "chain": [(result, rows.get(result.pk, [])) for result in found],
        "vocabulary": VOCABULARY.items(),
    }
    return render(request, "monitoring/results/framework.html", context)


@require_POST
def tables_bring(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    added = services.bring_tables(actor=user, programme=programme)
    said = ngettext("%(n)d indicator was added.", "%(n)d indicators were added.", len(added))
    messages.success(request, said % {"n": len(added)})
    return redirect("framework", programme.slug)


def _page(programme: Any, heading: str, submit: str, **words: Any) -> FormPage:
    crumb = (_("Framework"), url("framework", programme))
    return RESULTS.page(programme, heading, submit, crumb, *words.pop("crumbs", []), **words)


@require_http_methods(["GET", "POST"])
def result_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    return save_or_show(
        request,
        ResultForm(sent(request), **scope(request, programme)),
        lambda values: services.add_result(actor=user, programme=programme, **values),
        _page(programme, _("Add a result"), _("Add result")),
        done=_("The result was added. Add its indicators."),
    )


@require_http_methods(["GET", "POST"])
def result_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = get_object_or_404(Result, programme=programme, pk=pk)
    form = ResultForm(sent(request), instance=shown, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_result(actor=user, result=shown, version=form.version, **values),
        _page(programme, _("Edit the result"), _("Save result")),
        done=_("The result was saved."),
    )


def _count_of(request: HttpRequest, standing: str = "") -> str:
    count = request.GET.get("count", standing)
    if count and count not in VOCABULARY:
        raise Http404
    return count


@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    count = _count_of(request)
    form = IndicatorForm(sent(request), count=count, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.add_indicator(actor=user, **values),
        _page(programme, _("Add an indicator"), _("Add indicator"), lead=_counted(count)),
        done=_("The indicator was added."),
        then=lambda made: url("indicator", programme, made.code),
        template="monitoring/results/indicator_form.html",
        count=count,
        vocabulary=VOCABULARY.items(),
    )


def _counted(count: str) -> str:
    if not count:
        return _("Its values are typed in for each period, with their source.")
    return _("Counted from records: %(records)s.") % {"records": VOCABULARY[count].label}


@require_http_methods(["GET", "POST"])
def indicator_edit(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    count = _count_of(request, (shown.rule or {}).get("count", ""))
    form = IndicatorForm(sent(request), instance=shown, count=count, **scope(request, programme))
    crumb = (shown.code, url("indicator", programme, shown.code))
    return save_or_show(
        request,
        form,
        lambda values: services.update_indicator(actor=user, indicator=shown, version=form.version, **values),
        _page(programme, _("Edit the indicator"), _("Save indicator"), lead=_counted(count), crumbs=[crumb]),
        done=_("The indicator was saved."),
        then=lambda saved: url("indicator", programme, saved.code),
    )


@require_http_methods(["GET", "POST"])
def indicator_retire(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    form = NeededReasonForm(sent(request), instance=shown, **scope(request, programme))
    crumb = (shown.code, url("indicator", programme, shown.code))
    words = _("It leaves the tables. What was measured and closed by it stays, and it can be taken up again.")
    return save_or_show(
        request,
        form,
        lambda values: services.retire_indicator(actor=user, indicator=shown, version=form.version, **values),
        _page(
            programme,
            _("Use this indicator no more?"),
            _("Use it no more"),
            crumbs=[crumb],
            words=words,
            danger=True,
        ),
        done=_("The indicator is not used any more."),
    )


@require_POST
def indicator_restore(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    services.restore_indicator(actor=user, indicator=shown, version=None)
    messages.success(request, _("The indicator is used again."))
    return redirect("indicator", programme.slug, shown.code)


# Targets --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    form = TargetForm(sent(request), has_amount=shown.has_amount, **scope(request, programme))
    crumb = (shown.code, url("indicator", programme, shown.code))
    return save_or_show(
        request,
        form,
        lambda values: services.set_target(actor=user, indicator=shown, **values),
        _page(programme, _("Set a target"), _("Set target"), crumbs=[crumb], about=shown.name),
        done=_("The target was set."),
    )


def _target(request: HttpRequest, programme: Any, code: str, pk: int) -> Target:
    rows = Target.objects.filter(indicator__programme=programme, indicator__code__iexact=code)
    return get_object_or_404(rows.select_related("indicator__programme", "cluster"), pk=pk)


@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, programme_slug: str, code: str, pk: int) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = _target(request, programme, code, pk)
    has_amount = shown.indicator.has_amount
    form = TargetForm(sent(request), instance=shown, has_amount=has_amount, **scope(request, programme))
    crumb = (shown.indicator.code, url("indicator", programme, shown.indicator.code))
    return save_or_show(
        request,
        form,
        lambda values: services.update_target(actor=user, target=shown, version=form.version, **values),
        _page(
            programme, _("Change the target"), _("Save target"), crumbs=[crumb], about=shown.indicator.name
        ),
        done=_("The target was saved."),
    )


@require_http_methods(["GET", "POST"])
def target_remove(request: HttpRequest, programme_slug: str, code: str, pk: int) -> HttpResponse:
    user, programme = shapeable(request, programme_slug)
    shown = _target(request, programme, code, pk)
    form = NeededReasonForm(sent(request), instance=shown, **scope(request, programme))
    crumb = (shown.indicator.code, url("indicator", programme, shown.indicator.code))

    def remove(values: dict[str, Any]) -> bool:
        services.remove_target(actor=user, target=shown, **values)
        return True

    return save_or_show(
        request,
        form,
        remove,
        _page(programme, _("Take this target back?"), _("Take it back"), crumbs=[crumb], danger=True),
        done=_("The target was taken back."),
    )
