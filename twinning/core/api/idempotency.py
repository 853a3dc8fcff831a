"""A POST that is sent twice happens once: the second is given the answer of the first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import orjson
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from twinning.core.api.problems import ApiProblem, bad_parameter
from twinning.core.api.rendering import dumps
from twinning.core.models import IdempotencyKey, User

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
REPLAYED = "Idempotency-Replayed"
_KEPT_HEADERS = ("Location", "ETag")
# Longer than any request may take; a process that dies in between holds its key up for no longer than this.
_WORKING_SECONDS = 60


def _plain(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        value.seek(0)
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return [value.name, digest.hexdigest()]
    return str(value)


def fingerprint(request: Request) -> str:
    """What a repeat must agree in: address, fields and the content of files, not the bytes of their
    envelope.
    """
    data = request.data
    body = {name: data.getlist(name) for name in data} if hasattr(data, "getlist") else data
    said = json.dumps([request.get_full_path(), body], default=_plain, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _replay(kept: IdempotencyKey, sha256: str) -> Response:
    if kept.request_sha256 != sha256:
        raise ApiProblem("key-reused", _("This key came with another request before."))
    return Response(kept.body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _checked(key: str) -> str:
    if not (1 <= len(key) <= 200 and key.isprintable()):
        raise bad_parameter(HEADER, _("A key has 1 to 200 printable characters."))
    return key


def once(request: Request, *args: Any, handle: Callable[..., Response], **kwargs: Any) -> Response:
    """Answer a POST by ``handle``, or by what it answered to the same key within a day.

    The answer is kept in the transaction of its effect, so a crash leaves both or neither, and a refusal
    keeps nothing: the request may be mended and sent under the same key.
    """
    key, sha256 = _checked(request.headers[HEADER]), fingerprint(request)
    lock = f"idempotency:{request.user.pk}:{hashlib.sha256(key.encode()).hexdigest()}"
    if not cache.add(lock, 1, _WORKING_SECONDS):
        raise ApiProblem(
            "in-progress", _("The first request with this key is not done."), headers={"Retry-After": "1"}
        )
    try:
        IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
        keys = IdempotencyKey.objects.filter(user=request.user.pk, key=key)
        if kept := keys.first():
            return _replay(kept, sha256)
        try:
            return _first(request, key, sha256, handle, *args, **kwargs)
        except _Overtaken:
            return _replay(keys.get(), sha256)
    finally:
        cache.delete(lock)


class _Overtaken(Exception):
    """Another process wrote the same key first, which can only be while the cache is away."""


def _first(
    request: Request, key: str, sha256: str, handle: Callable[..., Response], *args: Any, **kwargs: Any
) -> Response:
    with transaction.atomic():
        row = IdempotencyKey(
            user=cast(User, request.user), key=key, path=request.path[:200], request_sha256=sha256
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise _Overtaken from error
        response = handle(request, *args, **kwargs)
        row.status = response.status_code
        row.body = orjson.loads(dumps(response.data))
        row.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        row.save(update_fields=["status", "body", "headers"])
        return response
