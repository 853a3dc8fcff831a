"""Questionnaires as the pages and the export of them need them."""

from __future__ import annotations

from clusters.models import Cluster, Organisation, ProductGroup
from diagnostics.models import QuestionnaireVersion
from twinning.core.models import User

_MOST_LISTED = 2_000
Listed = list[tuple[int, str]]


def version_in_use(slug: str) -> QuestionnaireVersion | None:
    """The version of a questionnaire that is in use, else the last one that was."""
    rows = QuestionnaireVersion.objects.filter(questionnaire__slug=slug).select_related("questionnaire")
    used = rows.exclude(status=QuestionnaireVersion.Status.DRAFT)
    return rows.current().first() or used.order_by("-number").first()


def choices_in(cluster: Cluster, reader: User | None) -> tuple[Listed, Listed]:
    """(id, name) of a cluster's organisations and of its product groups, for a form that is filled elsewhere.

    ``reader`` None is the operator of the machine, who sees all.
    """
    organisations = Organisation.objects.filter(roles__cluster=cluster)
    groups = ProductGroup.objects.filter(cluster=cluster)
    if reader is not None:
        organisations, groups = organisations.visible_to(reader), groups.visible_to(reader)
    names = organisations.distinct().order_by("name", "pk").values_list("pk", "name")
    return list(names[:_MOST_LISTED]), list(groups.values_list("pk", "name")[:_MOST_LISTED])
