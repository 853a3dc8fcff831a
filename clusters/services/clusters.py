from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Cluster, ClusterFigure, ProductGroup, Programme
from clusters.permissions import can_edit_cluster, can_edit_programme
from clusters.services.common import same_programme
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User


@transaction.atomic
def create_cluster(*, actor: User, programme: Programme, **values: Any) -> Cluster:
    require(can_edit_programme(actor, programme))
    _check_slug(values)
    return history.create(Cluster(programme=programme, **values), actor=actor)


@transaction.atomic
def update_cluster(*, actor: User, cluster: Cluster, version: int | None, **values: Any) -> Cluster:
    require(can_edit_cluster(actor, cluster))
    _check_slug(values)
    return history.change(cluster, values, actor=actor, version=version)


def _check_slug(values: dict[str, Any]) -> None:
    if values.get("slug") == "new":
        message = _("This word has its own meaning in addresses; choose another.")
        raise DomainError(message, fields={"slug": [message]})


def _same_claim(figure: ClusterFigure) -> Any:
    return ClusterFigure.objects.filter(
        cluster=figure.cluster_id,
        measure=figure.measure,
        about=figure.about,
        year=figure.year,
        preferred=True,
    ).exclude(pk=figure.pk)


@transaction.atomic
def add_figure(*, actor: User, cluster: Cluster, **values: Any) -> ClusterFigure:
    """Add a claim. The first on its measure, part and year is preferred; a later one does not displace it."""
    require(can_edit_cluster(actor, cluster))
    figure = ClusterFigure(cluster=cluster, **values)
    figure.preferred = not _same_claim(figure).exists()
    return history.create(figure, actor=actor, parent=cluster)


@transaction.atomic
def update_figure(*, actor: User, figure: ClusterFigure, version: int | None, **values: Any) -> ClusterFigure:
    require(can_edit_cluster(actor, figure.cluster))
    return history.change(figure, values, actor=actor, version=version, parent=figure.cluster)


@transaction.atomic
def prefer_figure(*, actor: User, figure: ClusterFigure, reason: str = "") -> ClusterFigure:
    """Prefer this claim over those that disagree with it; they stay."""
    require(can_edit_cluster(actor, figure.cluster))
    for other in _same_claim(figure):
        history.change(
            other, {"preferred": False}, actor=actor, version=None, reason=reason, parent=figure.cluster
        )
    return history.change(
        figure, {"preferred": True}, actor=actor, version=None, reason=reason, parent=figure.cluster
    )


@transaction.atomic
def add_product_group(
    *, actor: User, cluster: Cluster, name: str, parent: ProductGroup | None = None
) -> ProductGroup:
    require(can_edit_cluster(actor, cluster))
    same_programme(cluster.programme_id, parent=parent)
    return history.create(
        ProductGroup(cluster=cluster, parent=parent, name=name), actor=actor, parent=cluster
    )


@transaction.atomic
def update_product_group(
    *, actor: User, group: ProductGroup, version: int | None, name: str, parent: ProductGroup | None
) -> ProductGroup:
    """Rename or move a product group. Raises DomainError at ``parent`` where the tree closes on itself."""
    require(can_edit_cluster(actor, group.cluster))
    same_programme(group.history_programme_id or 0, parent=parent)
    above = parent
    while above is not None:
        if above.pk == group.pk:
            message = _("A group cannot be part of itself.")
            raise DomainError(message, fields={"parent": [message]})
        above = above.parent
    values = {"name": name, "parent": parent}
    return history.change(group, values, actor=actor, version=version, parent=group.cluster)
