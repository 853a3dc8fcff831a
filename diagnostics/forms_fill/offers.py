"""What a page of the field offers to choose from. Every list is bounded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField, Exists, OuterRef, Q, Value

from clusters.models import Cluster, Organisation, OrganisationRole, ProductGroup, Programme
from clusters.queries import clusters_where
from clusters.rules import Can
from diagnostics.models import QuestionnaireVersion, Submission
from diagnostics.permissions import can_file
from diagnostics.rules.kinds import NEEDS, Kind, Needs
from diagnostics.rules.review import OPEN
from twinning.core.models import User

MOST_NAMES = 200
MOST_GROUPS = 60
MOST_OPEN_FORMS = 50
MOST_CLUSTERS = 60
NO_CLUSTER = "-"


def organisation_names(user: User, programme: Programme, cluster: Cluster | None) -> list[str]:
    """Names to choose from, those of the cluster first; any other name may be typed."""
    rows = Organisation.objects.visible_to(user).filter(programme=programme)
    here = OrganisationRole.objects.filter(organisation=OuterRef("pk"), cluster=cluster)
    near = Exists(here) if cluster else Value(False, output_field=BooleanField())
    return list(
        rows.annotate(near=near).order_by("-near", "name").values_list("name", flat=True)[:MOST_NAMES]
    )


def group_names(cluster: Cluster | None) -> list[str]:
    """The product groups of a cluster, each name once."""
    if cluster is None:
        return []
    rows = ProductGroup.objects.filter(cluster=cluster).order_by("name").values_list("name", flat=True)
    return list(dict.fromkeys(rows[:MOST_GROUPS]))


@dataclass(frozen=True, slots=True)
class Blank:
    """A form that a person may begin: a questionnaire in use, for a cluster or (slug "-") for none."""

    questionnaire: str
    title: str
    cluster: str


def versions_in_use(user: User, programme: Programme) -> list[QuestionnaireVersion]:
    """The questionnaires that are in use in a programme: the library's and its own."""
    own = Q(questionnaire__programme=None) | Q(questionnaire__programme=programme)
    rows = QuestionnaireVersion.objects.visible_to(user).current().filter(own)
    return list(rows.select_related("questionnaire").defer("definition").order_by("questionnaire__title"))


def blanks_for(user: User, programme: Programme) -> list[tuple[str, list[Blank]]]:
    """What the user may begin: (name of a cluster, its blank forms); "" for what is about no cluster."""
    versions = versions_in_use(user, programme)

    def blanks(cluster: str, whole: list[QuestionnaireVersion]) -> list[Blank]:
        return [Blank(one.questionnaire.slug, one.questionnaire.title, cluster) for one in whole]

    clusters = clusters_where(user, programme, Can.FILE)[:MOST_CLUSTERS]
    found = [(cluster.name, blanks(cluster.slug, versions)) for cluster in clusters]
    without = [one for one in versions if not needs_of(one).of_cluster]
    if without and can_file(user, programme, None):
        found.append(("", blanks(NO_CLUSTER, without)))
    return found


def open_forms(user: User, programme: Programme) -> list[Submission]:
    """The forms that the user may go on filling, the last touched first."""
    rows = Submission.objects.visible_to(user).filter(programme=programme, status__in=OPEN)
    if not can_file(user, programme, None):
        rows = rows.filter(cluster__in=clusters_where(user, programme, Can.FILE))
    return list(rows.for_list().order_by("-updated_at", "-pk")[:MOST_OPEN_FORMS])


def needs_of(version: QuestionnaireVersion) -> Needs:
    return NEEDS[Kind(version.questionnaire.kind)]
