"""Write a programme as a file of IATI 2.03, and say what is wrong with it, rule by rule."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring.exporters.iati import iati_file
from monitoring.exporters.iati_schema import refusal_of
from monitoring.models import Publication
from monitoring.queries.iati import activities_of
from monitoring.queries.iati_records import updated_at
from monitoring.rules import iati

_MOST_TOLD = 100


class Command(BaseCommand):
    help = (
        "Write a programme as IATI 2.03. Activities against which an error of the ruleset stands are left out; "
        "the command then fails and names them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Publication.objects.select_related("programme")
        publication = rows.filter(programme__slug=options["programme"]).first()
        if publication is None:
            raise CommandError(f"Nobody said yet how the programme {options['programme']!r} is published.")
        self.counts: Counter[str] = Counter()
        out: Path = options["out"]
        # Aside first, so that no half a file is ever taken for a whole one.
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            draft = Path(file.name)
            try:
                for piece in iati_file(self._sound(publication), updated_at(publication)):
                    file.write(piece)
                file.close()
                self._end(draft, out)
            finally:
                draft.unlink(missing_ok=True)

    def _sound(self, publication: Publication) -> Iterator[iati.Activity]:
        today = timezone.now().date()
        for activity in activities_of(publication, today):
            problems = iati.check(activity, today)
            for problem in problems:
                self._tell(problem)
            if any(problem.is_error for problem in problems):
                self.counts["left out"] += 1
            else:
                self.counts["written"] += 1
                yield activity

    def _tell(self, problem: iati.Problem) -> None:
        self.counts[problem.severity] += 1
        if self.counts["E"] + self.counts["W"] <= _MOST_TOLD:
            self.stderr.write(f"{problem.severity} {problem.rule} {problem.activity}: {problem.message}")

    def _end(self, draft: Path, out: Path) -> None:
        counts = self.counts
        if not counts["written"]:
            raise CommandError("Nothing was written: errors stand against every activity.")
        refusal = refusal_of(str(draft))
        if refusal:
            raise CommandError(f"Nothing was written: the schema refuses the file. {refusal}")
        draft.chmod(0o666 & ~_umask())
        draft.replace(out)
        schema = (
            "not checked against the schema (IATI_SCHEMA_DIR)" if refusal is None else "valid by the schema"
        )
        self.stdout.write(
            f"{out}: {counts['written']} activities, {counts['E']} errors, {counts['W']} warnings, {schema}"
        )
        if counts["left out"]:
            raise CommandError(f"{counts['left out']} activities were left out for the errors named above.")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
