"""Reads of monitoring, as frozen values for pages, reports and the API."""

from monitoring.queries.reports import STATES, Work, in_state, state_of, state_word, work_on

__all__ = ["STATES", "Work", "in_state", "state_of", "state_word", "work_on"]
