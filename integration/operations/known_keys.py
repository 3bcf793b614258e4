"""Which of the operator's keys each running process knows: they tell Valkey, by marks that tell
nothing of the keys. So that no key is put to use that somebody couldn't open with.
"""

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from redis import Redis
from redis.exceptions import RedisError

from integration.crypto import Keyring

log = structlog.get_logger(__name__)

_PREFIX = "tillside:keys:"
_TELLS_EVERY_SECONDS = 1.0
# Who was killed counts for at most as long.
_LASTS_SECONDS = 10
# As long as somebody who is gone may be counted, and then some.
WAITS_SECONDS = 20.0
_LOOKS_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Knower:
    """A process that runs: its name, and the marks of its keys, the one that wraps first."""

    name: str
    marks: tuple[str, ...]


def keep_telling_keys(connection: Redis, kind: str, keyring: Keyring) -> None:
    """Have Valkey know which keys this process knows, as long as it runs."""
    key = f"{_PREFIX}{secrets.token_hex(8)}"
    name = f"{kind} (process {os.getpid()} on {socket.gethostname()})"

    def tell() -> None:
        stop = threading.Event()
        while True:
            told = json.dumps({"name": name, "marks": list(keyring.keys.marks.values())})
            try:
                connection.set(key, told, ex=_LASTS_SECONDS)
            except RedisError as error:
                log.debug("keys.not_told", error=type(error).__name__)
            stop.wait(_TELLS_EVERY_SECONDS)

    threading.Thread(target=tell, name="keys", daemon=True).start()


def knowers(connection: Redis) -> list[Knower]:
    """Who runs, and which keys they know. Raises RedisError."""
    keys = list(connection.scan_iter(match=f"{_PREFIX}*", count=1000))
    texts = connection.mget(keys) if keys else []
    told = [json.loads(text) for text in texts if text]
    found = [Knower(str(one["name"]), tuple(map(str, one["marks"]))) for one in told]
    return sorted(found, key=lambda one: one.name)


def await_knowers(connection: Redis, holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """Wait until it holds for the marks of everyone who runs; the names of those for whom it
    doesn't, when the time is over. Raises RedisError.
    """
    until = time.monotonic() + WAITS_SECONDS
    while True:
        left = [one.name for one in knowers(connection) if not holds(one.marks)]
        if not left or time.monotonic() >= until:
            return left
        time.sleep(_LOOKS_EVERY_SECONDS)
