"""Typed values of indicators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clusters.models import Programme
from monitoring import services
from monitoring.forms.values import MeasurementForm
from monitoring.models import Closing, Measurement
from monitoring.permissions import can_measure
from monitoring.queries.entering import places_entered
from monitoring.views.base import RESULTS, number_in, readable, scope
from monitoring.views.results import indicator_of
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.pages import sent, url, visible_or_404


@require_http_methods(["GET", "POST"])
def measurement_new(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    """A value of an indicator; with ?closing= of a period that is to be handed in, to which one goes back."""
    user, programme = readable(request, programme_slug)
    require(bool(places_entered(user, programme)))
    shown = indicator_of(request, programme, code)
    closing = _closing(request, programme)
    form = MeasurementForm(sent(request), indicator=shown, closing=closing, **scope(request, programme))
    crumbs = [(shown.code, url("indicator", programme, shown.code))]
    if closing is not None:
        crumbs = [(str(closing), url("closing", programme, closing.pk))]
    return save_or_show(
        request,
        form,
        lambda values: services.record_measurement(actor=user, indicator=shown, **values),
        RESULTS.page(programme, _("Enter a value"), _("Save value"), *crumbs, about=str(shown)),
        done=_("The value was saved."),
    )


def _closing(request: HttpRequest, programme: Programme) -> Closing | None:
    pk = number_in(request, "closing")
    rows = Closing.objects.filter(period__programme=programme).for_list()
    return visible_or_404(rows, request, pk=pk) if pk is not None else None


@require_http_methods(["GET", "POST"])
def measurement_edit(request: HttpRequest, programme_slug: str, code: str, pk: int) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    shown = indicator_of(request, programme, code)
    rows = Measurement.objects.filter(indicator=shown)
    row = get_object_or_404(rows.select_related("indicator__programme", "period", "cluster"), pk=pk)
    require(can_measure(user, programme, row.cluster))
    form = MeasurementForm(sent(request), instance=row, indicator=shown, **scope(request, programme))
    crumb = (shown.code, url("indicator", programme, shown.code))
    where = f"{shown.name}; {row.period}, {row.cluster or programme}"
    return save_or_show(
        request,
        form,
        lambda values: services.update_measurement(
            actor=user, measurement=row, version=form.version, **values
        ),
        RESULTS.page(programme, _("Change the value"), _("Save value"), crumb, about=where),
        done=_("The value was saved."),
    )
