"""The exchange rates of a programme: the ECB's, and those that it typed itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.forms.rates import RateFilter, RateForm, UploadRatesForm, WithdrawRateForm
from clusters.models import Programme
from clusters.permissions import can_manage
from clusters.queries import RateQuerySet, programme_of, published_span, rate_lines, rate_text
from clusters.views.base import scope
from twinning.core.access import require
from twinning.core.attachments import read_upload
from twinning.core.form_pages import Section, save_or_show
from twinning.core.models import ExchangeRate, RateLoad
from twinning.core.pages import actor, page_of, sent, url, visible_or_404

_SECTION = Section("rates", gettext_lazy("Exchange rates"))
# Only such orders as an index gives, since the ECB alone has published a quarter of a million rates.
_SORTS = {
    "-day": ("-day", "currency", "-pk"),
    "day": ("day", "currency", "pk"),
}


def _rows(programme: Programme) -> RateQuerySet:
    return RateQuerySet(ExchangeRate).used_by(programme.pk)


@require_safe
def rates(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rows = _rows(programme).visible_to(user)
    if request.GET.get("state") != "withdrawn":
        rows = rows.holding()
    asked = RateFilter(request.GET, rows, programme=programme)
    order = _SORTS.get(request.GET.get("sort", ""), _SORTS["-day"])
    page = page_of(request, asked.qs.order_by(*order))
    context = {
        "place": "rates",
        "page": page,
        "lines": rate_lines(page.object_list),
        "filter": asked,
        "may_manage": can_manage(user, programme),
        "published": published_span(),
    }
    return render(request, "clusters/rates.html", context)


@require_http_methods(["GET", "POST"])
def rate_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_manage(user, programme))
    form = RateForm(sent(request), **scope(request, programme))
    lead = _("A rate of the programme’s own goes before the ECB’s on the days for which it holds.")
    return save_or_show(
        request,
        form,
        lambda values: services.type_rate(actor=user, programme=programme, **values),
        _SECTION.page(programme, _("Type an exchange rate"), _("Save rate"), lead=lead),
        done=_("The rate was saved. It is used from now on."),
    )


@require_http_methods(["GET", "POST"])
def rates_upload(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    require(can_manage(user, programme))
    form = UploadRatesForm(sent(request), request.FILES or None)

    def save(values: dict[str, Any]) -> RateLoad:
        file = values["file"]
        return services.upload_rates(
            actor=user, programme=programme, filename=file.name or "", data=read_upload(file)
        )

    lead = _(
        "The reference rates of the European Central Bank, against the euro. They serve every programme."
    )
    return save_or_show(
        request,
        form,
        save,
        _SECTION.page(programme, _("Load rates of the ECB"), _("Load rates"), lead=lead, draft=False),
        done="",
        then=lambda load: _after(request, programme, load),
        template="clusters/rates_upload.html",
        published=published_span(),
        loads=RateLoad.objects.filter(created_by=user).select_related("job")[:10],
    )


def _after(request: HttpRequest, programme: Programme, load: RateLoad) -> str:
    """Where one goes from an upload: to the work of the worker, or to the rates, with a word on what was loaded."""
    if load.job is not None:
        return reverse("job", args=[load.job.pk])
    told = ngettext("%(new)d rate was new", "%(new)d rates were new", load.added) % {"new": load.added}
    told += ", " + _("%(known)d stood already.") % {"known": load.known}
    messages.success(request, told)
    return url("rates", programme)


@require_http_methods(["GET", "POST"])
def rate_withdraw(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme = actor(request), programme_of(request, programme_slug)
    rate = visible_or_404(_rows(programme).filter(programme_id=programme.pk), request, pk=pk)
    require(can_manage(user, programme))
    form = WithdrawRateForm(sent(request), instance=rate, **scope(request, programme))
    page = _SECTION.page(
        programme,
        _("Withdraw this rate?"),
        _("Withdraw rate"),
        about=rate_text(rate),
        words=_(
            "Amounts are no longer converted by it; what was closed stays as it was. The rate is kept with your reason,"
            " and another may be typed for the same day."
        ),
        danger=True,
    )
    return save_or_show(
        request,
        form,
        lambda values: services.withdraw_rate(actor=user, rate=rate, version=form.version, **values),
        page,
        done=_("The rate was withdrawn."),
    )
