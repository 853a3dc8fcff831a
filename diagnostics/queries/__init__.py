"""Reads across the models of this room, as frozen dataclasses."""

from diagnostics.queries.answers import answers_for, hidden_from, history_for, remarks_for
from diagnostics.queries.candidates import CandidateLine, candidates_of
from diagnostics.queries.filed import FiledSection, filed_line, filed_sections, kinds_offered, published_for
from diagnostics.queries.hindrances import Hindrance, hindrances_for
from diagnostics.queries.studies import StudyState, study_state
from diagnostics.queries.topics import topics_across
from diagnostics.queries.waiting import Waiting, waiting_for

__all__ = [
    "CandidateLine",
    "FiledSection",
    "Hindrance",
    "StudyState",
    "Waiting",
    "answers_for",
    "candidates_of",
    "filed_line",
    "filed_sections",
    "hidden_from",
    "hindrances_for",
    "history_for",
    "kinds_offered",
    "published_for",
    "remarks_for",
    "study_state",
    "topics_across",
    "waiting_for",
]
