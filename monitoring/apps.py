from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        from monitoring.reports import register_kinds
        from monitoring.services.locks import watch_records

        register_kinds()
        watch_records()
        # The jobs of this room register when their module is loaded.
        autodiscover_modules("tasks")
