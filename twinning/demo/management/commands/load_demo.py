from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from twinning.core.access import DomainError
from twinning.demo import load


class Command(BaseCommand):
    help = "Load the demonstration programme, once. Its users' password is DEMO_PASSWORD, else twinning-demo."

    def handle(self, *args: Any, **options: Any) -> None:
        if load.is_loaded():
            self.stdout.write("The demonstration programme is loaded already.")
            return
        try:
            demo = load.load(settings.DEMO_PASSWORD)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(
            f"Loaded {demo.programme.code}: {len(demo.clusters)} clusters, "
            f"{len(demo.organisations)} organisations, {len(demo.activities)} activities."
        )
