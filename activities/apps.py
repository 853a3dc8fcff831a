from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from activities.reports import register_kinds

        register_kinds()
        # The jobs of this room register when their module is loaded.
        autodiscover_modules("tasks")
