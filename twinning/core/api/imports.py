"""What imports of a file share in the API: how one is sent, shown, applied and undone, and who sees its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db import transaction
from rest_framework import serializers
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser
from rest_framework.response import Response

from twinning.core.api.resources import Listed, Made, Shown
from twinning.core.attachments import read_upload
from twinning.core.batches import Work
from twinning.core.models import Batch, Job

# The members of every import that say how far it came, in their order.
HOW_FAR = ["mode", "counts", "error", "job", "applied_at", "undone_at"]


# A room's serializer adds where the import goes. A docstring here would be told of each room's in the schema.
class BatchSerializer(serializers.ModelSerializer[Any]):
    stage = serializers.ChoiceField(
        Batch.Status.choices, read_only=True, help_text="Where the import stands."
    )
    counts = serializers.DictField(read_only=True, help_text="How many rows of each kind there are.")
    job = serializers.PrimaryKeyRelatedField[Job](
        read_only=True, allow_null=True, help_text="Id of the job that works on it, where a worker does."
    )


class Imports(Listed, Shown, Made):
    """Of a resource of imports. ``begin`` takes in a file and tries it out, ``work`` does the rest."""

    parser_classes: Sequence[type[BaseParser]] = (JSONParser, MultiPartParser)
    begin: ClassVar[Callable[..., Batch]]
    work: ClassVar[Work[Any]]

    def add(self: Any, **sent: Any) -> Any:
        file = sent.pop("file")
        with transaction.atomic():
            return self.begin(actor=self.actor, filename=file.name, data=read_upload(file), **sent)

    def seen(self: Any) -> Any:
        """The import of the address, at the version that the client saw where it says one."""
        batch = self.get_object()
        self.seen_version(batch)
        return batch

    def now(self: Any, batch: Batch, job: Job | None) -> Response:
        """The import as it stands: 202 where a worker has it now."""
        answer: Response = self.shown(batch, 202 if job else 200)
        return answer

    def applied(self: Any) -> Response:
        batch = self.seen()
        mode = self.sent().get("mode", Batch.Mode.ALL_OR_NOTHING)
        job = self.work.start_apply(actor=self.actor, batch=batch, mode=mode)
        answer: Response = self.now(batch, job)
        return answer

    def undone(self: Any) -> Response:
        batch = self.seen()
        job = self.work.start_undo(actor=self.actor, batch=batch)
        answer: Response = self.now(batch, job)
        return answer


class ImportRows(Listed):
    """Of a resource of the rows of imports; ``parent`` is the import's id in the address."""

    sorts: ClassVar[tuple[str, ...]] = ("id",)
    parent = "import_id"

    def of_parent(self: Any, rows: Any) -> Any:
        imports = rows.model._meta.get_field("batch").related_model.objects.all()
        return rows.filter(batch=self.visible(imports, pk=self.kwargs[self.parent]))
