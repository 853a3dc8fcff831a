from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clusters.models import Cluster
from diagnostics.exporters.xlsform import Lists, xlsform
from diagnostics.queries.questionnaires import choices_in, version_in_use
from twinning.core.access import DomainError


class Command(BaseCommand):
    help = "Write a questionnaire, in the version that is in use, as an XLSForm for KoboToolbox and ODK."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="such as diagnostic-emerging")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the workbook, .xlsx")
        parser.add_argument("--language", default="", metavar="xx", help="in which the form opens")
        parser.add_argument(
            "--cluster", default="", metavar="SLUG", help="whose firms and product groups are offered"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        version = version_in_use(options["slug"])
        if version is None:
            raise CommandError(f"There is no questionnaire {options['slug']!r} in use.")
        if options["out"].suffix.lower() != ".xlsx":
            raise CommandError("The file must end in .xlsx.")
        try:
            data = xlsform(version, language=options["language"], lists=_lists(options["cluster"]))
            options["out"].write_bytes(data)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.stdout.write(f"{options['out']}: {options['slug']}, version {version.number}")


def _lists(slug: str) -> Lists | None:
    if not slug:
        return None
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        raise CommandError(f"There is no cluster {slug!r}.")
    return Lists(*choices_in(cluster, None))
