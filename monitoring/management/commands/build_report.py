"""Build a report at once and write it to a file, in the format that the file's ending names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from clusters.models import Cluster, Programme
from monitoring.queries.setup import usual_language
from monitoring.reports.setup import take
from monitoring.services import request_of
from twinning.core.access import DomainError
from twinning.core.reports import Imprint, ReportKind, canonical, digest, kind_of, kinds, standalone_html

FORMATS = ("pdf", "docx", "xlsx", "html", "csv", "json")


class Command(BaseCommand):
    help = "Build a report and write it to a file: .pdf, .docx, .xlsx, .html, .csv, or .json (the snapshot)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.slug for kind in kinds()])
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--programme", metavar="SLUG")
        what.add_argument("--cluster", metavar="SLUG")
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="default: today"
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            help="default: the usual one of the programme, else en",
        )
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=yes|no|NUMBER",
            help="of the kind, such as parsed=yes or evaluation=3",
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        ending = options["out"].suffix.removeprefix(".").lower()
        if ending not in FORMATS:
            raise CommandError(f"The file must end in one of: {', '.join(FORMATS)}.")
        programme, cluster = self._subject(options["programme"], options["cluster"])
        as_of = options["as_of"] or timezone.localdate()
        language = options["language"] or usual_language(programme, options["kind"]) or "en"
        try:
            kind = kind_of(options["kind"])
            if cluster is None and kind.needs_cluster:
                raise CommandError("This kind of report is about one cluster: give --cluster.")
            chosen = kind.clean_options(_pairs(options["option"]))
            request = request_of(
                programme=programme, cluster=cluster, as_of=as_of, actor=None, options=chosen
            )
            snapshot = take(kind, request, language)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        imprint = Imprint(
            # The operator of the machine has no name here; what counts is where it was made.
            made_by=settings.SITE_URL,
            made_at=timezone.now(),
            language=language,
            sha256=digest(snapshot),
            options=chosen,
        )
        with translation.override(language):
            options["out"].write_bytes(_file(kind, ending, snapshot, imprint))
        self.stdout.write(f"{options['out']}: {kind.slug}, snapshot {imprint.sha256}")

    def _subject(self, programme: str | None, cluster: str | None) -> tuple[Programme, Cluster | None]:
        if cluster is None:
            found = Programme.objects.filter(slug=programme).first()
            if found is None:
                raise CommandError(f"There is no programme {programme!r}.")
            return found, None
        one = Cluster.objects.select_related("programme").filter(slug=cluster).first()
        if one is None:
            raise CommandError(f"There is no cluster {cluster!r}.")
        return one.programme, one


def _pairs(given: list[str]) -> dict[str, bool | int]:
    pairs: dict[str, bool | int] = {}
    for item in given:
        name, _sign, value = item.partition("=")
        if value not in ("yes", "no") and not (value.isascii() and value.isdecimal()):
            raise CommandError(f"--option {item}: write NAME=yes or NAME=no, or NAME=NUMBER.")
        pairs[name] = value == "yes" if value in ("yes", "no") else int(value)
    return pairs


def _file(kind: ReportKind, ending: str, snapshot: dict[str, Any], imprint: Imprint) -> bytes:
    if ending == "pdf":
        return kind.pdf(snapshot, imprint)
    if ending == "docx":
        if kind.docx is None:
            raise CommandError(f"There is no Word file of {kind.slug}.")
        return kind.docx(snapshot, imprint)
    if ending == "xlsx":
        return kind.xlsx(snapshot, imprint)
    if ending == "csv":
        return kind.data(snapshot)
    if ending == "json":
        return canonical(snapshot)
    return standalone_html(kind, snapshot, imprint).encode()
