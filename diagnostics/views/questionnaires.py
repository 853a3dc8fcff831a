"""The pages of questionnaires: which there are, what a version asks, what changed, the draft, publish, retire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Cluster, Programme
from clusters.queries import clusters_where
from clusters.rules import Can
from diagnostics import services
from diagnostics.exporters.xlsform import Lists, export_languages, xlsform
from diagnostics.forms_questionnaires import (
    ConfirmForm,
    DefinitionForm,
    DownloadForm,
    DraftForm,
    NewQuestionnaireForm,
)
from diagnostics.importers.definitions import as_json
from diagnostics.models import Questionnaire, QuestionnaireVersion
from diagnostics.permissions import (
    can_edit_questionnaire,
    can_edit_questionnaires,
    can_file_somewhere,
)
from diagnostics.queries.questionnaires import (
    MARKS,
    choices_in,
    filled_in,
    questionnaire_lines,
    version_lines,
)
from diagnostics.rules.changes import differences
from diagnostics.rules.preview import preview
from diagnostics.rules.xlsform import language_name
from diagnostics.views.base import room_of
from twinning.core.access import DomainError, require
from twinning.core.models import User
from twinning.core.pages import attempt, form_page, page_of, visible_or_404
from twinning.core.tabular import MEDIA_TYPES

Status = QuestionnaireVersion.Status
_PLACE = "diagnostics"
_DIFFERENCE_KINDS = {"added": "good", "removed": "bad", "changed": "warn", "moved": "none"}


def _rows(programme: Programme) -> Any:
    return Questionnaire.objects.filter(Q(programme=None) | Q(programme=programme))


def _one(request: HttpRequest, programme_slug: str, slug: str) -> tuple[User, Programme, Questionnaire]:
    user, programme = room_of(request, programme_slug)
    return user, programme, visible_or_404(_rows(programme).select_related("programme"), request, slug=slug)


def _own(request: HttpRequest, programme_slug: str, slug: str) -> tuple[User, Programme, Questionnaire]:
    """A questionnaire that the reader may edit: 403 for one that is only read, such as those of the library."""
    user, programme, found = _one(request, programme_slug, slug)
    require(can_edit_questionnaire(user, found))
    return user, programme, found


def _version(questionnaire: Questionnaire, number: int) -> QuestionnaireVersion:
    return get_object_or_404(questionnaire.versions.select_related("questionnaire"), number=number)


def _url(programme: Programme, questionnaire: Questionnaire, name: str = "questionnaire", *args: Any) -> str:
    return reverse(name, args=[programme.slug, questionnaire.slug, *args])


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"diagnostics/questionnaires/{template}", {"place": _PLACE, **context})


@require_safe
def questionnaires(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    page = page_of(request, _rows(programme).visible_to(user).for_list())
    filled = filled_in(user, programme)
    return _page(
        request,
        "list.html",
        page=page,
        lines=questionnaire_lines(page.object_list, filled),
        capped=filled.capped,
        may_edit=can_edit_questionnaires(user, programme),
        may_file=can_file_somewhere(user, programme),
    )


@require_safe
def questionnaire(request: HttpRequest, programme_slug: str, slug: str) -> HttpResponse:
    user, programme, found = _one(request, programme_slug, slug)
    lines = version_lines(found, filled_in(user, programme, found))
    by_status = {line.status: line for line in lines}
    in_use, draft = by_status.get(Status.PUBLISHED), by_status.get(Status.DRAFT)
    return _page(
        request,
        "one.html",
        questionnaire=found,
        lines=lines,
        in_use=in_use,
        draft=draft,
        stranded=[line for line in lines if line.status == Status.RETIRED and line.open],
        may_edit=can_edit_questionnaire(user, found),
        may_copy=can_edit_questionnaires(user, programme),
        may_file=can_file_somewhere(user, programme),
    )


@require_safe
def questionnaire_version(request: HttpRequest, programme_slug: str, slug: str, number: int) -> HttpResponse:
    """What a version asks, as a person would see it."""
    user, programme, found = _one(request, programme_slug, slug)
    version = _version(found, number)
    codes = export_languages(version)
    asked = request.GET.get("language", "")
    language = asked if asked in codes else version.form.language
    return _page(
        request,
        "version.html",
        questionnaire=found,
        version=version,
        mark=MARKS[Status(version.status)],
        groups=preview(version.form, language),
        languages=[(code, language_name(code)) for code in codes],
        language=language,
        download=_download_form(user, programme, version, language),
    )


def _download_form(
    user: User, programme: Programme, version: QuestionnaireVersion, language: str = "", data: Any = None
) -> DownloadForm:
    names = [(code, language_name(code)) for code in export_languages(version)]
    clusters = clusters_where(user, programme, Can.READ_FIRMS)
    return DownloadForm(data, languages=names, clusters=clusters, initial={"language": language})


@require_safe
def questionnaire_xlsform(request: HttpRequest, programme_slug: str, slug: str, number: int) -> HttpResponse:
    """The workbook for KoboToolbox and ODK."""
    user, programme, found = _one(request, programme_slug, slug)
    version = _version(found, number)
    form = _download_form(user, programme, version, data=request.GET)
    if not form.is_valid():
        raise Http404
    cluster: Cluster | None = form.cleaned_data["cluster"]
    lists = Lists(*choices_in(cluster, user)) if cluster else None
    try:
        data = xlsform(version, language=form.cleaned_data["language"], lists=lists)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect(_url(programme, found, "questionnaire_version", number))
    return _file(data, MEDIA_TYPES["xlsx"], f"{found.slug}-{number}.xlsx")


@require_safe
def questionnaire_definition(
    request: HttpRequest, programme_slug: str, slug: str, number: int
) -> HttpResponse:
    """The definition as JSON."""
    _user, _programme, found = _one(request, programme_slug, slug)
    data = as_json(_version(found, number).definition).encode()
    return _file(data, "application/json", f"{found.slug}-{number}.json")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type=media_type, headers=headers)


@require_safe
def questionnaire_changes(request: HttpRequest, programme_slug: str, slug: str) -> HttpResponse:
    """What changed from one version (?from=) to another (?to=), question by question; without them, to the newest."""
    _user, _programme, found = _one(request, programme_slug, slug)
    numbers = list(found.versions.order_by("-number").values_list("number", flat=True))
    after = _number(request, "to", numbers, numbers[0])
    earlier = [number for number in numbers if number < after]
    before = _number(request, "from", numbers, earlier[0] if earlier else after)
    first, second = _version(found, before), _version(found, after)
    lines = differences(first.definition, second.definition)
    return _page(
        request,
        "changes.html",
        questionnaire=found,
        before=first,
        after=second,
        numbers=numbers,
        lines=[(line, _DIFFERENCE_KINDS[line.what]) for line in lines],
        words={"added": _("added"), "removed": _("removed"), "changed": _("changed"), "moved": _("moved")},
    )


def _number(request: HttpRequest, name: str, known: Sequence[int], otherwise: int) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in known else otherwise


def _sound(form: DefinitionForm, save: Any) -> Any:
    """Save a definition; what is wrong with it is shown line by line, with the row of the sheet it came from."""
    try:
        return save()
    except services.UnsoundQuestionnaire as error:
        form.show_problems(error.problems)
        count = len(error.problems)
        raise DomainError(
            ngettext(
                "One thing in the questionnaire must be mended. It is listed below.",
                "%(count)d things in the questionnaire must be mended. They are listed below.",
                count,
            )
            % {"count": count},
            code=error.code,
        ) from error


@require_http_methods(["GET", "POST"])
def questionnaire_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = room_of(request, programme_slug)
    require(can_edit_questionnaires(user, programme))
    sources = list(_rows(programme).visible_to(user).filter(versions__status=Status.PUBLISHED))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {}
    if chosen := next((one for one in sources if one.slug == request.GET.get("copy")), None):
        initial = {"copy_of": chosen.pk, "kind": chosen.kind}
    form = NewQuestionnaireForm(*sent, sources=sources, initial=initial)

    def save(values: dict[str, Any]) -> Questionnaire:
        source = values.pop("copy_of")
        definition = values.pop("definition")
        if not definition and source is not None:
            definition = source.versions.get(status=Status.PUBLISHED).definition
        kept = {"actor": user, "programme": programme, "definition": definition, **values}
        made: Questionnaire = _sound(form, lambda: services.create_questionnaire(**kept))
        return made

    made = attempt(form, save) if sent else None
    if made is not None:
        messages.success(request, _("The questionnaire is a draft. Look at it, then put it into use."))
        return redirect(_url(programme, made))
    return form_page(request, "diagnostics/questionnaires/new.html", form, place=_PLACE)


@require_http_methods(["GET", "POST"])
def questionnaire_draft(request: HttpRequest, programme_slug: str, slug: str) -> HttpResponse:
    """Begin or change the draft of the next version."""
    user, programme, found = _own(request, programme_slug, slug)
    draft = found.versions.filter(status=Status.DRAFT).first()
    newest = draft or found.versions.first()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"definition": as_json(newest.definition)} if newest and not draft else {}
    form = DraftForm(*sent, instance=draft, initial=initial)

    def save(values: dict[str, Any]) -> QuestionnaireVersion:
        # Who saw no draft has seen none of what somebody else began meanwhile.
        seen = form.version if draft else 0
        kept = {"actor": user, "questionnaire": found, "version": seen, **values}
        made: QuestionnaireVersion = _sound(form, lambda: services.save_draft(**kept))
        return made

    made = attempt(form, save) if sent else None
    if made is not None:
        messages.success(request, _("The draft is kept. It is not in use before you say so."))
        return redirect(_url(programme, found, "questionnaire_version", made.number))
    template = "diagnostics/questionnaires/draft.html"
    return form_page(request, template, form, place=_PLACE, questionnaire=found, draft=draft)


@require_http_methods(["GET", "POST"])
def questionnaire_publish(request: HttpRequest, programme_slug: str, slug: str) -> HttpResponse:
    user, programme, found = _own(request, programme_slug, slug)
    draft = get_object_or_404(found.versions.select_related("questionnaire"), status=Status.DRAFT)
    form = ConfirmForm(request.POST if request.method == "POST" else None, instance=draft)

    def save(values: dict[str, Any]) -> QuestionnaireVersion:
        return services.publish(actor=user, draft=draft, version=form.version)

    if form.is_bound and attempt(form, save) is not None:
        messages.success(request, _("Version %(number)d is in use.") % {"number": draft.number})
        return redirect(_url(programme, found))
    lines = version_lines(found, filled_in(user, programme, found))
    in_use = next((line for line in lines if line.status == Status.PUBLISHED), None)
    context = {"questionnaire": found, "draft": draft, "in_use": in_use, "place": _PLACE}
    return form_page(request, "diagnostics/questionnaires/publish.html", form, **context)


@require_http_methods(["GET", "POST"])
def questionnaire_retire(request: HttpRequest, programme_slug: str, slug: str) -> HttpResponse:
    user, programme, found = _own(request, programme_slug, slug)
    version = get_object_or_404(found.versions.select_related("questionnaire"), status=Status.PUBLISHED)
    form = ConfirmForm(request.POST if request.method == "POST" else None, instance=version)

    def save(values: dict[str, Any]) -> QuestionnaireVersion:
        return services.retire(actor=user, published=version)

    if form.is_bound and attempt(form, save) is not None:
        messages.success(request, _("Version %(number)d is retired.") % {"number": version.number})
        return redirect(_url(programme, found))
    lines = version_lines(found, filled_in(user, programme, found))
    line = next(line for line in lines if line.number == version.number)
    context = {"questionnaire": found, "version": version, "line": line, "place": _PLACE}
    return form_page(request, "diagnostics/questionnaires/retire.html", form, **context)
