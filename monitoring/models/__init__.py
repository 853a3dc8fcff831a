from monitoring.models.closing import (
    Closing,
    ClosingException,
    ClosingTouch,
    FrozenFigure,
    Restatement,
)
from monitoring.models.outcome import Outcome, OutcomeParty
from monitoring.models.publication import (
    Budget,
    Publication,
    PublicationCode,
    PublishedDocument,
    Transaction,
)
from monitoring.models.report import BUILD, ISSUE, REDRAFT, Report, ReportQuerySet
from monitoring.models.results import (
    Indicator,
    Level,
    Measurement,
    ReportingPeriod,
    Result,
    Target,
)

__all__ = [
    "BUILD",
    "ISSUE",
    "REDRAFT",
    "Budget",
    "Closing",
    "ClosingException",
    "ClosingTouch",
    "FrozenFigure",
    "Indicator",
    "Level",
    "Measurement",
    "Outcome",
    "OutcomeParty",
    "Publication",
    "PublicationCode",
    "PublishedDocument",
    "Report",
    "ReportQuerySet",
    "ReportingPeriod",
    "Restatement",
    "Result",
    "Target",
    "Transaction",
]
