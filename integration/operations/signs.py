"""Signs of life: workers and schedulers tell Valkey that they run, some seconds at a time."""

import secrets
import threading
from collections import Counter

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

_PREFIX = "tillside:alive:"
_TELL_EVERY_SECONDS = 5.0
# Who was killed counts as alive for at most as long.
_LASTS_SECONDS = 16


def keep_telling(connection: Redis, kind: str) -> None:
    """Have Valkey know that a process of this kind runs, as long as it does."""
    key = f"{_PREFIX}{kind}:{secrets.token_hex(6)}"
    threading.Thread(target=_tell, args=(connection, key), name="alive", daemon=True).start()


def alive(connection: Redis) -> Counter[str]:
    """How many processes of each kind run. Raises RedisError."""
    keys = connection.scan_iter(match=f"{_PREFIX}*", count=1000)
    names = (key.decode() if isinstance(key, bytes) else str(key) for key in keys)
    return Counter(name.removeprefix(_PREFIX).rpartition(":")[0] for name in names)


def _tell(connection: Redis, key: str) -> None:
    stop = threading.Event()
    while True:
        try:
            connection.set(key, 1, ex=_LASTS_SECONDS)
        except RedisError as error:
            log.debug("alive.not_told", error=type(error).__name__)
        stop.wait(_TELL_EVERY_SECONDS)
