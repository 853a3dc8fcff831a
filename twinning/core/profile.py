"""What people may change about themselves."""

from __future__ import annotations

from django.db import transaction

from twinning.core.models import User


@transaction.atomic
def update_profile(
    *,
    actor: User,
    name: str,
    language: str,
    timezone: str,
    wants_reminders: bool = True,
    wants_reports: bool = True,
) -> User:
    """Set the actor's own name, language and time zone ("" means that of the browser), and which e-mails they want.

    Raises ValidationError by field.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.name, user.language, user.timezone = name, language, timezone
    user.wants_reminders, user.wants_reports = wants_reminders, wants_reports
    user.full_clean()
    user.save(update_fields=["name", "language", "timezone", "wants_reminders", "wants_reports"])
    return user
