from activities.models.activity import Activity, ActivityCluster, ActivityOrganisation, SavedView
from activities.models.imports import ColumnMapping, ImportBatch, ImportRow
from activities.models.participation import Participation

__all__ = [
    "Activity",
    "ActivityCluster",
    "ActivityOrganisation",
    "ColumnMapping",
    "ImportBatch",
    "ImportRow",
    "Participation",
    "SavedView",
]
