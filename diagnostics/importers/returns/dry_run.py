"""What an import of filled forms would do, form by form, without doing it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Organisation, ProductGroup
from diagnostics.importers.returns.answers import Answered, answers_of
from diagnostics.importers.returns.fields import Fields, Records
from diagnostics.importers.returns.files import Opened
from diagnostics.importers.returns.keys import Keys
from diagnostics.importers.returns.model import Returned
from diagnostics.importers.returns.versions import Versions
from diagnostics.models import QuestionnaireVersion, ReturnBatch, ReturnRow, Submission
from diagnostics.permissions import can_change
from diagnostics.rules.answers import problems_of
from diagnostics.rules.forms import Form
from diagnostics.rules.kinds import NEEDS, Kind
from diagnostics.rules.review import OPEN, Status
from twinning.core.attachments import UnfitFile, clean_name, sniff
from twinning.core.batches import Plan, Progress, nothing_to_say
from twinning.core.models import Attachment, User

Action = ReturnRow.Action
_STEP = 20
_MOST_NAMED = 30


def plan(
    *, actor: User, batch: ReturnBatch, opened: Opened, progress: Progress = nothing_to_say
) -> Plan[ReturnRow]:
    """Say for each form of the file whether it is new, changed, unchanged or refused. Writes nothing.

    The rows are not saved and without their batch.
    """
    planner = _Planner(actor, batch, opened)
    rows = []
    for index, one in enumerate(opened.returns):
        if index % _STEP == 0:
            progress(index, len(opened.returns), _("comparing with the forms that are filed"))
        rows.append(planner.row(one))
    return Plan(rows, planner.notes)


class _Planner:
    def __init__(self, actor: User, batch: ReturnBatch, opened: Opened) -> None:
        self.actor, self.batch, self.media = actor, batch, opened.media
        self.needs = NEEDS[Kind(batch.questionnaire.kind)]
        self.versions = Versions(batch)
        self.keys = Keys(batch.questionnaire.slug, opened.returns)
        self.fields: dict[int, Fields] = {}
        self.records = _records(actor, batch)
        self.by_name = _by_name(actor, batch)
        self.unknown: dict[str, None] = {}
        self.standing = _standing(self.keys.all())
        self.today = timezone.localdate()

    @property
    def notes(self) -> list[str]:
        if not self.unknown:
            return []
        shown = ", ".join([*self.unknown][:_MOST_NAMED]) + (" …" if len(self.unknown) > _MOST_NAMED else "")
        return [_("Not in the questionnaire, and left out: %(names)s") % {"names": shown}]

    def row(self, one: Returned) -> ReturnRow:
        key, twice = self.keys.of(one)
        row = ReturnRow(place=one.place, key=key, ident=one.ident[:200], action=Action.REFUSED)
        version, why = self.versions.of(one.says)
        if twice:
            why = _("The form stands twice in the file.")
        if version is None or why:
            row.reason = why
            return row
        row.version = version
        if version.status == QuestionnaireVersion.Status.RETIRED:
            row.notes.append(
                _("Version %(number)d was retired. The form is taken, and moved to the version in use later.")
                % {"number": version.number}
            )
        standing = self.standing.get(key)
        if why := self._elsewhere(standing):
            row.reason = why
            return row
        self._fill(row, one, version, standing)
        return row

    def _elsewhere(self, standing: Submission | None) -> str:
        """Why a form that has the key already is not this one's to change; "" where it is."""
        if standing is None:
            return ""
        batch = self.batch
        same = standing.programme_id == batch.programme_id and standing.cluster_id == batch.cluster_id
        of_it = standing.questionnaire_version.questionnaire_id == batch.questionnaire_id
        if not (same and of_it and can_change(self.actor, standing)):
            return _("A form with this id is filed elsewhere already.")
        return ""

    def _fill(
        self, row: ReturnRow, one: Returned, version: QuestionnaireVersion, standing: Submission | None
    ) -> None:
        fields = self.fields.setdefault(version.pk, Fields(version.form))
        kept_in = self.versions.by_pk[standing.questionnaire_version_id] if standing else version
        form = kept_in.form
        found = answers_of(one, fields, form, self.records)
        self.unknown |= dict.fromkeys(found.unknown)
        row.values, row.photos, row.held_on = found.values, found.photos, found.held_on
        row.problems += found.problems
        row.notes += found.notes
        self._firm(row, found)
        kept = list(Attachment.objects.of(standing)) if standing and row.photos else []
        self._check_photos(row, one, {photo.name: photo.sha256 for photo in kept})
        if row.problems:
            row.reason = ngettext(
                "One answer cannot be kept.", "%(count)d answers cannot be kept.", len(row.problems)
            ) % {"count": len(row.problems)}
        elif standing is None:
            row.action = Action.NEW
            self._to_mend(row, form, {})
        else:
            self._known(row, standing, form, kept)

    def _firm(self, row: ReturnRow, found: Answered) -> None:
        """What the form is about, and what it is called."""
        pk = self.by_name.get(found.firm.casefold()) if found.firm else None
        row.organisation_id = pk if self.needs.of_firm else None
        row.title = (found.title or (found.firm if pk is None else ""))[:200]
        if self.needs.of_firm and not found.firm and not found.title:
            row.problems.append([_("Firm"), _("Say which firm this is about.")])

    def _check_photos(self, row: ReturnRow, one: Returned, kept: dict[str, str]) -> None:
        """Look at each photo that the form names: {path: names} becomes {path: [name, SHA-256]}.

        ``kept``: those that the form has here already, which need not be sent again.
        """
        for path, names in row.photos.items():
            found = []
            for name in names:
                data = self.media.find(name, one.ident)
                if data is not None:
                    found.append([name, self._looked_at(row, path, name, data)])
                elif clean_name(name) in kept:
                    found.append([name, kept[clean_name(name)]])
                else:
                    words = _("The photo “%(name)s” is not in the file. Import a ZIP with it to add it.")
                    row.notes.append(words % {"name": name[:100]})
            row.photos[path] = found
        row.photos = {path: found for path, found in row.photos.items() if found}

    def _looked_at(self, row: ReturnRow, path: str, name: str, data: bytes) -> str:
        try:
            if not sniff(name, data).startswith("image/"):
                raise UnfitFile(_("This is not a photo. Send a JPEG, PNG or WebP picture."))
        except UnfitFile as error:
            row.problems.append([path, f"{name[:100]}: {error.message}"])
        return hashlib.sha256(data).hexdigest()

    def _known(self, row: ReturnRow, standing: Submission, form: Form, kept: list[Attachment]) -> None:
        row.submission, row.seen_version = standing, standing.version
        row.title = standing.title
        row.changes = _changes(row, standing, kept)
        put_aside = standing.stage is Status.WITHDRAWN
        if not row.changes and not put_aside:
            row.action = Action.UNCHANGED
        elif standing.stage in OPEN or put_aside:
            row.action = Action.CHANGED
            if put_aside:
                row.notes.append(_("It was put aside and is taken up again."))
            self._to_mend(row, form, standing.answers)
        else:
            row.reason = _("The form is %(status)s by now, so that its answers do not change any more.") % {
                "status": standing.stage.label
            }

    def _to_mend(self, row: ReturnRow, form: Form, standing: dict[str, Any]) -> None:
        answers = standing | row.values | {path: [1] for path in row.photos}
        count = len(problems_of(form, answers, today=self.today))
        if count:
            words = ngettext(
                "One answer is missing or not allowed: mend it here before it is handed in.",
                "%(count)d answers are missing or not allowed: mend them here before it is handed in.",
                count,
            )
            row.notes.append(words % {"count": count})


