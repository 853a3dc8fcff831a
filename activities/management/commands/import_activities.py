from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activities import services, tasks
from activities.importers.dry_run import Plan, Planned, plan
from activities.models import ImportBatch, ImportRow
from clusters.models import Cluster, Membership
from clusters.rules import Role
from twinning.core.access import DomainError
from twinning.core.models import User
from twinning.core.tabular import open_sheet

FINE, ROWS_REFUSED, FILE_REFUSED = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Import an activity status sheet (XLSX, ODS, CSV) into the list of a cluster. Exit status: 0 fine,"
        " 1 rows were refused, 2 the file was refused."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--cluster", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
        parser.add_argument("--json", action="store_true", help="print the rows as JSON")
        parser.add_argument(
            "--mode",
            choices=["all", "good"],
            default="all",
            help="all rows or none (default), or the good rows only",
        )
        parser.add_argument("--sheet", default="", help="the sheet; default: the first with rows")
        parser.add_argument("--user", metavar="EMAIL", help="who imports; default: a manager")
        parser.add_argument("--status-date", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        cluster = Cluster.objects.filter(slug=options["cluster"]).select_related("programme").first()
        if cluster is None:
            raise CommandError(f"There is no cluster “{options['cluster']}”.", returncode=FILE_REFUSED)
        actor = _actor(options["user"], cluster)
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=FILE_REFUSED) from error
        try:
            found, problem = _run(actor, cluster, data, options)
        except DomainError as error:
            raise CommandError(str(error.message), returncode=FILE_REFUSED) from error
        if options["json"]:
            rows = {"rows": [row.as_json() for row in found.rows]}
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            self._print(found, dry=options["dry_run"], problem=problem)
        if problem:
            self.stderr.write(problem)
        if problem or found.counts[ImportRow.Action.REFUSED]:
            sys.exit(ROWS_REFUSED)

    def _print(self, found: Plan, *, dry: bool, problem: str) -> None:
        for row in found.rows:
            said = row.as_json()
            parts = [f"{row.row:>6}", f"{row.action:<9}", f"{said['edtf'] or '-':<22}", said["title"][:60]]
            self.stdout.write("  ".join(parts))
            for name, (before, after) in row.changes.items():
                self.stdout.write(f"{'':8}{name}: {before!r} -> {after!r}")
            if row.action == ImportRow.Action.REFUSED or said["flags"]:
                words = [*said["flags"], *([row.reason] if row.reason else [])]
                self.stdout.write(f"{'':8}{'; '.join(words)}")
        for note in found.notes:
            self.stdout.write(note)
        for one in found.gone:
            self.stdout.write(f"not in the sheet any more, left as it is: {one.number} {one.title[:80]}")
        counts = found.counts
        summary = ", ".join(f"{counts[action]} {action}" for action in ImportRow.Action.values)
        state = "dry run, nothing was changed" if dry else "nothing was imported" if problem else "imported"
        self.stdout.write(f"{counts['rows']} rows: {summary} ({state})")


def _actor(email: str | None, cluster: Cluster) -> User:
    if email:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user “{email}”.", returncode=FILE_REFUSED)
        return user
    managers = Membership.objects.filter(
        programme=cluster.programme_id, role=Role.MANAGER, user__is_active=True
    )
    membership = managers.select_related("user").order_by("id").first()
    if membership is None:
        raise CommandError("The programme has no manager; give --user.", returncode=FILE_REFUSED)
    return membership.user


def _run(actor: User, cluster: Cluster, data: bytes, options: dict[str, Any]) -> tuple[Plan, str]:
    """The dry run, carried out unless only that was asked for; with why nothing was imported, or ""."""
    filename, status_date = options["file"].name, options["status_date"]
    workbook = open_sheet(data, filename)
    sheet = workbook.sheet(options["sheet"]).name
    layout, _preview = tasks.look_at(workbook, sheet, cluster.programme_id)
    found = plan(
        actor=actor, cluster=cluster, workbook=workbook, sheet=sheet, layout=layout, status_date=status_date
    )
    if options["dry_run"]:
        return found, ""
    rows = services.FoundRows(map(Planned.columns, found.rows), found.counts)
    batch = tasks.begin(actor=actor, cluster=cluster, filename=filename, data=data, status_date=status_date)
    if options["sheet"]:
        batch = tasks.look_again(actor=actor, batch=batch, sheet=sheet)
    batch = rows.keep(actor=actor, batch=batch)
    mode = ImportBatch.Mode(options["mode"])
    if not (found.counts["new"] or found.counts["changed"]) and not found.counts["refused"]:
        return found, ""
    try:
        services.prepare_apply(actor=actor, batch=batch, mode=mode)()
    except DomainError as error:
        return found, str(error.message)
    return found, ""
