from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionedModel(models.Model):
    """A record that people edit: it counts its versions, so that a second saver is noticed.

    Written only through ``twinning.core.history``, which raises ``version`` and keeps what stood before.
    A model names in ``WRITTEN`` the fields that people write, where a form and the API write the same.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def etag(self) -> str:
        return f'"{self._meta.model_name}-{self.pk}-{self.version}"'

    @property
    def history_programme_id(self) -> int | None:
        """The programme whose people may read this record's history."""
        return getattr(self, "programme_id", None)
