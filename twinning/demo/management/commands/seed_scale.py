from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from twinning.demo import scale


class Command(BaseCommand):
    help = "Fill a database with a programme of N activities, for measuring. Never into a database in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--activities", type=int, required=True, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        count: int = options["activities"]
        if not 1 <= count <= 10_000_000:
            raise CommandError("--activities is between 1 and 10,000,000.")
        programme = scale.seed(count)
        self.stdout.write(f"{connection.vendor}: {count} activities in the programme {programme.slug}.")
