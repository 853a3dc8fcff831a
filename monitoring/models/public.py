from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.access import ScopedQuerySet
from twinning.core.models import User, VersionedModel


class PublicPageQuerySet(ScopedQuerySet["PublicPage"]):
    def visible_to(self, user: User) -> Self:
        """The decision, to who may take it. What an open page shows is everybody's."""
        return self.filter(programme__in=grants_of(user).in_programmes(Can.MANAGE))

    def open(self) -> Self:
        return self.filter(is_open=True)


class PublicPage(VersionedModel):
    """Whether a programme shows its results to everybody, without signing in, and how it introduces them."""

    programme = models.OneToOneField(Programme, models.PROTECT, related_name="public_page")
    is_open = models.BooleanField(_("open to everybody"), default=False, editable=False)
    intro = models.TextField(
        _("introduction"),
        blank=True,
        max_length=4000,
        help_text=_("What a reader who knows nothing of the programme should know first."),
    )

    objects = PublicPageQuerySet.as_manager()

    class Meta:
        verbose_name = _("public page")
        ordering = ["programme_id"]

    def __str__(self) -> str:
        return str(_("Public page of %(programme)s") % {"programme": self.programme})
