"""The way of forms that were filled elsewhere: taken in, tried out, decided on, applied, undone."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, Programme
from clusters.services.common import same_programme
from diagnostics.models import Questionnaire, QuestionnaireVersion, ReturnBatch, ReturnRow
from diagnostics.permissions import can_file, can_work_on_returns
from diagnostics.rules.kinds import NEEDS, Kind
from twinning.core import batch_files, batches
from twinning.core.access import DomainError, require
from twinning.core.attachments import COLLECTED
from twinning.core.models import User

Stage = ReturnBatch.Status
WAY = batches.Way(
    "diagnostics.returns-dry-run", "diagnostics.returns", "diagnostics.returns-undo", can_work_on_returns
)
queue_returns, keep_plan = WAY.queue, WAY.keep_plan


@transaction.atomic
def take_in(
    *,
    actor: User,
    programme: Programme,
    questionnaire: Questionnaire,
    cluster: Cluster | None,
    filename: str,
    data: bytes,
    kind: str,
    read_as: QuestionnaireVersion | None = None,
) -> ReturnBatch:
    """Keep a file of filled forms, which the caller could open as ``kind``: json, csv, xlsx or zip.

    Raises UnfitFile, and DomainError by field where it is not said what the forms are about.
    """
    require(can_file(actor, programme, cluster))
    same_programme(programme.pk, cluster=cluster)
    if NEEDS[Kind(questionnaire.kind)].of_cluster and cluster is None:
        message = _("Say which cluster the forms are about.")
        raise DomainError(message, code="no_cluster", fields={"cluster": [message]})
    if questionnaire.programme_id not in (None, programme.pk):
        raise DomainError(_("This record belongs to another programme."), code="other_programme")
    batch = ReturnBatch(
        programme=programme,
        questionnaire=questionnaire,
        cluster=cluster,
        filename=filename,
        read_as=read_as,
    )
    return batch_files.take_in(actor, batch, data, kind, also=COLLECTED)


@transaction.atomic
def leave_out(*, actor: User, batch: ReturnBatch, shown: Collection[int], left: Collection[int]) -> None:
    """Keep which of the rows ``shown`` (ids) a person leaves out; the others of them go in."""
    WAY.held(actor, batch, (Stage.READY,), as_seen=False)
    rows = ReturnRow.objects.filter(batch=batch, pk__in=shown)
    rows.filter(pk__in=left).update(leave=True)
    rows.exclude(pk__in=left).update(leave=False)
