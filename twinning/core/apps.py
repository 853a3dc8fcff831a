from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "twinning.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        # Importing it is what registers the job that loads exchange rates.
        from twinning.core import rates  # noqa: F401
