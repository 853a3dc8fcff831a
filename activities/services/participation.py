from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity, Participation
from activities.permissions import can_change
from clusters.models import Person
from clusters.services import create_person
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User

_SEX_COUNTS = {Person.Sex.FEMALE: "female", Person.Sex.MALE: "male", Person.Sex.UNSPECIFIED: "unspecified"}


def _complete(activity: Activity, values: dict[str, Any]) -> dict[str, Any]:
    """A named person counts one, of their own sex, and comes from their organisation unless another is
    given.
    """
    for name in ("person", "organisation"):
        record = values.get(name)
        if record is not None and record.programme_id != activity.programme_id:
            message = _("This record belongs to another programme.")
            raise DomainError(message, code="other_programme", fields={name: [message]})
    person: Person | None = values.get("person")
    if values.get("organisation") is not None or person is not None:
        # Whose they are then says it.
        values = {**values, "come_from": ""}
    if person is None:
        counts = {key: values.get(key) or 0 for key in ("female", "male", "unspecified")}
        total = values.get("total")
        return values | counts | {"total": sum(counts.values()) if total is None else total}
    counts = dict.fromkeys(_SEX_COUNTS.values(), 0) | {_SEX_COUNTS[Person.Sex(person.sex)]: 1}
    organisation = values.get("organisation") or person.organisation
    return values | counts | {"total": 1, "organisation": organisation}


@transaction.atomic
def add_participation(*, actor: User, activity: Activity, **values: Any) -> Participation:
    """Add a named person, or a headcount with a note on where the number comes from."""
    require(can_change(actor, activity))
    row = Participation(activity=activity, **_complete(activity, values))
    return history.create(row, actor=actor, parent=activity)


@transaction.atomic
def add_new_participant(
    *, actor: User, activity: Activity, name: str, sex: str, role: str, **values: Any
) -> Participation:
    """Add somebody who is not known yet: makes the person and puts them on the list. ``values`` are the
    person's.
    """
    require(can_change(actor, activity))
    person = create_person(actor=actor, programme=activity.programme, name=name, sex=sex, **values)
    return add_participation(
        actor=actor,
        activity=activity,
        person=person,
        role=role,
        designation=values.get("designation", ""),
    )


@transaction.atomic
def update_participation(
    *, actor: User, participation: Participation, version: int | None, **values: Any
) -> Participation:
    activity = participation.activity
    require(can_change(actor, activity))
    standing = {
        name: getattr(participation, name)
        for name in ("person", "organisation", "come_from", "female", "male", "unspecified")
    }
    merged = _complete(activity, standing | values)
    return history.change(participation, merged, actor=actor, version=version, parent=activity)


@transaction.atomic
def remove_participation(*, actor: User, participation: Participation, reason: str = "") -> None:
    require(can_change(actor, participation.activity))
    history.remove(participation, actor=actor, reason=reason, parent=participation.activity)
