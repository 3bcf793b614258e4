"""The pacing's own way to Valkey: quick to give up, so that a reading goes on without it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

T = TypeVar("T")

_AWAY_SECONDS = 2.0


class Link:
    """A connection that is left alone for a moment after it failed. Threads share it."""

    def __init__(self, url: str) -> None:
        self._connection: Redis = Redis.from_url(
            url,
            socket_connect_timeout=1.0,
            socket_timeout=5.0,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 1),
        )
        self._scripts: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._away_until = 0.0

    def run(self, script: str, keys: Sequence[str], *arguments: str | float) -> Any:
        """What a script returns. Raises RedisError."""
        with self._lock:
            registered = self._scripts.get(script)
            if registered is None:
                registered = self._scripts[script] = self._connection.register_script(script)
        return registered(keys=list(keys), args=list(arguments))

    def ask(self, question: Callable[[Redis], T]) -> T | None:
        """Its answer, None while Valkey is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return question(self._connection)
        except RedisError as error:
            self._away_until = time.monotonic() + _AWAY_SECONDS
            log.warning("pacing.valkey_away", error=type(error).__name__)
            return None

    def close(self) -> None:
        """Close its connections."""
        self._connection.close()
