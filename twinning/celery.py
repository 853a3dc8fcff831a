import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, worker_process_init

from twinning.supervisor import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinning.settings")
app = Celery("twinning")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def die_with_the_worker(**kwargs: Any) -> None:
    die_with_parent()


@heartbeat_sent.connect
def note_heartbeat(**kwargs: Any) -> None:
    from twinning.core.health import beat_heart

    beat_heart()
