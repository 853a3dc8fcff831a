"""Reads across the models of this room."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from clusters.models import Cluster, Programme
from clusters.models.membership import grants_of
from clusters.rules import Can
from twinning.core.models import User
from twinning.core.pages import actor


def programme_of(request: HttpRequest, slug: str) -> Programme:
    """The programme of an address, 404 unless the user is of it; from then on the page shows its navigation."""
    programme = get_object_or_404(Programme.objects.visible_to(actor(request)), slug=slug)
    request.programme = programme  # type: ignore[attr-defined]
    return programme


def clusters_where(user: User, programme: Programme, can: Can) -> list[Cluster]:
    """The programme's clusters in which the user may do something, by name."""
    grants = grants_of(user)
    rows = Cluster.objects.filter(programme=programme)
    if not grants.may(can, programme.pk):
        rows = rows.filter(pk__in=grants.in_clusters(can))
    return list(rows)
