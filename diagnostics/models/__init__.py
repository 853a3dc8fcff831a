from diagnostics.models.parts import (
    AOBOItem,
    BaselineValue,
    Finding,
    Gap,
    ImpactClaim,
    SampledFirm,
    Topic,
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
    "Questionnaire",
    "QuestionnaireVersion",
    "Remark",
    "ReturnBatch",
    "ReturnRow",
    "SampledFirm",
    "Submission",
    "Topic",
]
