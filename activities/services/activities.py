from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityCluster, ActivityOrganisation
from activities.permissions import can_change, can_log_in
from activities.rules import NON_TWINNING, link_class, misplaced_non_twinning
from activities.services.periods import choose, decided, entered, read_for_entry, retitled
from activities.services.places import list_in, take_off
from clusters.models import AgreementParty, Cluster, Organisation, OrganisationRole, Programme, Twinning
from twinning.core import history
from twinning.core.access import DomainError, WrongState, require
from twinning.core.models import User
from twinning.core.periods import Reading


def _next_number(cluster: Cluster) -> int:
    # The row of the cluster is locked, so that two people who log at once get two numbers.
    Cluster.objects.select_for_update().filter(pk=cluster.pk).first()
    last = ActivityCluster.objects.filter(cluster=cluster).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _check_clusters(programme: Programme, clusters: Sequence[Cluster]) -> None:
    if not clusters:
        message = _("An activity belongs to at least one cluster.")
        raise DomainError(message, code="no_cluster", fields={"clusters": [message]})
    if any(cluster.programme_id != programme.pk for cluster in clusters):
        message = _("This cluster belongs to another programme.")
        raise DomainError(message, code="other_programme", fields={"clusters": [message]})


def _check_place(programme_id: int, kind: str, side: str, clusters: Iterable[int]) -> None:
    """Raise DomainError at ``side`` where non-twinning work is held outside the emerging cluster (step 6)."""
    if kind != NON_TWINNING:
        return
    pairs = list(Twinning.objects.filter(programme=programme_id).values_list("emerging_id", "advanced_id"))
    emerging, advanced = {a for a, _b in pairs}, {b for _a, b in pairs}
    only_advanced = all(cluster in advanced - emerging for cluster in clusters)
    problem = misplaced_non_twinning(kind, side, only_advanced=only_advanced)
    if problem:
        raise DomainError(problem, code="misplaced", fields={"side": [problem]})


@transaction.atomic
def log_activity(
    *,
    actor: User,
    programme: Programme,
    clusters: Sequence[Cluster],
    title: str,
    period_text: str = "",
    reading: Reading | None = None,
    choice: int | None = None,
    numbers: dict[int, int] | None = None,
    number_source: str = ActivityCluster.NumberSource.ASSIGNED,
    organisations: Iterable[tuple[Organisation, str]] = (),
    origin: str = Activity.Origin.LOGGED,
    reason: str = "",
    **values: Any,
) -> Activity:
    """Log one activity of one or several clusters.

    ``period_text`` is read here unless the caller brings a ``reading`` made in the context of a sheet;
    ``choice`` decides a doubtful one at once (``AS_PROPOSED`` or the place of an alternative). ``numbers``
    gives its number by cluster id; else the next free one is assigned. Raises PermissionRefused,
    ValidationError and DomainError with messages by field.
    """
    _check_clusters(programme, clusters)
    require(can_log_in(actor, clusters))
    _check_place(
        programme.pk, values.get("kind", ""), values.get("side", ""), [cluster.pk for cluster in clusters]
    )
    reading = reading or read_for_entry(period_text, title=title)
    activity = Activity(programme=programme, title=title, origin=origin, **values)
    for name, value in entered(reading, choice, actor).items():
        setattr(activity, name, value)
    history.create(activity, actor=actor, reason=reason)
    for cluster in clusters:
        number = (numbers or {}).get(cluster.pk)
        list_in(
            activity,
            actor=actor,
            cluster=cluster,
            number=number or _next_number(cluster),
            number_source=number_source,
        )
    for organisation, role in organisations:
        _involve(actor, activity, organisation, role)
    return classify(activity)


