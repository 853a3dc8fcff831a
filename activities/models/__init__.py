from activities.models.activity import (
    Activity,
    ActivityCluster,
    ActivityOrganisation,
    AnotherEvent,
    SavedView,
)
from activities.models.imports import ColumnMapping, ImportBatch, ImportRow
from activities.models.participation import Participation

__all__ = [
    "Activity",
    "ActivityCluster",
    "ActivityOrganisation",
    "AnotherEvent",
    "ColumnMapping",
    "ImportBatch",
    "ImportRow",
    "Participation",
    "SavedView",
]
