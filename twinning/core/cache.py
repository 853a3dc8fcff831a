"""A cache whose failure costs a cached value and never a page. It holds only what may be lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

log = logging.getLogger(__name__)
PAUSE = 5.0  # seconds without a further attempt after a failure, so that a dead host does not slow every page
T = TypeVar("T")
# As Django calls its client: keys are strings by then, None means for ever.
Key: TypeAlias = Any
Timeout: TypeAlias = Any


class ForgivingClient(RedisCacheClient):
    """Answers as an empty cache would while Redis is away."""

    # Shared by the clients of all threads: what one has learned spares the others the wait.
    away_until = 0.0

    def _try(self, call: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < ForgivingClient.away_until:
            return otherwise
        try:
            return call()
        except (redis.RedisError, OSError) as error:
            ForgivingClient.away_until = time.monotonic() + PAUSE
            log.warning("the cache does not answer: %s", type(error).__name__)
            return otherwise

    def add(self, key: Key, value: Any, timeout: Timeout) -> bool:
        return self._try(lambda: super(ForgivingClient, self).add(key, value, timeout), otherwise=True)

    def get(self, key: Key, default: Any) -> Any:
        return self._try(lambda: super(ForgivingClient, self).get(key, default), otherwise=default)

    def set(self, key: Key, value: Any, timeout: Timeout) -> None:
        self._try(lambda: super(ForgivingClient, self).set(key, value, timeout), otherwise=None)

    def touch(self, key: Key, timeout: Timeout) -> bool:
        return self._try(lambda: super(ForgivingClient, self).touch(key, timeout), otherwise=False)

    def delete(self, key: Key) -> bool:
        return self._try(lambda: super(ForgivingClient, self).delete(key), otherwise=False)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Any]:
        return self._try(lambda: super(ForgivingClient, self).get_many(keys), otherwise={})

    def has_key(self, key: Key) -> bool:
        return self._try(lambda: super(ForgivingClient, self).has_key(key), otherwise=False)

    def incr(self, key: Key, delta: int) -> int:
        """The counter after the step; with Redis away it is as if this were its first."""
        return self._try(lambda: super(ForgivingClient, self).incr(key, delta), otherwise=delta)

    def set_many(self, data: Mapping[Key, Any], timeout: Timeout) -> None:
        self._try(lambda: super(ForgivingClient, self).set_many(data, timeout), otherwise=None)

    def delete_many(self, keys: Iterable[Key]) -> None:
        self._try(lambda: super(ForgivingClient, self).delete_many(keys), otherwise=None)

    def clear(self) -> bool:
        return self._try(lambda: super(ForgivingClient, self).clear(), otherwise=False)


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        # Without a limit a host that swallows packets would hold each page for minutes.
        limits = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self._class = ForgivingClient
