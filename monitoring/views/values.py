"""Typed values of indicators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from monitoring import services
from monitoring.forms.values import MeasurementForm
from monitoring.models import Measurement
from monitoring.permissions import can_measure, can_measure_somewhere
from monitoring.views.base import RESULTS, readable, scope
from monitoring.views.results import indicator_of
from twinning.core.access import require
from twinning.core.form_pages import save_or_show
from twinning.core.pages import sent, url


@require_http_methods(["GET", "POST"])
def measurement_new(request: HttpRequest, programme_slug: str, code: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    require(can_measure_somewhere(user, programme))
    shown = indicator_of(request, programme, code)
    form = MeasurementForm(sent(request), indicator=shown, **scope(request, programme))
    crumb = (shown.code, url("indicator", programme, shown.code))
    return save_or_show(
        request,
        form,
        lambda values: services.record_measurement(actor=user, indicator=shown, **values),
        RESULTS.page(programme, _("Enter a value"), _("Save value"), crumb, about=shown.name),
        done=_("The value was saved."),
    )


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
