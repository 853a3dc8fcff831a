"""Every write of the activity log, by subject. Imports write through the same functions."""

from activities.services.activities import (
    add_cluster,
    add_organisation,
    confirm_period,
    log_activity,
    remove_activity,
    remove_cluster,
    remove_organisation,
    restore_activity,
    set_status,
    update_activity,
)
from activities.services.evidence import add_evidence, remove_evidence
from activities.services.joint import merge_joint, split_joint, undo_merge
from activities.services.participation import add_participation, remove_participation, update_participation
from activities.services.periods import AS_PROPOSED, period_fields, read_for_entry
from activities.services.views import forget_view, save_view

__all__ = [
    "AS_PROPOSED",
    "add_cluster",
    "add_evidence",
    "add_organisation",
    "add_participation",
    "confirm_period",
    "forget_view",
    "log_activity",
    "merge_joint",
    "period_fields",
    "read_for_entry",
    "remove_activity",
    "remove_cluster",
    "remove_evidence",
    "remove_organisation",
    "remove_participation",
    "restore_activity",
    "save_view",
    "set_status",
    "split_joint",
    "undo_merge",
    "update_activity",
    "update_participation",
]
