"""The forms of the activity log. They check what is typed; the services decide."""

from activities.forms.acts import ClusterChoiceForm, EvidenceForm, ReasonForm, SavedViewForm
from activities.forms.entry import ActivityForm, PartFormSet, PeriodForm, QuickForm, parts_of
from activities.forms.participants import (
    HeadcountForm,
    KnownPersonForm,
    NewPersonForm,
    ParticipantForm,
    ParticipationForm,
)

__all__ = [
    "ActivityForm",
    "ClusterChoiceForm",
    "EvidenceForm",
    "HeadcountForm",
    "KnownPersonForm",
    "NewPersonForm",
    "PartFormSet",
    "ParticipantForm",
    "ParticipationForm",
    "PeriodForm",
    "QuickForm",
    "ReasonForm",
    "SavedViewForm",
    "parts_of",
]
