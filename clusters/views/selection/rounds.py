"""Selection rounds: their list, and what a round says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters import services
from clusters.exporters import selection_workbook
from clusters.forms.selection import RoundForm
from clusters.models import SelectionOutcome, SelectionRound, SelectionWeights
from clusters.permissions import can_edit_programme, can_read_history, can_read_people
from clusters.queries import compare, rank_lines, round_lines, standing_outcomes
from clusters.queries.selection import RankLine, moved_alone, outcome_word, value_rows
from clusters.views.selection.base import (
    FormPage,
    editable,
    form_frame,
    frame,
    readable,
    round_of,
    save_or_show,
    scope,
    start,
    url,
)
from twinning.core.access import require
from twinning.core.charts import RankSpan, rank_spans
from twinning.core.pages import page_of, sent
from twinning.core.queries import history_of
from twinning.core.tabular import MEDIA_TYPES

WIDTH = 900


@require_safe
def rounds(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    rows = SelectionRound.objects.visible_to(user).filter(programme=programme).order_by("-number")
    page = page_of(request, rows, 20)
    context = {
        "place": "selection",
        "page": page,
        "lines": round_lines(page.object_list),
        "may_add": can_edit_programme(user, programme),
    }
    return render(request, "clusters/selection/rounds.html", context)


@require_safe
def selection_round(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = round_of(request, programme_slug, pk)
    compared, outcomes = compare(shown), standing_outcomes(shown)
    earlier = SelectionOutcome.objects.filter(candidate__round=shown, sitting__lt=shown.sittings)
    context = frame(user, shown, "ranking") | {
        "compared": compared,
        "found": compared.sensitivity(),
        "outcomes": [(outcome, outcome_word(outcome.outcome)) for outcome in outcomes],
        "earlier": [(row, outcome_word(row.outcome)) for row in earlier.for_list()[:100]],
        "first_parameter": compared.parameters[0] if compared.parameters else None,
        "changes": history_of(shown, 20, reader=user) if can_read_history(user, programme) else None,
    }
    context["lines"] = rank_lines(compared, context["found"], outcomes)
    return render(request, "clusters/selection/round.html", context)


@require_safe
def values(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = round_of(request, programme_slug, pk)
    compared = compare(shown)
    context = frame(user, shown, "values") | {
        "weighed": [
            (parameter, compared.weights.get(parameter.code, 0)) for parameter in compared.parameters
        ],
        "rows": value_rows(compared),
    }
    return render(request, "clusters/selection/values.html", context)


@require_safe
def sensitivity(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = round_of(request, programme_slug, pk)
    compared = compare(shown)
    found = compared.sensitivity()
    lines = [line for line in rank_lines(compared, found) if line.rank is not None]
    context = frame(user, shown, "sensitivity") | {
        "found": found,
        "lines": lines,
        "moved": moved_alone(compared, found),
        "svg": picture(lines) if lines else "",
    }
    return render(request, "clusters/selection/sensitivity.html", context)


def picture(lines: list[RankLine]) -> SafeString:
    spans = [
        RankSpan(f"{line.rank} {line.candidate}", line.rank, line.best, line.worst, f"{line.held}\u00a0%")
        for line in lines
        if line.rank is not None and line.best is not None and line.worst is not None
    ]
    return rank_spans(
        spans,
        last=len(spans),
        language=get_language() or "en",
        width=WIDTH,
        title=_("Ranks when the weights move"),
        description=_("For each candidate the ranks that it takes. The table below says the same."),
    )


@require_safe
def workbook(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = round_of(request, programme_slug, pk)
    compared = compare(shown)
    data = selection_workbook(
        compared,
        compared.sensitivity(),
        standing_outcomes(shown),
        SelectionWeights.objects.filter(round=shown)[:50],
        user,
        named=can_read_people(user, programme),
    )
    name = f"{slugify(f'{programme.slug} {shown} {shown.title}')[:80]}.xlsx"
    return HttpResponse(
        data,
        content_type=MEDIA_TYPES["xlsx"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    require(can_edit_programme(user, programme))
    form = RoundForm(sent(request), **scope(request, programme))
    lead = _("It begins with the eight parameters of the method in points, all weighing the same.")
    back = url("selection", programme)
    page = FormPage(
        _("Open a selection round"), _("Open round"), back, "selection", start(programme), lead=lead
    )
    return save_or_show(
        request,
        form,
        lambda values: services.open_round(actor=user, programme=programme, **values),
        page,
        done=_("The round is open. Add the candidates."),
        then=lambda made: url("selection_round", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def round_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = editable(request, programme_slug, pk)
    form = RoundForm(sent(request), instance=shown, **scope(request, programme))
    return save_or_show(
        request,
        form,
        lambda values: services.update_round(
            actor=user, selection_round=shown, version=form.version, **values
        ),
        form_frame(shown, _("Edit the round"), _("Save round")),
        done=_("The round was saved."),
    )
