from clusters.models.agreement import Agreement, AgreementClaim, AgreementParty
from clusters.models.cluster import Cluster, ClusterFigure, ProductGroup
from clusters.models.membership import Grants, Membership
from clusters.models.organisation import CDAEngagement, Firm, Organisation, OrganisationRole, Person
from clusters.models.programme import (
    Component,
    ComponentCluster,
    Decision,
    Programme,
    ProgrammeOrganisation,
    SteeringMeeting,
)
from clusters.models.selection import (
    SelectionCandidate,
    SelectionOutcome,
    SelectionParameter,
    SelectionRound,
    SelectionScore,
    SelectionWeights,
)
from clusters.models.twinning import Twinning, TwinningStage

__all__ = [
    "Agreement",
    "AgreementClaim",
    "AgreementParty",
    "CDAEngagement",
    "Cluster",
    "ClusterFigure",
    "Component",
    "ComponentCluster",
    "Decision",
    "Firm",
    "Grants",
    "Membership",
    "Organisation",
    "OrganisationRole",
    "Person",
    "ProductGroup",
    "Programme",
    "ProgrammeOrganisation",
    "SelectionCandidate",
    "SelectionOutcome",
    "SelectionParameter",
    "SelectionRound",
    "SelectionScore",
    "SelectionWeights",
    "SteeringMeeting",
    "Twinning",
    "TwinningStage",
]
