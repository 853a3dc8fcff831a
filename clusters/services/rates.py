from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Programme
from clusters.permissions import can_manage, can_withdraw_rate
from twinning.core import history, rates
from twinning.core.access import DomainError, WrongState, require
from twinning.core.attachments import UnfitFile
from twinning.core.models import ExchangeRate, RateLoad, User

# Above this a worker does it: about what one second is enough for.
_MOST_BYTES_AT_ONCE = 100_000


def upload_rates(*, actor: User, programme: Programme, filename: str, data: bytes) -> RateLoad:
    """Load a file of the ECB's rates, at once or by a worker if it is large: then the load has a ``job``.

    The rates serve every programme. Raises UnfitFile and ``money.UnfitRates``, both at ``file``; then nothing of it
    was loaded.
    """
    require(can_manage(actor, programme))
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise UnfitFile(_("The file is larger than %(limit)d MB.") % {"limit": limit})
    if len(data) <= _MOST_BYTES_AT_ONCE:
        return rates.load_ecb_rates(actor=actor, filename=filename, data=data)
    return rates.queue_load(
        actor=actor,
        filename=filename,
        data=data,
        programme_id=programme.pk,
        result_url=reverse("rates", args=[programme.slug]),
    )


@transaction.atomic
def type_rate(*, actor: User, programme: Programme, **values: object) -> ExchangeRate:
    """Type a rate of the programme's own, with its source; ``values`` are the fields in ``ExchangeRate.WRITTEN``.

    Raises ValidationError by field, also where another stands for the same day.
    """
    require(can_manage(actor, programme))
    values["source"] = str(values.get("source", "")).strip()
    rate = ExchangeRate(programme_id=programme.pk, origin=ExchangeRate.Origin.TYPED, **values)
    return history.create(rate, actor=actor)


@transaction.atomic
def withdraw_rate(*, actor: User, rate: ExchangeRate, version: int | None, reason: str) -> ExchangeRate:
    """Take a typed rate out of use. It is kept with the reason, and another may be typed for its day."""
    require(
        can_withdraw_rate(actor, rate),
        _("Only a rate that was typed is withdrawn, and by who manages its programme."),
    )
    if not reason.strip():
        message = _("Say why the rate is withdrawn; its history keeps it.")
        raise DomainError(message, code="no_reason", fields={"reason": [message]})
    current = ExchangeRate.objects.select_for_update().get(pk=rate.pk)
    if current.withdrawn_at is not None:
        raise WrongState(_("This rate is withdrawn already."))
    values = {"withdrawn_at": timezone.now()}
    return history.change(current, values, actor=actor, version=version, reason=reason)