@transaction.atomic
def update_activity(
    *,
    actor: User,
    activity: Activity,
    version: int | None,
    reading: Reading | None = None,
    choice: int | None = None,
    clusters: Sequence[Cluster] | None = None,
    organisations: Iterable[tuple[Organisation, str]] = (),
    released: Iterable[ActivityOrganisation] = (),
    reason: str = "",
    **values: Any,
) -> Activity:
    """Change an activity. A new ``period_text`` is read anew and loses the confirmation of the old reading.

    The date text of an imported activity is what a sheet printed: it stays, and only its reading is
    confirmed or corrected (``confirm_period``). ``clusters``, if given, are all that the activity then
    belongs to; ``organisations`` are added with their roles and ``released`` taken off.
    """
    require(can_change(actor, activity))
    listed = [link.cluster for link in activity.cluster_links.select_related("cluster")]
    if {"kind", "side"} & set(values) or clusters is not None:
        kind, side = values.get("kind", activity.kind), values.get("side", activity.side)
        _check_place(activity.programme_id, kind, side, [c.pk for c in (clusters or listed)])
    text = values.pop("period_text", None)
    if text is not None and text != activity.period_text:
        if activity.origin == Activity.Origin.IMPORTED and reading is None:
            message = _("The date is kept as the sheet printed it. Correct how it is read instead.")
            raise DomainError(message, code="printed_text", fields={"period_text": [message]})
        reading = reading or read_for_entry(text, title=values.get("title", activity.title))
    if reading is not None:
        values |= entered(reading, choice, actor)
    elif "title" in values:
        values |= retitled(activity, values["title"])
    activity = history.change(activity, values, actor=actor, version=version, reason=reason)
    for link in released:
        remove_organisation(actor=actor, link=link)
    for organisation, role in organisations:
        add_organisation(actor=actor, activity=activity, organisation=organisation, role=role)
    # Last, since an agent who takes his own cluster off may change the activity no more.
    if clusters is not None:
        _list_exactly_in(actor, activity, listed, clusters)
    activity.refresh_from_db()
    return activity


def _list_exactly_in(
    actor: User, activity: Activity, listed: Sequence[Cluster], wanted: Sequence[Cluster]
) -> None:
    _check_clusters(activity.programme, wanted)
    require(can_log_in(actor, wanted), _("At least one of its clusters must be one of yours."))
    for cluster in wanted:
        if cluster not in listed:
            add_cluster(actor=actor, activity=activity, cluster=cluster)
    for cluster in listed:
        if cluster not in wanted:
            remove_cluster(actor=actor, activity=activity, cluster=cluster)


@transaction.atomic
def confirm_period(
    *,
    actor: User,
    activity: Activity,
    version: int | None,
    alternative: int | None = None,
    correction: str = "",
) -> Activity:
    """Say how a doubtful period is to be read: as proposed, as one of its alternatives, or as ``correction``.

    The text as printed is never touched. Raises ValidationError at ``correction`` when it cannot be read, or
    can be read in more than one way.
    """
    require(can_change(actor, activity))
    reading = activity.reading
    chosen = decided(reading, choose(reading, alternative, correction), actor)
    return history.change(
        activity, chosen, actor=actor, version=version, reason=_("reading of the period confirmed")
    )


@transaction.atomic
def set_status(*, actor: User, activity: Activity, status: str, version: int | None) -> Activity:
    """Set the status by hand, or "" to derive it from the period again."""
    require(can_change(actor, activity))
    return history.change(activity, {"status_set": status}, actor=actor, version=version)


@transaction.atomic
def add_cluster(
    *,
    actor: User,
    activity: Activity,
    cluster: Cluster,
    number: int | None = None,
    number_source: str = ActivityCluster.NumberSource.ASSIGNED,
    printed_title: str = "",
    printed_period: str = "",
) -> ActivityCluster:
    """Make the activity a joint one: list it in one more cluster, with that sheet's own number and words.

    Only who may change the activity may do so: whoever listed it in his own cluster would gain rights over it.
    """
    require(can_change(actor, activity))
    _check_clusters(activity.programme, [cluster])
    link = list_in(
        activity,
        actor=actor,
        cluster=cluster,
        number=number or _next_number(cluster),
        number_source=number_source,
        printed_title=printed_title,
        printed_period=printed_period,
    )
    history.touch(activity, version=None)
    return link


