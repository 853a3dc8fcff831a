"""Of which version of the questionnaire a form is."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from diagnostics.models import QuestionnaireVersion, ReturnBatch

_MARK = re.compile(r"(?:([a-z0-9-]+):)?(\d{1,5})(?:\.0)?")


class Versions:
    def __init__(self, batch: ReturnBatch) -> None:
        self.questionnaire, self.chosen = batch.questionnaire, batch.read_as
        rows = batch.questionnaire.versions.select_related("questionnaire")
        self.by_number = {version.number: version for version in rows}
        self.by_pk = {version.pk: version for version in self.by_number.values()}
        self.in_use = next(
            (one for one in self.by_pk.values() if one.status == QuestionnaireVersion.Status.PUBLISHED), None
        )

    def of(self, says: str) -> tuple[QuestionnaireVersion | None, str]:
        """The version, or why there is none. A form that says nothing is taken to be of the one in use."""
        if self.chosen is not None:
            return self.chosen, ""
        if not says:
            return self.in_use, "" if self.in_use else _("The form does not say of which version it is.")
        mark = _MARK.fullmatch(says.strip())
        if mark and mark[1] and mark[1] != self.questionnaire.slug:
            return None, _("The form is of another questionnaire: %(slug)s.") % {"slug": mark[1]}
        version = self.by_number.get(int(mark[2])) if mark else None
        if version is None:
            return None, _(
                "Version “%(says)s” of this questionnaire is not known here. Say at the upload as which version"
                " the forms are to be read."
            ) % {"says": says[:60]}
        if version.status == QuestionnaireVersion.Status.DRAFT:
            return None, _("Version %(number)d is not in use yet.") % {"number": version.number}
        return version, ""
