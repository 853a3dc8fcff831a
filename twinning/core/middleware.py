"""What the reader brings along: language and clock."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from twinning.core.models import User

TIMEZONE_COOKIE = "timezone"


@cache
def _zones() -> frozenset[str]:
    """Asked at every request, and the answer costs a walk through the zone files."""
    return frozenset(zoneinfo.available_timezones())


def _zone(*names: str) -> zoneinfo.ZoneInfo | None:
    """The first name that is a time zone. It may come from a cookie, so anything may stand in it."""
    for name in names:
        if name in _zones():
            return zoneinfo.ZoneInfo(name)
    return None


class ReaderMiddleware:
    """Pages in the language and time zone of the signed-in person; else in those of the browser.

    The browser's language was found by LocaleMiddleware before; its time zone comes in a cookie that
    static/js/page.js sets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.timezone if isinstance(request.user, User) else ""
        own = request.user.language if isinstance(request.user, User) else ""
        language = own or translation.get_language()
        # Left active, because LocaleMiddleware names it in the Content-Language of the answer.
        translation.activate(language if language in settings.INTERFACE_LANGUAGES else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(_zone(chosen, request.COOKIES.get(TIMEZONE_COOKIE, ""))):
            return self.get_response(request)
