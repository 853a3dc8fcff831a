from activities.models.activity import (
    Activity,
    ActivityCluster,
    ActivityOrganisation,
)
from activities.models.apart import AnotherEvent
from activities.models.imports import ColumnMapping, ImportBatch, ImportRow
from activities.models.participation import Participation
from activities.models.saved_view import SavedView

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
