from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clusters.models import Membership, Programme
from clusters.rules import Role
from monitoring import tasks
from monitoring.models import ValueBatch, ValueRow
from twinning.core.access import DomainError
from twinning.core.models import User

ROWS_REFUSED, FILE_REFUSED = 1, 2


class Command(BaseCommand):
    help = (
        "Import a sheet (XLSX, ODS, CSV) of values of indicators, or of targets. Exit status: 0 fine,"
        " 1 rows were refused, 2 the file was refused."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--holds", choices=ValueBatch.Holds.values, default="values")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
        parser.add_argument(
            "--mode", choices=ValueBatch.Mode.values, default="all", help="all rows or none, or the good ones"
        )
        parser.add_argument("--user", metavar="EMAIL", help="who imports; default: a manager")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme “{options['programme']}”.", returncode=FILE_REFUSED)
        actor, path = _actor(options["user"], programme), options["file"]
        try:
            data = path.read_bytes()
            with transaction.atomic():
                batch = tasks.import_values(
                    actor=actor, programme=programme, holds=options["holds"], filename=path.name, data=data
                )
                self._print(batch)
                transaction.set_rollback(options["dry_run"])
            if not options["dry_run"]:
                tasks.enter_values(actor=actor, batch=batch, mode=options["mode"])
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=FILE_REFUSED) from error
        except DomainError as error:
            raise CommandError(
                str(error.message), returncode=ROWS_REFUSED if error.status == 409 else FILE_REFUSED
            ) from error
        if batch.counts[ValueRow.Action.REFUSED]:
            sys.exit(ROWS_REFUSED)

    def _print(self, batch: ValueBatch) -> None:
        for row in batch.rows.all():
            self.stdout.write(f"{row.place:>6}  {row.action:<9}  {row.title}")
            if row.reason:
                self.stdout.write(f"{'':8}{row.reason}")
        for note in batch.counts["notes"]:
            self.stdout.write(note)


def _actor(email: str | None, programme: Programme) -> User:
    if email:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
    else:
        rows = Membership.objects.filter(programme=programme, role=Role.MANAGER, user__is_active=True)
        found = rows.select_related("user").order_by("pk").first()
        user = found.user if found else None
    if user is None:
        raise CommandError("There is no such user; say with --user who imports.", returncode=FILE_REFUSED)
    return user
