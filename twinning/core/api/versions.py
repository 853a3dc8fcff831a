"""Versions of records on the wire: an ETag says which version was read, If-Match which one is to be changed.

An ETag is ``"model-id-version-digest"``. The digest is of the whole answer, so that If-None-Match notices
what changes without a new version (a status that the calendar changes, the name of a related record);
If-Match asks for the version alone.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework.request import Request

from twinning.core.access import StaleVersion
from twinning.core.api.problems import ApiProblem
from twinning.core.api.rendering import dumps
from twinning.core.models import VersionedModel

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def etag(obj: Any, shown: Any) -> str:
    digest = hashlib.sha256(dumps(shown)).hexdigest()[:12]
    stem = obj.etag.strip('"') if isinstance(obj, VersionedModel) else f"{obj._meta.model_name}-{obj.pk}"
    return f'"{stem}-{digest}"'


def _tags(header: str) -> list[str]:
    return _TAG.findall(header)


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has this answer already (If-None-Match), so that 304 is enough."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or tag.strip('"') in _tags(header)


def required_version(request: Request, obj: VersionedModel) -> int | None:
    """The version that the client saw, from If-Match; None where it says * and so leaves it to what stands.

    Raises ApiProblem (428) without the header and StaleVersion when no tag of it is of the record as it
    stands.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise ApiProblem("precondition-required", _("Send If-Match with the ETag of the record."))
    if header == "*":
        return None
    stem = obj.etag.strip('"')
    if not any(tag == stem or tag.rpartition("-")[0] == stem for tag in _tags(header)):
        raise StaleVersion(obj)
    return obj.version


def require_tag(request: Request, obj: models.Model, tag: str) -> None:
    """Insist that If-Match names the answer that stands; for a row that has no version of its own.

    Raises ApiProblem (428) without the header and StaleVersion when it names another answer.
    """
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise ApiProblem("precondition-required", _("Send If-Match with the ETag of the record."))
    if header != "*" and tag.strip('"') not in _tags(header):
        raise StaleVersion(obj)


def locked(obj: VersionedModel, version: int | None) -> None:
    """Hold a record for a service that takes no version; inside a transaction. Raises StaleVersion."""
    rows: models.QuerySet[Any] = type(obj)._base_manager.select_for_update().filter(pk=obj.pk)
    current = rows.first()
    if current is None or (version is not None and current.version != version):
        raise StaleVersion(current or obj)
