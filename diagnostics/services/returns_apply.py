"""Carrying out the dry run of returned forms, and taking it back. Each is one effect: all of it, or nothing.

Forms are begun, filled, put aside and taken up by the services that serve the pages, so that one rule holds for both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnostics.models import ReturnBatch, ReturnRow, Submission
from diagnostics.rules.answers import Change
from diagnostics.rules.review import OPEN, Status
from diagnostics.services.returns import WAY, Stage
from diagnostics.services.review import take_up, withdraw
from diagnostics.services.submissions import add_photo, save_answers, start
from twinning.core import bulk
from twinning.core.access import DomainError, StaleVersion
from twinning.core.batches import Effect, Progress, Refused, nothing_to_say, settle_late, take_back_each
from twinning.core.models import Attachment, User

Action = ReturnRow.Action
Find = Callable[[str, str], bytes | None]  # a photo by its name and by the id of its form
_MOST_NAMED = 20


class _Late(DomainError):
    """What stands is not what the dry run saw."""


@dataclass(slots=True)
class _Outcome:
    created: int = 0
    updated: int = 0
    late: list[tuple[ReturnRow, str]] = field(default_factory=list)


def prepare_returns(
    *, actor: User, batch: ReturnBatch, mode: str, find: Find, progress: Progress = nothing_to_say
) -> Effect:
    """Return the function that brings the forms in. ``find`` gives the photos of the file.

    Raises Refused when all are wanted and some are refused. The function raises Refused when, with all wanted,
    somebody changed a form since the dry run; else that form is left as it is and its row says so.
    """
    WAY.prepared(actor, batch, Stage.APPLIED)
    rows = ReturnRow.objects.filter(batch=batch)
    refused = rows.filter(action=Action.REFUSED).count()
    if refused and mode == ReturnBatch.Mode.ALL_OR_NOTHING:
        raise Refused(_refused_forms(refused))
    wanted = rows.filter(action__in=[Action.NEW, Action.CHANGED], leave=False)
    total = wanted.count()
    left_out = rows.filter(action__in=[Action.NEW, Action.CHANGED], leave=True).count()
    progress(0, total, _("writing"))

    def write() -> dict[str, Any]:
        outcome = _Outcome()
        for row in _chunks_of(wanted):
            _bring(actor, batch, row, find, outcome)
        settle_late(outcome.late, mode, _named)
        return {
            "created": outcome.created,
            "updated": outcome.updated,
            "left_out": left_out,
            "not_imported": refused + len(outcome.late),
        }

    return WAY.effect(actor, batch, Stage.APPLIED, write, mode)


def _refused_forms(count: int) -> str:
    return ngettext(
        "%(count)d form is refused, so nothing was imported. Mend it, or import only the good ones.",
        "%(count)d forms are refused, so nothing was imported. Mend them, or import only the good ones.",
        count,
    ) % {"count": count}


def _bring(actor: User, batch: ReturnBatch, row: ReturnRow, find: Find, outcome: _Outcome) -> None:
    """One form, wholly or not at all."""
    try:
        with transaction.atomic():
            if row.action == Action.NEW:
                submission, undo = _create(actor, batch, row, find)
                outcome.created += 1
            else:
                submission, undo = _update(actor, row, find)
                outcome.updated += 1
    except StaleVersion:
        outcome.late.append((row, _("Somebody changed it at the same moment.")))
    except DomainError as error:
        outcome.late.append((row, str(error.message)))
    else:
        undo["version"] = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
        ReturnRow.objects.filter(pk=row.pk).update(submission=submission, undo=undo)


def _create(actor: User, batch: ReturnBatch, row: ReturnRow, find: Find) -> tuple[Submission, dict[str, Any]]:
    if row.version is None or row.key is None:
        raise _Late(_("The form is of no version that is known here."))
    if Submission.objects.filter(key=row.key).exists():
        raise _Late(_("Somebody filed it since the dry run."))
    submission = start(
        actor=actor,
        programme=batch.programme,
        version=row.version,
        cluster=batch.cluster,
        organisation=row.organisation,
        title=row.title,
        key=row.key,
        origin=Submission.Origin.IMPORTED,
        held_on=row.held_on,
    )
    _save(actor, submission, row, row.values, find)
    return submission, {"created": True}


def _update(actor: User, row: ReturnRow, find: Find) -> tuple[Submission, dict[str, Any]]:
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=row.submission_id or 0)
    if submission.version != row.seen_version:
        raise _Late(_("Somebody changed it since the dry run."))
    put_aside = submission.stage is Status.WITHDRAWN
    if put_aside:
        submission = take_up(actor=actor, submission=submission)
    before = {path: submission.answers.get(path) for path in row.changes}
    changed = {path: after for path, (_before, after) in row.changes.items() if path not in row.photos}
    _save(actor, submission, row, changed, find)
    return submission, {"before": before, "put_aside": put_aside}


def _save(actor: User, submission: Submission, row: ReturnRow, values: dict[str, Any], find: Find) -> None:
    photos = {
        path: _photos(actor, submission, row, path, find)
        for path in row.photos
        if row.action == Action.NEW or path in row.changes
    }
    seen = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    changes = [Change(path, value, seen) for path, value in (values | photos).items()]
    saved = save_answers(actor=actor, submission=submission, changes=changes)
    for path in [*saved.refused, *saved.clashes]:
        raise _Late(saved.refused.get(path) or _("Somebody changed it at the same moment."))


def _photos(actor: User, submission: Submission, row: ReturnRow, path: str, find: Find) -> list[int]:
    """The ids of the photos of an answer, those kept that the form does not have yet."""
    kept = {photo.sha256: photo.pk for photo in Attachment.objects.of(submission)}
    for name, digest in row.photos[path]:
        if digest in kept:
            continue
        data = find(name, row.ident)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            raise _Late(_("The photo “%(name)s” is not in the file any more.") % {"name": name[:100]})
        kept[digest] = add_photo(actor=actor, submission=submission, name=name, data=data).pk
    return [kept[digest] for _name, digest in row.photos[path]]


def _named(late: Sequence[tuple[ReturnRow, str]]) -> str:
    shown = "; ".join(
        _("form %(place)d: %(why)s") % {"place": row.place, "why": why} for row, why in late[:_MOST_NAMED]
    )
    return _("Nothing was imported, since forms changed after the dry run. Run it again. %(forms)s") % {
        "forms": shown
    }


def prepare_undo_returns(*, actor: User, batch: ReturnBatch, progress: Progress = nothing_to_say) -> Effect:
    """Return the function that takes an applied import back.

    What it began is put aside, from where it can be taken up again; what it changed is as it was before. A form that
    somebody changed or handed in since is left as it is, and its row says so.
    """
    WAY.prepared(actor, batch, Stage.UNDONE)
    progress(0, batch.counts.get("rows", 0), _("writing"))

    def write() -> dict[str, Any]:
        rows = _chunks_of(ReturnRow.objects.filter(batch=batch).exclude(undo={}))
        return take_back_each(rows, lambda row: _take_back(actor, batch, row))

    return WAY.effect(actor, batch, Stage.UNDONE, write)


def _take_back(actor: User, batch: ReturnBatch, row: ReturnRow) -> str:
    """Why what the row did stays, "" where it is taken back."""
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=row.submission_id or 0)
    if submission.version != row.undo["version"] or submission.stage not in OPEN:
        return _("Left as it is: somebody changed it after the import.")
    before = row.undo.get("before", {})
    if before:
        changes = [Change(path, value, submission.version) for path, value in before.items()]
        save_answers(actor=actor, submission=submission, changes=changes)
    if row.undo.get("created") or row.undo.get("put_aside"):
        reason = _("import of %(file)s undone") % {"file": batch.filename}
        withdraw(actor=actor, submission=submission, reason=reason)
    return ""


def _chunks_of(rows: QuerySet[ReturnRow]) -> Iterator[ReturnRow]:
    """The rows one by one, read a hundred at a time: they are written to meanwhile."""
    related = rows.select_related("version__questionnaire", "organisation")
    for pks in bulk.chunks(list(rows.values_list("pk", flat=True)), 100):
        yield from related.filter(pk__in=pks)
