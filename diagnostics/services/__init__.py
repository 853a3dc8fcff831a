"""Every write of this room."""

from diagnostics.services.aobo import add_aobo_row, remove_aobo_row, update_aobo_row
from diagnostics.services.library import bring_library
from diagnostics.services.questionnaires import (
    UnsoundQuestionnaire,
    check_definition,
    create_questionnaire,
    publish,
    retire,
    save_draft,
)
from diagnostics.services.returns import keep_plan, leave_out, queue_returns, take_in
from diagnostics.services.returns_apply import prepare_returns, prepare_undo_returns
from diagnostics.services.review import (
    NotReady,
    approve,
    close_remark,
    remark,
    return_,
    revise,
    submit,
    take_back,
    take_up,
    withdraw,
)
from diagnostics.services.submissions import (
    FormNotOpen,
    Saved,
    add_photo,
    move_to_current,
    rename,
    save_answers,
    start,
)

__all__ = [
    "FormNotOpen",
    "NotReady",
    "Saved",
    "UnsoundQuestionnaire",
    "add_aobo_row",
    "add_photo",
    "approve",
    "bring_library",
    "check_definition",
    "close_remark",
    "create_questionnaire",
    "keep_plan",
    "leave_out",
    "move_to_current",
    "prepare_returns",
    "prepare_undo_returns",
    "publish",
    "queue_returns",
    "remark",
    "remove_aobo_row",
    "rename",
    "retire",
    "return_",
    "revise",
    "save_answers",
    "save_draft",
    "start",
    "submit",
    "take_back",
    "take_in",
    "take_up",
    "update_aobo_row",
    "withdraw",
]
