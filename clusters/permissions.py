"""Who may do what with the records of this room. Reading is ``visible_to`` of each model."""

from __future__ import annotations

from clusters.models import Cluster, Organisation, OrganisationRole, Person, Programme, SelectionScore
from clusters.models.membership import grants_of
from clusters.models.selection import reading
from clusters.rules import Can
from twinning.core.models import ExchangeRate, User


def can_open_programme(user: User) -> bool:
    return user.is_active and user.is_staff


def can_manage(user: User, programme: Programme) -> bool:
    return grants_of(user).may(Can.MANAGE, programme.pk)


def can_edit_programme(user: User, programme: Programme) -> bool:
    """Records that belong to the programme as a whole, such as a twinning or an agreement between bodies."""
    return grants_of(user).may(Can.EDIT, programme.pk)


def can_edit_cluster(user: User, cluster: Cluster) -> bool:
    return grants_of(user).may(Can.EDIT, cluster.programme_id, cluster.pk)


def can_edit_somewhere(user: User, programme: Programme) -> bool:
    """Whether the user edits records of at least one of its clusters, and so may add bodies and people."""
    return grants_of(user).anywhere(Can.EDIT, programme.pk)


def can_edit_organisation(user: User, organisation: Organisation) -> bool:
    """In the programme, in a cluster where the organisation has a role, or where it has none anywhere yet."""
    grants = grants_of(user)
    if grants.may(Can.EDIT, organisation.programme_id):
        return True
    near = grants.in_clusters(Can.EDIT)
    if not grants.anywhere(Can.EDIT, organisation.programme_id):
        return False
    roles = OrganisationRole.objects.filter(organisation=organisation)
    return roles.filter(cluster__in=near).exists() or not roles.exists()


def can_edit_person(user: User, person: Person) -> bool:
    """With the organisation the person is of; who is of none belongs to all who edit in the programme."""
    if person.organisation is None:
        return can_edit_somewhere(user, person.programme)
    return can_edit_organisation(user, person.organisation)


def can_read_activities(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.READ_ACTIVITIES, programme.pk)


def can_read_history(user: User, programme: Programme, *clusters: int) -> bool:
    return grants_of(user).may(Can.READ_HISTORY, programme.pk, *clusters)


def can_read_committee(user: User, programme: Programme) -> bool:
    return grants_of(user).may(Can.READ_COMMITTEE, programme.pk)


def can_read_selection(user: User, programme: Programme) -> bool:
    return programme.pk in reading(user)


def can_remove_score(user: User, score: SelectionScore) -> bool:
    """One's own; any, for who manages the programme."""
    programme = score.candidate.round.programme
    own = score.assessor_id == user.pk and can_edit_programme(user, programme)
    return own or can_manage(user, programme)


def can_read_people(user: User, programme: Programme) -> bool:
    return grants_of(user).anywhere(Can.READ_PEOPLE, programme.pk)


def can_withdraw_rate(user: User, rate: ExchangeRate) -> bool:
    """One that was typed for a programme; a published one is everybody's."""
    return rate.programme_id is not None and grants_of(user).may(Can.MANAGE, rate.programme_id)
