"""Every write of the activity log, by subject. Imports write through the same functions."""

from activities.services.activities import (
    add_cluster,
    add_organisation,
    confirm_period,
    log_activity,
    period_fields,
    remove_activity,
    remove_cluster,
    remove_organisation,
    restore_activity,
    set_status,
    update_activity,
)
from activities.services.participation import add_participation, remove_participation, update_participation
from activities.services.views import forget_view, save_view

__all__ = [
    "add_cluster",
    "add_organisation",
    "add_participation",
    "confirm_period",
    "forget_view",
    "log_activity",
    "period_fields",
    "remove_activity",
    "remove_cluster",
    "remove_organisation",
    "remove_participation",
    "restore_activity",
    "save_view",
    "set_status",
    "update_activity",
    "update_participation",
]
