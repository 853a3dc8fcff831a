"""What the pages of this room do alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from clusters.models import Cluster, Programme
from clusters.queries import programme_of
from twinning.core.models import User
from twinning.core.pages import actor, visible_or_404


def scope(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    """The arguments that every form of this room takes."""
    return {"reader": actor(request), "programme": programme}


def cluster_of(
    request: HttpRequest, programme_slug: str, cluster_slug: str
) -> tuple[User, Programme, Cluster]:
    programme = programme_of(request, programme_slug)
    rows = Cluster.objects.filter(programme=programme)
    return actor(request), programme, visible_or_404(rows, request, slug=cluster_slug)
