from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import grants_of
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user.pk, programme__in=grants_of(user).programmes)


class SavedView(models.Model):
    """A name for a set of filters of the activity log, kept by one user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You have a view of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
