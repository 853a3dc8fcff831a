"""Reads across the models of this room, as frozen values for pages, fragments and reports."""

from activities.queries.counts import StatusCounts, capped_count, status_counts
from activities.queries.joint import Proposal, same_events, told_apart
from activities.queries.log import (
    STATUS_KINDS,
    LogRow,
    Place,
    in_words,
    log_row,
    reading_beside,
    reasons_in_words,
    segments_of,
    with_places,
)
from activities.queries.people import Attendance, activities_with, attendance, organisations_of
from activities.queries.periods import ReadingChoice, ReadingView, doubtful_of, reading_view
from activities.queries.timeline import ClusterBars, bar_of, cluster_bars

__all__ = [
    "STATUS_KINDS",
    "Attendance",
    "ClusterBars",
    "LogRow",
    "Place",
    "Proposal",
    "ReadingChoice",
    "ReadingView",
    "StatusCounts",
    "activities_with",
    "attendance",
    "bar_of",
    "capped_count",
    "cluster_bars",
    "doubtful_of",
    "in_words",
    "log_row",
    "organisations_of",
    "reading_beside",
    "reading_view",
    "reasons_in_words",
    "same_events",
    "segments_of",
    "status_counts",
    "told_apart",
    "with_places",
]
