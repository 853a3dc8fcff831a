from __future__ import annotations

from django.db import transaction

from activities.models import SavedView
from clusters.models import Programme
from clusters.models.membership import grants_of
from twinning.core.access import require
from twinning.core.models import User


@transaction.atomic
def save_view(*, actor: User, programme: Programme, name: str, query: str) -> SavedView:
    """Keep the filters of the log under a name, for this user alone. Raises ValidationError by field."""
    require(programme.pk in grants_of(actor).programmes)
    view = SavedView(user=actor, programme=programme, name=name, query=query)
    view.full_clean()
    view.save()
    return view


def forget_view(*, actor: User, view: SavedView) -> None:
    require(view.user_id == actor.pk)
    view.delete()
