"""Load exchange rates from a file of the European Central Bank."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twinning.core.access import DomainError
from twinning.core.rates import load_ecb_rates


class Command(BaseCommand):
    help = (
        "Load the ECB's euro reference rates: eurofxref-hist.zip, eurofxref.zip, or one of its CSV and XML files."
        " All of the file or nothing; what is there already is passed over."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--correct",
            action="store_true",
            help="where a rate stands with another value, write the one of the file; history keeps the old one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            load = load_ecb_rates(actor=None, filename=file.name, data=data, correct=options["correct"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            f"{file}: {load.first_day} to {load.last_day},"
            f" {load.added} new, {load.known} known, {load.corrected} corrected"
        )
