"""Impact stories: collected, published while the consent of the person stands, taken off when it is withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.services.common import same_programme
from monitoring.models import ImpactStory
from monitoring.permissions import can_publish_story, can_write_stories
from monitoring.rules.evaluation import names_in
from twinning.core import attachments, history
from twinning.core.access import DomainError, StaleVersion, WrongState, require
from twinning.core.models import Attachment, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What somebody consents to: when one of these changes, the consent that was given no longer covers it.
COVERED = (
    "title",
    "quote",
    "text",
    "speaker",
    "position",
    "organisation",
    "measure",
    "before",
    "after",
    "unit",
)
# Where a name could be told by the words themselves.
_TELLING = ("title", "quote", "text", "measure", "source")
_NO_CONSENT: dict[str, Any] = {
    "consent_by": "",
    "consent_on": None,
    "consent_how": "",
    "consent_note": "",
    "names_allowed": False,
    "consent_withdrawn_on": None,
}


@transaction.atomic
def write_story(
    *, actor: User, programme: Programme, cluster: Cluster | None = None, **values: Any
) -> ImpactStory:
    """Keep a story. It is not published, and has no consent yet."""
    require(can_write_stories(actor, programme, cluster))
    same_programme(programme.pk, cluster=cluster, organisation=values.get("organisation"))
    story = ImpactStory(programme=programme, cluster=cluster, author=actor, **values)
    return history.create(story, actor=actor)


@transaction.atomic
def update_story(*, actor: User, story: ImpactStory, version: int | None, **values: Any) -> ImpactStory:
    """Mend a story that is not published. A change of what the person consented to takes the consent off."""
    current = _held(actor, story, version)
    cluster = values.get("cluster", current.cluster)
    require(can_write_stories(actor, current.programme, cluster))
    same_programme(current.programme_id, cluster=cluster, organisation=values.get("organisation"))
    if current.published_at is not None:
        raise WrongState(_("This story is published. Take it off first, then change it."))
    reason = ""
    if current.has_consent and any(
        name in values and values[name] != getattr(current, name) for name in COVERED
    ):
        values = {**values, **_NO_CONSENT}
        reason = _("The consent was given for other words: it must be given anew.")
    return history.change(current, values, actor=actor, version=version, reason=reason)


@transaction.atomic
def give_consent(
    *,
    actor: User,
    story: ImpactStory,
    version: int | None,
    consent_by: str,
    consent_on: dt.date,
    consent_how: str,
    consent_note: str = "",
    names_allowed: bool = False,
    paper: tuple[str, bytes] | None = None,
) -> ImpactStory:
    """Record who consented, when and how. ``paper``: name and content of a file that shows it.

    Raises DomainError at ``consent_by``, ``consent_on``, ``consent_how`` and ``file``.
    """
    current = _held(actor, story, version)
    missing: dict[str, list[StrOrPromise]] = {}
    if not consent_by.strip():
        missing["consent_by"] = [_("Say who consented.")]
    if consent_on > timezone.localdate():
        missing["consent_on"] = [_("Consent cannot be given on a day to come.")]
    if consent_how not in ImpactStory.How.values:
        missing["consent_how"] = [_("Say how consent was given.")]
    if missing:
        raise DomainError(_("The consent is not complete."), code="no_consent", fields=missing)
    if current.published_at is not None and not names_allowed:
        _check_words(current)
    values = _NO_CONSENT | {
        "consent_by": consent_by,
        "consent_on": consent_on,
        "consent_how": consent_how,
        "consent_note": consent_note,
        "names_allowed": names_allowed,
    }
    changed = history.change(current, values, actor=actor, version=None)
    if paper is not None:
        attachments.attach(actor=actor, owner=changed, name=paper[0], data=paper[1])
    return changed


@transaction.atomic
def withdraw_consent(
    *, actor: User, story: ImpactStory, version: int | None = None, reason: str = ""
) -> ImpactStory:
    """The person no longer consents: the story is off at once, and its history says so."""
    current = _held(actor, story, version)
    if not current.has_consent:
        raise WrongState(_("There is no consent that could be withdrawn."))
    told = _("Consent withdrawn.")
    if current.published_at is not None:
        told = _("Consent withdrawn; the story is no longer published.")
    # A clock that runs behind, or a consent dated by hand: never before it was given.
    day = max(timezone.localdate(), current.consent_on or dt.date.min)
    values = {"consent_withdrawn_on": day, "published_at": None}
    return history.change(current, values, actor=actor, version=None, reason=f"{told} {reason}".strip())


@transaction.atomic
def publish_story(*, actor: User, story: ImpactStory, version: int | None) -> ImpactStory:
    """Show a story to all who read results. Raises DomainError without consent, and where its words tell a name
    that the consent does not cover.
    """
    require(can_publish_story(actor, story))
    current = _locked(story, version)
    if current.published_at is not None:
        raise WrongState(_("This story is published already."))
    if not current.has_consent:
        raise DomainError(_("A story is published only with the consent of the person."), code="no_consent")
    if not current.names_allowed:
        _check_words(current)
    return history.change(current, {"published_at": timezone.now()}, actor=actor, version=None)


@transaction.atomic
def unpublish_story(*, actor: User, story: ImpactStory, version: int | None, reason: str = "") -> ImpactStory:
    """Take a story off; its consent stands."""
    require(can_publish_story(actor, story))
    current = _locked(story, version)
    if current.published_at is None:
        raise WrongState(_("This story is not published."))
    return history.change(current, {"published_at": None}, actor=actor, version=None, reason=reason)


@transaction.atomic
def remove_paper(*, actor: User, story: ImpactStory, attachment: Attachment) -> None:
    """Take a file off that was to show a consent."""
    require(can_write_stories(actor, story.programme, story.cluster))
    if not Attachment.objects.of(story).filter(pk=attachment.pk).exists():
        raise WrongState(_("This file is not with the story any more."))
    attachments.detach(actor=actor, attachment=attachment)


def _locked(story: ImpactStory, version: int | None) -> ImpactStory:
    rows = ImpactStory.objects.select_for_update(of=("self",))
    current = rows.select_related("programme", "cluster", "organisation").get(pk=story.pk)
    if version is not None and current.version != version:
        raise StaleVersion(current)
    return current


def _held(actor: User, story: ImpactStory, version: int | None) -> ImpactStory:
    require(can_write_stories(actor, story.programme, story.cluster))
    return _locked(story, version)


def _check_words(story: ImpactStory) -> None:
    names = [story.speaker]
    if story.organisation is not None:
        names += [story.organisation.name, story.organisation.short_name]
    for field in _TELLING:
        if told := names_in(getattr(story, field), names):
            message = _("The consent does not cover names, and these words tell one: %(names)s.")
            raise DomainError(message % {"names": "; ".join(told)}, code="names_told")
