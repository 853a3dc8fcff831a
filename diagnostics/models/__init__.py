from diagnostics.models.parts import (
    AOBOItem,
    BaselineValue,
    Finding,
    Gap,
    ImpactClaim,
    Intervention,
    ReadinessScore,
    SampledFirm,
    Topic,
    TrainingFinding,
    TrainingModule,
    TrainingNeed,
    UsedTechnology,
)
from diagnostics.models.questionnaire import Questionnaire, QuestionnaireVersion
from diagnostics.models.returns import ReturnBatch, ReturnRow
from diagnostics.models.submission import Remark, Submission

__all__ = [
    "AOBOItem",
    "BaselineValue",
    "Finding",
    "Gap",
    "ImpactClaim",
    "Intervention",
    "Questionnaire",
    "QuestionnaireVersion",
    "ReadinessScore",
    "Remark",
    "ReturnBatch",
    "ReturnRow",
    "SampledFirm",
    "Submission",
    "Topic",
    "TrainingFinding",
    "TrainingModule",
    "TrainingNeed",
    "UsedTechnology",
]
