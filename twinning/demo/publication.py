"""How the demonstration is published."""

from __future__ import annotations

from typing import Any

from clusters.models import Component, Programme
from monitoring import services
from twinning.core.models import User


def publish(manager: User, programme: Programme, data: dict[str, Any]) -> None:
    services.set_up_publication(actor=manager, programme=programme, **data["publication"])
    components = {component.kind: component for component in Component.objects.filter(programme=programme)}
    for row in data["codes"]:
        row["component"] = components.get(row.get("component", ""))
        services.add_publication_code(actor=manager, programme=programme, **row)
    services.open_public_page(actor=manager, programme=programme, version=None, intro=data["public_page"])
