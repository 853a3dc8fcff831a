from twinning.core.models.attachment import Attachment
from twinning.core.models.base import VersionedModel
from twinning.core.models.batch import Batch, BatchRow
from twinning.core.models.history import Change
from twinning.core.models.job import Job
from twinning.core.models.letter import Letter
from twinning.core.models.rate import ExchangeRate, RateLoad
from twinning.core.models.token import ApiToken, IdempotencyKey
from twinning.core.models.user import User

__all__ = [
    "ApiToken",
    "Attachment",
    "Batch",
    "BatchRow",
    "Change",
    "ExchangeRate",
    "IdempotencyKey",
    "Job",
    "Letter",
    "RateLoad",
    "User",
    "VersionedModel",
]
