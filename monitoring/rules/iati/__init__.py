"""What IATI 2.03 says an activity is, which codes it knows, and which rules hold. Pure: no database, no clock."""

from monitoring.rules.iati.activity import (
    Activity,
    ActivityDate,
    Budget,
    Coded,
    Document,
    Indicator,
    Location,
    Organisation,
    OtherIdentifier,
    Period,
    Reference,
    Result,
    Source,
    Transaction,
    Value,
)
from monitoring.rules.iati.rules import RULES, Rule, Severity
from monitoring.rules.iati.ruleset import Problem, check, is_publishable

__all__ = [
    "RULES",
    "Activity",
    "ActivityDate",
    "Budget",
    "Coded",
    "Document",
    "Indicator",
    "Location",
    "Organisation",
    "OtherIdentifier",
    "Period",
    "Problem",
    "Reference",
    "Result",
    "Rule",
    "Severity",
    "Source",
    "Transaction",
    "Value",
    "check",
    "is_publishable",
]
