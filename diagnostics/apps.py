from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


def _bring_library(sender: AppConfig, **kwargs: Any) -> None:
    from diagnostics.services.library import bring_library

    bring_library()


class DiagnosticsConfig(AppConfig):
    name = "diagnostics"
    verbose_name = _("Diagnostics")

    def ready(self) -> None:
        from clusters.services import register_objection
        from diagnostics.queries.studies import objection_to
        from diagnostics.reports import register_kinds

        register_kinds()
        register_objection(objection_to)
        # The questionnaires that the method brings are data of the application, as its permissions would be.
        post_migrate.connect(_bring_library, sender=self)
        autodiscover_modules("tasks")
