"""What is published of a programme: the page that says what hinders it, and how it is published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from clusters.queries import programme_of, programme_where
from monitoring import services
from monitoring.exporters.iati_schema import schema_errors
from monitoring.forms.publication import PublicationForm
from monitoring.models import Publication
from monitoring.permissions import can_publish, can_read_publication
from monitoring.queries.iati_checks import Checked, checked
from monitoring.queries.iati_records import publication_of
from monitoring.views.mending import rule_by_rule
from twinning.core.access import require
from twinning.core.form_pages import Section, save_or_show
from twinning.core.pages import actor, sent, url
from twinning.core.queries import history_of

SECTION = Section("publication", gettext_lazy("Publication"))


@require_safe
def publication(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = programme_where(request, programme_slug, can_read_publication)
    shown = publication_of(programme)
    context: dict[str, Any] = {
        "place": "publication",
        "publication": shown,
        "may_publish": can_publish(user, programme),
        "file": request.build_absolute_uri(url("iati_file", programme)),
    }
    if shown is not None:
        context |= _checks(programme, checked(shown))
    return render(request, "monitoring/publication.html", context)


def _checks(programme: Programme, found: Checked) -> dict[str, Any]:
    """What the page tells of the file: what is in it, what is wrong with it, what the schema says."""
    sound = [one for one in found.activities if one.identifier not in found.held_back]
    return {
        "checked": found,
        "broken": rule_by_rule(programme, found.problems),
        "schema_errors": schema_errors(sound),
        "lines": [(one, one.identifier in found.held_back) for one in found.activities],
        "codes": found.records.codes,
        "documents": found.records.documents,
        "places": found.activities[0].countries,
    }


def managed(request: HttpRequest, programme_slug: str) -> Programme:
    """The programme, for who may say how it is published; to who may not read of it there is no such page."""
    programme = programme_of(request, programme_slug)
    require(can_publish(actor(request), programme))
    return programme


@require_http_methods(["GET", "POST"])
def publication_edit(request: HttpRequest, programme_slug: str) -> HttpResponse:
    programme = managed(request, programme_slug)
    user, stands = actor(request), publication_of(programme)
    form = PublicationForm(sent(request), instance=stands, reader=user, programme=programme)

    def save(values: dict[str, Any]) -> Publication:
        if stands is None:
            return services.set_up_publication(actor=user, programme=programme, **values)
        return services.update_publication(actor=user, publication=stands, version=form.version, **values)

    return save_or_show(
        request,
        form,
        save,
        SECTION.page(programme, _("How the programme is published"), _("Save publication")),
        done=_("The publication was saved."),
        template="monitoring/publication_edit.html",
        changes=history_of(stands, 20, reader=user) if stands is not None else None,
    )
