"""What a device sends, read with bounds: JSON of answers, of a new form, of remarks that were seen to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from diagnostics.rules.answers import Change
from twinning.core.api.problems import ApiProblem

MOST_BYTES = 1024 * 1024
MOST_CHANGES = 500
MOST_REMARKS_AT_ONCE = 100
_LONGEST_PATH = 200


@dataclass(frozen=True, slots=True)
class Save:
    """``since``: the version that the device knows whole; it is told what changed after it."""

    device: str
    changes: list[Change]
    settle: bool
    since: int
    seen_to: list[int]


@dataclass(frozen=True, slots=True)
class Create:
    key: uuid.UUID
    questionnaire: str
    number: int
    cluster: str
    about: str
    title: str


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body. Raises ApiProblem for what is too large or no object."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise ApiProblem("too-large", _("Send less at a time."))
    try:
        sent = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise ApiProblem("malformed", _("The body is not JSON.")) from error
    if not isinstance(sent, dict):
        raise _wrong("")
    return sent


def save_of(request: HttpRequest) -> Save:
    sent = body_of(request)
    changes = _list(sent, "changes", MOST_CHANGES)
    return Save(
        _text(sent, "device", 60),
        [_change(one) for one in changes],
        sent.get("settle") is True,
        _whole(sent, "since"),
        [one for one in _list(sent, "seen_to", MOST_REMARKS_AT_ONCE) if type(one) is int and 0 < one < 2**63],
    )


def create_of(request: HttpRequest) -> Create:
    sent = body_of(request)
    try:
        key = uuid.UUID(_text(sent, "key", 36))
    except ValueError as error:
        raise _wrong("key") from error
    return Create(
        key,
        _text(sent, "questionnaire", 60),
        _whole(sent, "number"),
        _text(sent, "cluster", 60),
        _text(sent, "about", 200),
        _text(sent, "title", 200),
    )


def _change(sent: Any) -> Change:
    if not isinstance(sent, dict) or not isinstance(sent.get("path"), str) or "value" not in sent:
        raise _wrong("changes")
    if len(sent["path"]) > _LONGEST_PATH:
        raise _wrong("changes")
    return Change(sent["path"], sent["value"], _whole(sent, "seen"))


def _text(sent: dict[str, Any], name: str, longest: int) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise _wrong(name)
    return "".join(character for character in value if character.isprintable())[:longest].strip()


def _whole(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name, 0)
    if type(value) is not int or not 0 <= value < 2**31:
        raise _wrong(name)
    return value


def _list(sent: dict[str, Any], name: str, most: int) -> list[Any]:
    value = sent.get(name, [])
    if not isinstance(value, list):
        raise _wrong(name)
    if len(value) > most:
        raise ApiProblem("too-large", _("Send less at a time."))
    return value


def _wrong(name: str) -> ApiProblem:
    return ApiProblem(
        "malformed", _("“%(name)s” is not what is expected here.") % {"name": name or _("The body")}
    )
