"""What a story is to its reader, and its figures in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clusters.queries import Word
from monitoring.models import ImpactStory


def story_word(story: ImpactStory) -> Word:
    if story.published_at is not None:
        return Word(_("published"), "good")
    if story.consent_withdrawn_on is not None:
        return Word(_("consent withdrawn"), "off")
    if story.has_consent:
        return Word(_("consented, not published"), "plan")
    return Word(_("no consent"), "warn")
