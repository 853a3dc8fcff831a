from monitoring.models.closing import (
    Closing,
    ClosingException,
    ClosingTouch,
    FrozenFigure,
    FrozenMember,
    Restatement,
)
from monitoring.models.evaluation import (
    AssessmentEvidence,
    ComparisonRow,
    CriterionAssessment,
    Evaluation,
    Lesson,
)
from monitoring.models.outcome import Outcome, OutcomeParty
from monitoring.models.public import PublicPage
from monitoring.models.publication import (
    Budget,
    Publication,
    PublicationCode,
    PublishedDocument,
    Transaction,
)
from monitoring.models.recommendation import FollowUp, Recommendation
from monitoring.models.report import BUILD, ISSUE, REDRAFT, Report, ReportQuerySet
from monitoring.models.results import (
    Indicator,
    Level,
    Measurement,
    ReportingPeriod,
    Result,
    Target,
)
from monitoring.models.schedule import Reminded, ReportSchedule, ReportScheduleQuerySet
from monitoring.models.setup import MOST_NARRATIVE, Narrative, ReportLayout
from monitoring.models.story import ImpactStory
from monitoring.models.value_import import ValueBatch, ValueRow

__all__ = [
    "BUILD",
    "ISSUE",
    "MOST_NARRATIVE",
    "REDRAFT",
    "AssessmentEvidence",
    "Budget",
    "Closing",
    "ClosingException",
    "ClosingTouch",
    "ComparisonRow",
    "CriterionAssessment",
    "Evaluation",
    "FollowUp",
    "FrozenFigure",
    "FrozenMember",
    "ImpactStory",
    "Indicator",
    "Lesson",
    "Level",
    "Measurement",
    "Narrative",
    "Outcome",
    "OutcomeParty",
    "PublicPage",
    "Publication",
    "PublicationCode",
    "PublishedDocument",
    "Recommendation",
    "Reminded",
    "Report",
    "ReportLayout",
    "ReportQuerySet",
    "ReportSchedule",
    "ReportScheduleQuerySet",
    "ReportingPeriod",
    "Restatement",
    "Result",
    "Target",
    "Transaction",
    "ValueBatch",
    "ValueRow",
]