def _changes(row: ReturnRow, standing: Submission, photos: list[Attachment]) -> dict[str, list[Any]]:
    """What the file says otherwise. What it leaves blank stays as it is: it may have been added here."""
    changes = {
        path: [standing.answers.get(path), value]
        for path, value in row.values.items()
        if standing.answers.get(path) != value and not (path.count("/") == 1 and path in standing.answers)
    }
    kept = {one.pk: one for one in photos}
    for path, sent in row.photos.items():
        before = [kept[pk] for pk in standing.answers.get(path, []) if pk in kept]
        if [one.sha256 for one in before] != [digest for _name, digest in sent]:
            changes[path] = [[one.name for one in before] or None, [name for name, _digest in sent]]
    return changes


def _standing(keys: Sequence[Any]) -> dict[Any, Submission]:
    """The forms that have these keys already, whoever may see them."""
    rows = Submission.objects.select_related("questionnaire_version").defer(
        "questionnaire_version__definition", "revisions", "clashes"
    )
    found: dict[Any, Submission] = {}
    for start in range(0, len(keys), 500):
        found |= {one.key: one for one in rows.filter(key__in=keys[start : start + 500])}
    return found


def _records(actor: User, batch: ReturnBatch) -> Records:
    organisations = Organisation.objects.visible_to(actor).filter(programme=batch.programme_id)
    groups = ProductGroup.objects.visible_to(actor).filter(cluster__programme=batch.programme_id)
    return Records(dict(organisations.values_list("pk", "name")), dict(groups.values_list("pk", "name")))


def _by_name(actor: User, batch: ReturnBatch) -> dict[str, int]:
    rows = Organisation.objects.visible_to(actor).filter(programme=batch.programme_id)
    found: dict[str, int] = {}
    for pk, name, short in rows.values_list("pk", "name", "short_name"):
        found |= {word.casefold(): pk for word in (short, name) if word}
    return found
