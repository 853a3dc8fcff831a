"""A cache that is away costs a value; nobody who reads a page notices."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from twinning import supervisor
from twinning.core.cache import ForgivingClient, ForgivingRedisCache


@pytest.fixture(autouse=True)
def _nobody_has_noticed_a_failure(monkeypatch):
    monkeypatch.setattr(ForgivingClient, "away_until", 0.0)


@pytest.fixture
def redis_server(tmp_path):
    """A Redis of its own: (its socket, its process)."""
    socket = supervisor.socket_in(tmp_path)
    program = supervisor.redis_program(socket, tmp_path / "redis")
    with subprocess.Popen(program.command) as process:
        while not socket.exists():
            assert process.poll() is None
            time.sleep(0.02)
        yield socket, process
        process.kill()


def cache_at(socket: Path) -> ForgivingRedisCache:
    return ForgivingRedisCache(f"unix://{socket}", {})


def test_it_keeps_what_it_is_given(redis_server):
    cache = cache_at(redis_server[0])
    cache.set_many({"a": 1, "b": [2]})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": [2]}
    assert cache.incr("a") == 2
    assert cache.add("a", 7) is False
    assert cache.touch("b", 60)
    assert cache.delete("b")
    assert not cache.has_key("b")
    cache.clear()
    assert cache.get("a") is None


def test_a_counter_that_is_not_there_is_an_error_as_with_any_cache(redis_server):
    with pytest.raises(ValueError, match="not found"):
        cache_at(redis_server[0]).incr("never-set")


def test_when_redis_dies_every_call_answers_as_an_empty_cache_would(redis_server):
    socket, process = redis_server
    cache = cache_at(socket)
    cache.set("a", 1)
    process.kill()
    process.wait()
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_or_set("a", lambda: "computed") == "computed"
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 1
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == []
    assert not cache.has_key("a")
    assert not cache.touch("a")
    assert not cache.delete("a")
    cache.set("a", 1)
    cache.delete_many(["a"])
    cache.clear()


def test_after_a_failure_redis_is_left_alone_for_a_while_and_then_asked_again(tmp_path, monkeypatch):
    cache = cache_at(tmp_path / "nobody.sock")
    asked = []
    cache.get("a")
    monkeypatch.setattr(ForgivingClient, "get_client", lambda self, *args, **kwargs: asked.append(1))
    cache.get("a")
    assert not asked
    monkeypatch.setattr(ForgivingClient, "away_until", time.monotonic() - 1)
    with pytest.raises(AttributeError):
        cache.get("a")
    assert asked
