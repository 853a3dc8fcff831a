"""Impact stories: their list, one of them, and the consent without which none is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters.models import Programme
from clusters.queries import programme_of
from monitoring import services
from monitoring.forms.stories import ConsentForm, StoryFilter, StoryForm, WhyForm
from monitoring.models import ImpactStory
from monitoring.permissions import (
    can_name,
    can_publish_story,
    can_write_stories,
    can_write_stories_somewhere,
)
from monitoring.queries.stories import story_word
from monitoring.views.evaluation.base import SECTION, readable
from twinning.core.access import require
from twinning.core.form_pages import FormPage, save_or_show
from twinning.core.models import Attachment, User
from twinning.core.pages import ActForm, actor, page_of, sent, url, visible_or_404
from twinning.core.queries import history_of


@require_safe
def stories(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    asked = StoryFilter(request.GET, programme=programme)
    chosen = asked.chosen
    rows = ImpactStory.objects.visible_to(user).filter(programme=programme).for_list()
    if chosen.get("cluster"):
        rows = rows.filter(cluster=chosen["cluster"])
    if chosen.get("published"):
        rows = rows.filter(published_at__isnull=chosen["published"] == "no")
    page = page_of(request, rows)
    context = {
        "place": "evaluations",
        "tab": "stories",
        "page": page,
        "lines": [(row, story_word(row), row.attribution(named=can_name(user, row))) for row in page],
        "filter": asked,
        "filtered": any(chosen.values()),
        "may_add": can_write_stories_somewhere(user, programme),
    }
    return render(request, "monitoring/evaluation/stories.html", context)


def _seen(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, ImpactStory]:
    programme = programme_of(request, programme_slug)
    rows = ImpactStory.objects.filter(programme=programme).for_list()
    return actor(request), programme, visible_or_404(rows, request, pk=pk)


def _edited(request: HttpRequest, programme_slug: str, pk: int) -> tuple[User, Programme, ImpactStory]:
    user, programme, shown = _seen(request, programme_slug, pk)
    require(can_write_stories(user, programme, shown.cluster))
    return user, programme, shown


def _page(shown: ImpactStory, heading: str, submit: str, **words: Any) -> FormPage:
    programme = shown.programme
    crumbs = [(_("Stories"), url("stories", programme)), (str(shown), url("story", programme, shown.pk))]
    return SECTION.page(programme, heading, submit, *crumbs, **words)


@require_safe
def story(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _seen(request, programme_slug, pk)
    edits = can_write_stories(user, programme, shown.cluster)
    context = {
        "place": "evaluations",
        "story": shown,
        "word": story_word(shown),
        "attribution": shown.attribution(named=can_name(user, shown)),
        "may_edit": edits,
        "may_publish": can_publish_story(user, shown),
        "papers": Attachment.objects.of(shown) if edits else None,
        # History names the person also where the story does not.
        "changes": history_of(shown, 30, reader=user) if edits else None,
    }
    return render(request, "monitoring/evaluation/story.html", context)


@require_http_methods(["GET", "POST"])
def story_new(request: HttpRequest, programme_slug: str) -> HttpResponse:
    user, programme = readable(request, programme_slug)
    require(can_write_stories_somewhere(user, programme))
    lead = _("It is seen by who edits it until the person has consented and it is published.")
    page = SECTION.page(
        programme, _("Tell a story"), _("Save story"), (_("Stories"), url("stories", programme)), lead=lead
    )
    return save_or_show(
        request,
        StoryForm(
            sent(request),
            instance=ImpactStory(programme=programme, author=user),
            reader=user,
            programme=programme,
        ),
        lambda values: services.write_story(actor=user, programme=programme, **values),
        page,
        done=_("The story was saved. It is not published: it needs a consent."),
        then=lambda made: url("story", programme, made.pk),
    )


@require_http_methods(["GET", "POST"])
def story_edit(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, programme, shown = _edited(request, programme_slug, pk)
    form = StoryForm(sent(request), instance=shown, reader=user, programme=programme)
    lead = _("The consent was given for these words. Change them, and it must be given anew.")
    return save_or_show(
        request,
        form,
        lambda values: services.update_story(actor=user, story=shown, version=form.version, **values),
        _page(shown, _("Edit the story"), _("Save story"), lead=lead if shown.has_consent else ""),
        done=_("The story was saved."),
    )


@require_http_methods(["GET", "POST"])
def story_consent(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = _edited(request, programme_slug, pk)
    form = ConsentForm(sent(request), request.FILES or None, instance=shown)
    return save_or_show(
        request,
        form,
        lambda values: services.give_consent(actor=user, story=shown, version=form.version, **values),
        _page(shown, _("Consent of the person"), _("Save consent"), about=shown.title, draft=False),
        done=_("The consent was saved."),
    )


@require_http_methods(["GET", "POST"])
def story_withdraw(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = _edited(request, programme_slug, pk)
    form = WhyForm(sent(request), instance=shown)
    words = _("The story is taken off at once, and its history says so. Files that were downloaded stay.")
    page = _page(
        shown,
        _("Does the person no longer consent?"),
        _("Withdraw consent"),
        words=words,
        danger=True,
        keep=_("The consent stands"),
    )
    return save_or_show(
        request,
        form,
        lambda values: services.withdraw_consent(actor=user, story=shown, **values),
        page,
        done=_("The consent is withdrawn. The story is not published."),
    )


@require_http_methods(["GET", "POST"])
def story_publish(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = _seen(request, programme_slug, pk)
    require(can_publish_story(user, shown))
    form = ActForm(sent(request), instance=shown)
    words = _("All who read results will see it, donors included.")
    return save_or_show(
        request,
        form,
        lambda _values: services.publish_story(actor=user, story=shown, version=form.version),
        _page(shown, _("Publish this story?"), _("Publish"), words=words, keep=_("Not yet")),
        done=_("The story is published."),
    )


@require_http_methods(["GET", "POST"])
def story_unpublish(request: HttpRequest, programme_slug: str, pk: int) -> HttpResponse:
    user, _programme, shown = _seen(request, programme_slug, pk)
    require(can_publish_story(user, shown))
    form = WhyForm(sent(request), instance=shown)
    return save_or_show(
        request,
        form,
        lambda values: services.unpublish_story(actor=user, story=shown, version=form.version, **values),
        _page(shown, _("Take this story off?"), _("Take it off"), words=_("The consent stands.")),
        done=_("The story is no longer published."),
    )


@require_http_methods(["GET", "POST"])
def story_paper_remove(request: HttpRequest, programme_slug: str, pk: int, file_pk: int) -> HttpResponse:
    user, _programme, shown = _edited(request, programme_slug, pk)
    paper = get_object_or_404(Attachment.objects.of(shown), pk=file_pk)

    def save(_values: Any) -> bool:
        services.remove_paper(actor=user, story=shown, attachment=paper)
        return True

    return save_or_show(
        request,
        ActForm(sent(request), instance=shown),
        save,
        _page(shown, _("Take this file off?"), _("Take it off"), about=paper.name, danger=True),
        done=_("The file was taken off."),
    )
