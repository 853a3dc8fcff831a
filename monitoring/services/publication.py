"""How a programme is published to IATI, and the money that is published with it.

What hinders publishing is no refusal here: it is told on the page of the publication (``queries.iati_checks``), rule
by rule, so that a record may be entered before all of it is known.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Agreement, AgreementParty, Programme
from clusters.rules import FIRM_KINDS
from clusters.services.common import same_programme
from monitoring.models import Budget, Publication, PublicationCode, PublishedDocument, Transaction
from monitoring.permissions import can_publish
from monitoring.rules.iati import codes
from twinning.core import history
from twinning.core.access import DomainError, require
from twinning.core.models import User

_Part = TypeVar("_Part", PublicationCode, Budget, Transaction, PublishedDocument)
_REFERENCES = ("component", "provider", "receiver", "agreement")


@transaction.atomic
def set_up_publication(*, actor: User, programme: Programme, **values: Any) -> Publication:
    """Say how the programme is published. Raises ValidationError where it is said already."""
    require(can_publish(actor, programme))
    return history.create(Publication(programme=programme, **values), actor=actor)


@transaction.atomic
def update_publication(
    *, actor: User, publication: Publication, version: int | None, **values: Any
) -> Publication:
    require(can_publish(actor, publication.programme))
    return history.change(publication, values, actor=actor, version=version)


@transaction.atomic
def add_publication_code(*, actor: User, programme: Programme, **values: Any) -> PublicationCode:
    """Classify the programme, or one of its components, by a code."""
    return _add(PublicationCode(programme=programme, **_with_vocabulary(values)), actor, values)


@transaction.atomic
def update_publication_code(
    *, actor: User, classification: PublicationCode, version: int | None, **values: Any
) -> PublicationCode:
    """``classification`` rather than ``code``, which is what stands in it."""
    known = {name: getattr(classification, name) for name in ("scheme", "code", "vocabulary")}
    written = _with_vocabulary(known | values)
    return _change(classification, {name: written[name] for name in values}, actor, version)


def _with_vocabulary(values: dict[str, Any]) -> dict[str, Any]:
    """A code as it is kept: that of a country in capitals, with the usual vocabulary where none is named."""
    scheme = values.get("scheme", "")
    if scheme not in codes.Scheme.values:
        return values
    if scheme == codes.Scheme.COUNTRY:
        return values | {"vocabulary": "", "code": str(values.get("code", "")).upper()}
    usual = codes.USUAL_VOCABULARY[codes.Scheme(scheme)]
    return values | {"vocabulary": values.get("vocabulary") or usual}


@transaction.atomic
def add_budget(*, actor: User, programme: Programme, **values: Any) -> Budget:
    return _add(Budget(programme=programme, **values), actor, values)


@transaction.atomic
def update_budget(*, actor: User, budget: Budget, version: int | None, **values: Any) -> Budget:
    return _change(budget, values, actor, version)


@transaction.atomic
def add_transaction(*, actor: User, programme: Programme, **values: Any) -> Transaction:
    return _add(Transaction(programme=programme, **values), actor, values)


@transaction.atomic
def update_transaction(
    *, actor: User, transaction: Transaction, version: int | None, **values: Any
) -> Transaction:
    return _change(transaction, values, actor, version)


@transaction.atomic
def publish_document(*, actor: User, programme: Programme, **values: Any) -> PublishedDocument:
    """Name a document that everybody may read. One about an agreement between firms is refused."""
    require(can_publish(actor, programme))
    _check_agreement(values.get("agreement"))
    return _add(PublishedDocument(programme=programme, **values), actor, values)


@transaction.atomic
def update_document(
    *, actor: User, document: PublishedDocument, version: int | None, **values: Any
) -> PublishedDocument:
    require(can_publish(actor, document.programme))
    _check_agreement(values.get("agreement"))
    return _change(document, values, actor, version)


def _check_agreement(agreement: Agreement | None) -> None:
    if agreement is None:
        return
    said = ""
    if agreement.kind not in codes.PUBLISHED_AGREEMENTS:
        said = _("Letters of intent and agreements between firms are not published.")
    elif agreement.attempted_only:
        said = _("This agreement was never signed.")
    elif AgreementParty.objects.filter(agreement=agreement, organisation__kind__in=FIRM_KINDS).exists():
        said = _("A firm is a party to this agreement, and firms are not named in what is published.")
    if said:
        raise DomainError(said, code="not_published", fields={"agreement": [said]})


@transaction.atomic
def remove_publication_part(
    *,
    actor: User,
    part: PublicationCode | Budget | Transaction | PublishedDocument,
    version: int | None,
    reason: str = "",
) -> None:
    """Take a code, a budget, a transaction or a document out. Its history keeps what it said."""
    require(can_publish(actor, part.programme))
    if version is not None:
        history.touch(part, version=version)
    history.remove(part, actor=actor, reason=reason, parent=part.programme)


def _add(part: _Part, actor: User, values: dict[str, Any]) -> _Part:
    require(can_publish(actor, part.programme))
    same_programme(part.programme_id, **_named(values))
    return history.create(part, actor=actor)


def _change(part: _Part, values: dict[str, Any], actor: User, version: int | None) -> _Part:
    require(can_publish(actor, part.programme))
    same_programme(part.programme_id, **_named(values))
    return history.change(part, values, actor=actor, version=version)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in _REFERENCES}
