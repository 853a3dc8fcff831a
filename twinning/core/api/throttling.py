from __future__ import annotations

import re
import time
from functools import cache as once
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@once
def parse_rate(rate: str) -> tuple[int, int]:
    """(requests, seconds) of a rate such as 600/min, 10/s, 5000/hour. Raises ValueError for another text."""
    found = re.fullmatch(r"(\d+)/([smhd])\w*", rate.strip())
    if not found or not int(found[1]):
        raise ValueError(f"API_RATE is a number and a unit such as 600/min, not {rate!r}")
    return int(found[1]), _SECONDS[found[2]]


class ClientThrottle(BaseThrottle):
    """So many requests in each window of time for a token, a user or, without either, an address.

    One counter in the cache; while the cache is away nobody is held back.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        limit, seconds, count = self._counted(self._client(request))
        request.rate_headers = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f'"client";q={limit};w={seconds}',
            "RateLimit": f'"client";r={max(0, limit - count)};t={int(self.left) + 1}',
        }
        return count <= limit

    def allow_address(self, request: HttpRequest) -> bool:
        """The same limit for a page that is open without signing in, counted by address."""
        limit, _seconds, count = self._counted(f"address-{self.get_ident(request)}")  # type: ignore[arg-type]
        return count <= limit

    def _counted(self, client: str) -> tuple[int, int, int]:
        """(limit, seconds of the window, requests of the client in it with this one)."""
        limit, seconds = parse_rate(api_settings.DEFAULT_THROTTLE_RATES["client"])
        now = time.time()
        window = int(now // seconds)
        self.left = (window + 1) * seconds - now
        return limit, seconds, self._count(f"api-rate:{client}:{seconds}:{window}", seconds)

    def _client(self, request: Request) -> str:
        if request.auth is not None:
            return f"token-{request.auth.pk}"
        if request.user.is_authenticated:
            return f"user-{request.user.pk}"
        return f"address-{self.get_ident(request)}"

    def _count(self, key: str, seconds: int) -> int:
        try:
            return int(cache.incr(key))
        except ValueError:
            cache.add(key, 1, seconds + 5)
            return 1

    def wait(self) -> float:
        return self.left
