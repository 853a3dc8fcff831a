"""The rules of the method that this room knows. Pure: no database, no clock, no request."""

from clusters.rules.basics import (
    FIRM_KINDS,
    NEEDS_CLUSTER,
    NEEDS_ORGANISATION,
    ROLE_TABLE,
    TWINNING_MOVES,
    Can,
    Force,
    Reach,
    Role,
    Span,
    force_on,
    goes_beyond_study,
    holds_on,
    may_move,
    overlap,
    second_coordinator,
)

__all__ = [
    "FIRM_KINDS",
    "NEEDS_CLUSTER",
    "NEEDS_ORGANISATION",
    "ROLE_TABLE",
    "TWINNING_MOVES",
    "Can",
    "Force",
    "Reach",
    "Role",
    "Span",
    "force_on",
    "goes_beyond_study",
    "holds_on",
    "may_move",
    "overlap",
    "second_coordinator",
]
