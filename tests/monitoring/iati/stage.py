"""A programme that is published, in the world of the tests: sound to begin with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from clusters import services as people
from clusters.models import Programme
from monitoring import services
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from twinning.core.models import User


def publish(actor: User, programme: Programme, donor: Any, **values: Any) -> Publication:
    """A publication against which nothing stands. ``donor``: an organisation of the programme."""
    people.update_programme(
        actor=actor, programme=programme, version=None, starts="2006-02-06", description="Twins clusters."
    )
    people.add_programme_organisation(actor=actor, programme=programme, organisation=donor, role="donor")
    services.add_publication_code(actor=actor, programme=programme, scheme="sector", code="32130")
    chosen = {
        "reporter_ref": "XM-EXAMPLE",
        "reporter_type": "40",
        "reporter_name": "UNIDO",
        "suffix": programme.slug,
    }
    return services.set_up_publication(actor=actor, programme=programme, **chosen | values)


def budget(actor: User, programme: Programme, **values: Any) -> Budget:
    given = {
        "first": dt.date(2010, 1, 1),
        "last": dt.date(2010, 12, 31),
        "value": Decimal("1000.50"),
        "currency": "EUR",
        "value_date": dt.date(2010, 1, 1),
    }
    return services.add_budget(actor=actor, programme=programme, **given | values)


def transaction(actor: User, programme: Programme, **values: Any) -> Transaction:
    given = {
        "type": "3",
        "date": dt.date(2010, 3, 1),
        "value": Decimal("250"),
        "currency": "EUR",
        "value_date": dt.date(2010, 3, 1),
    }
    return services.add_transaction(actor=actor, programme=programme, **given | values)


def document(actor: User, programme: Programme, **values: Any) -> PublishedDocument:
    given = {"category": "A09", "title": "Memorandum", "url": "https://example.org/mou.pdf"}
    return services.publish_document(actor=actor, programme=programme, **given | values)


def furnished(actor: User, programme: Programme, donor: Any) -> dict[str, int]:
    """One record of each kind, by the name of its resource."""
    publication = publish(actor, programme, donor)
    return {
        "publication": publication.pk,
        "publication-code": PublicationCode.objects.get(programme=programme).pk,
        "published-document": document(actor, programme).pk,
        "budget": budget(actor, programme).pk,
        "transaction": transaction(actor, programme).pk,
    }
