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
from activities.services.apart import propose_again, tell_apart
from activities.services.evidence import add_evidence, remove_evidence
from activities.services.import_apply import prepare_apply
from activities.services.import_changes import label_of as import_label
from activities.services.import_rows import FoundRows
from activities.services.import_undo import prepare_undo
from activities.services.imports import (
    OPEN,
    choose_columns,
    current_import,
    decide,
    field_problem,
    queue,
    sheet_of,
    start_import,
)
from activities.services.joint import merge_joint, split_joint, undo_merge
from activities.services.participation import (
    add_new_participant,
    add_participation,
    remove_participation,
    update_participation,
)
from activities.services.periods import AS_PROPOSED, period_fields, read_for_entry
from activities.services.views import forget_view, save_view

__all__ = [
    "AS_PROPOSED",
    "OPEN",
    "FoundRows",
    "add_cluster",
    "add_evidence",
    "add_new_participant",
    "add_organisation",
    "add_participation",
    "choose_columns",
    "confirm_period",
    "current_import",
    "decide",
    "field_problem",
    "forget_view",
    "import_label",
    "log_activity",
    "merge_joint",
    "period_fields",
    "prepare_apply",
    "prepare_undo",
    "propose_again",
    "queue",
    "read_for_entry",
    "remove_activity",
    "remove_cluster",
    "remove_evidence",
    "remove_organisation",
    "remove_participation",
    "restore_activity",
    "save_view",
    "set_status",
    "sheet_of",
    "split_joint",
    "start_import",
    "tell_apart",
    "undo_merge",
    "update_activity",
    "update_participation",
]
