"""Codes of the lists of IATI 2.03 that a twinning programme uses, with what they mean.

Only those that we offer: the lists of the standard are far longer. Sectors and places are free codes, since their
lists change without us; of a sector of the DAC only the form is checked.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

VERSION = "2.03"

# hierarchy: what stands at which level of the file
PROGRAMME, COMPONENT, TWINNING, ACTIVITY = 1, 2, 3, 4

# RelatedActivityType
PARENT, CHILD, SIBLING = "1", "2", "3"

# ActivityDateType
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"

# ActivityStatus
IDEA, RUNNING, FINALISING, CLOSED, CANCELLED, SUSPENDED = "1", "2", "3", "4", "5", "6"

# OrganisationRole
FUNDING, ACCOUNTABLE, EXTENDING, IMPLEMENTING = "1", "2", "3", "4"

# OtherIdentifierType: the identifier that the reporter uses in the house
INTERNAL_IDENTIFIER = "A1"

# IndicatorMeasure
UNIT, PERCENTAGE, QUALITATIVE = "1", "2", "5"
NUMERIC_MEASURES = ("1", "2", "3", "4")

# ResultType
OUTPUT, OUTCOME, IMPACT = "1", "2", "3"

# Vocabularies: of the OECD's Development Assistance Committee, of ourselves, of the goals of the United Nations
DAC = "1"
OWN = ("98", "99")
OWN_INDICATOR = "99"
SDG_INDICATOR = "9"
SDG_GOAL, SDG_TARGET = "2", "3"
GUARANTEE_FINANCE = "1100"  # FinanceType: guarantees and insurance, the mutual credit guarantee fund


class OrganisationType(TextChoices):
    GOVERNMENT = "10", _("government")
    LOCAL_GOVERNMENT = "11", _("local government")
    OTHER_PUBLIC = "15", _("other public sector")
    INTERNATIONAL_NGO = "21", _("international non-governmental organisation")
    NATIONAL_NGO = "22", _("national non-governmental organisation")
    PARTNERSHIP = "30", _("public-private partnership")
    MULTILATERAL = "40", _("multilateral")
    FOUNDATION = "60", _("foundation")
    PRIVATE = "70", _("private sector")
    ACADEMIC = "80", _("academic, training and research")
    OTHER = "90", _("other")


class AssociationType(TextChoices):
    """An association of firms is none of the kinds that the list knows: each publisher chooses."""

    NATIONAL_NGO = "22", _("national non-governmental organisation")
    OTHER = "90", _("other")


class Collaboration(TextChoices):
    BILATERAL = "1", _("bilateral")
    CORE = "2", _("multilateral, core contribution")
    EARMARKED = "3", _("bilateral, core contribution to an organisation")
    MULTILATERAL = "4", _("multilateral outflow")
    TRIANGULAR = "8", _("bilateral, triangular cooperation")


class Flow(TextChoices):
    ODA = "10", _("official development assistance (ODA)")
    OTHER_OFFICIAL = "20", _("other official flow")
    PRIVATE_GRANT = "30", _("private grant")


class Finance(TextChoices):
    GRANT = "110", _("standard grant")
    INTEREST_SUBSIDY = "210", _("interest subsidy")
    LOAN = "421", _("standard loan")
    GUARANTEE = GUARANTEE_FINANCE, _("guarantees and insurance")


class Aid(TextChoices):
    PROJECT = "C01", _("C01 project-type interventions")
    DONOR_STAFF = "D01", _("D01 donor country personnel")
    TECHNICAL = "D02", _("D02 other technical assistance")


class Tied(TextChoices):
    PARTIALLY = "3", _("partially tied")
    TIED = "4", _("tied")
    UNTIED = "5", _("untied")


class NoBudget(TextChoices):
    """Why no budget is published (BudgetNotProvided)."""

    GIVEN = "", _("budgets are published")
    COMMERCIAL = "1", _("commercial restrictions")
    LEGAL = "2", _("legal restrictions")
    RAPID = "3", _("rapid onset emergency")


class BudgetType(TextChoices):
    ORIGINAL = "1", _("original")
    REVISED = "2", _("revised")


class BudgetStatus(TextChoices):
    INDICATIVE = "1", _("indicative")
    COMMITTED = "2", _("committed")


class TransactionType(TextChoices):
    INCOMING = "1", _("incoming funds")
    COMMITMENT = "2", _("outgoing commitment")
    DISBURSEMENT = "3", _("disbursement")
    EXPENDITURE = "4", _("expenditure")
    GUARANTEE = "10", _("credit guarantee")


class Category(TextChoices):
    """What a document is (DocumentCategory)."""

    APPRAISAL = "A01", _("appraisal before the activity")
    OBJECTIVES = "A02", _("objectives and purpose")
    BUDGET = "A05", _("budget of the activity")
    EVALUATION = "A07", _("review of performance, evaluation")
    RESULTS = "A08", _("results and outcomes")
    AGREEMENT = "A09", _("memorandum of understanding, agreed by all parties")
    CONTRACT = "A11", _("contract")


class Scheme(TextChoices):
    """What an activity is classified by."""

    SECTOR = "sector", _("sector")
    COUNTRY = "country", _("recipient country")
    REGION = "region", _("recipient region")
    TAG = "tag", _("goal or target (SDG), other tag")
    MARKER = "marker", _("policy marker")


class Significance(TextChoices):
    NOT_STATED = "", _("not stated")
    NOT_TARGETED = "0", _("not targeted")
    SIGNIFICANT = "1", _("significant objective")
    PRINCIPAL = "2", _("principal objective")


# The vocabulary that is meant where none is named.
USUAL_VOCABULARY = {
    Scheme.SECTOR: DAC,
    Scheme.REGION: DAC,
    Scheme.MARKER: DAC,
    Scheme.TAG: SDG_TARGET,
    Scheme.COUNTRY: "",
}

STATUS_OF_PROGRAMME = {
    "idea": IDEA,
    "running": RUNNING,
    "finalising": FINALISING,
    "closed": CLOSED,
    "suspended": SUSPENDED,
    "cancelled": CANCELLED,
}
STATUS_OF_TWINNING = {
    "scouting": IDEA,
    "study": IDEA,
    "negotiating": RUNNING,
    "active": RUNNING,
    "lapsed": CLOSED,
    "abandoned": CANCELLED,
}
STATUS_OF_ACTIVITY = {"planned": IDEA, "ongoing": RUNNING, "done": CLOSED, "cancelled": CANCELLED}

ROLE_IN_PROGRAMME = {
    "donor": FUNDING,
    "counterpart": ACCOUNTABLE,
    "executing": IMPLEMENTING,
    "implementing": IMPLEMENTING,
}

# Kinds of bodies; firms are not named, so they have none. An association is what the publisher says.
TYPE_OF_BODY = {
    "technical-institution": OrganisationType.ACADEMIC,
    "research": OrganisationType.ACADEMIC,
    "financial-institution": OrganisationType.OTHER,
    "public-agency": OrganisationType.GOVERNMENT,
    "common-facility": OrganisationType.OTHER,
    "donor": OrganisationType.GOVERNMENT,
    "multilateral": OrganisationType.MULTILATERAL,
}

RESULT_OF_LEVEL = {"output": OUTPUT, "outcome": OUTCOME, "impact": IMPACT}

# Agreements between associations and institutions; those between firms are not published (5.2).
PUBLISHED_AGREEMENTS = ("ca", "mou", "twinning")