@transaction.atomic
def remove_cluster(*, actor: User, activity: Activity, cluster: Cluster) -> None:
    require(can_change(actor, activity))
    links = list(activity.cluster_links.all())
    if [link.cluster_id for link in links] == [cluster.pk]:
        raise DomainError(_("An activity belongs to at least one cluster."), code="no_cluster")
    for link in links:
        if link.cluster_id == cluster.pk:
            take_off(activity, link, actor=actor)
    history.touch(activity, version=None)


def _involve(actor: User, activity: Activity, organisation: Organisation, role: str) -> ActivityOrganisation:
    if organisation.programme_id != activity.programme_id:
        message = _("This organisation belongs to another programme.")
        raise DomainError(message, code="other_programme", fields={"organisations": [message]})
    link = ActivityOrganisation(activity=activity, organisation=organisation, role=role)
    return history.create(link, actor=actor, parent=activity)


@transaction.atomic
def add_organisation(
    *, actor: User, activity: Activity, organisation: Organisation, role: str
) -> ActivityOrganisation:
    require(can_change(actor, activity))
    link = _involve(actor, activity, organisation, role)
    classify(activity)
    history.touch(activity, version=None)
    return link


@transaction.atomic
def remove_organisation(*, actor: User, link: ActivityOrganisation) -> None:
    require(can_change(actor, link.activity))
    activity = link.activity
    history.remove(link, actor=actor, parent=activity)
    classify(activity)
    history.touch(activity, version=None)


def classify(activity: Activity) -> Activity:
    """Work out the link class from the organisations that take part and the side each stands on."""
    links = activity.organisation_links.select_related("organisation")
    kinds = {link.organisation_id: link.organisation.kind for link in links}
    activity.link_class = link_class_of(activity.programme_id, kinds)
    Activity.objects.filter(pk=activity.pk).update(link_class=activity.link_class)
    return activity


def link_class_of(programme_id: int, kinds: Mapping[int, str]) -> str:
    """The link class of an activity in which these organisations take part, {id: kind}; "" for none."""
    sides = _sides_of(programme_id, kinds)
    found = link_class(
        [kind for pk, kind in kinds.items() if "emerging" in sides.get(pk, set())],
        [kind for pk, kind in kinds.items() if "advanced" in sides.get(pk, set())],
    )
    return str(found or "")


def _sides_of(programme_id: int, organisations: Collection[int]) -> dict[int, set[str]]:
    """On which side of the programme's twinnings each organisation stands, by its clusters or its
    signatures.
    """
    if not organisations:
        return {}
    pairs = Twinning.objects.filter(programme=programme_id).values_list("emerging_id", "advanced_id")
    emerging, advanced = {a for a, _b in pairs}, {b for _a, b in pairs}
    sides: dict[int, set[str]] = {}
    for organisation, cluster in OrganisationRole.objects.filter(organisation__in=organisations).values_list(
        "organisation_id", "cluster_id"
    ):
        side = sides.setdefault(organisation, set())
        side |= {"emerging"} if cluster in emerging else set()
        side |= {"advanced"} if cluster in advanced else set()
    for organisation, signed_for in AgreementParty.objects.filter(
        organisation__in=organisations, agreement__programme=programme_id
    ).values_list("organisation_id", "side"):
        sides.setdefault(organisation, set()).add(signed_for)
    return sides


def held(activity: Activity) -> Activity:
    """The activity as it stands now, held until the transaction ends."""
    return Activity.objects.select_for_update().get(pk=activity.pk)


@transaction.atomic
def remove_activity(*, actor: User, activity: Activity, version: int | None, reason: str = "") -> Activity:
    """Take an activity out of the log. It is kept, and ``restore_activity`` brings it back."""
    require(can_change(actor, activity))
    if held(activity).removed_at is not None:
        raise WrongState(_("This activity is out of the log already."))
    return history.change(
        activity, {"removed_at": timezone.now()}, actor=actor, version=version, reason=reason
    )


@transaction.atomic
def restore_activity(*, actor: User, activity: Activity) -> Activity:
    require(can_change(actor, activity))
    current = held(activity)
    if current.removed_at is None:
        raise WrongState(_("This activity is in the log already."))
    if current.merged_into_id is not None:
        raise WrongState(_("This activity was made one with another: undo that instead."))
    return history.change(activity, {"removed_at": None}, actor=actor, version=None)
