"""Looking through all that Valkey holds: keys, jobs with their results and errors, streams."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from redis import Redis

from integration.canary_scan.needles import Needles

_AT_ONCE = 500
_READ: dict[bytes, Callable[[Any, bytes], Any]] = {
    b"string": lambda client, key: client.get(key),
    b"hash": lambda client, key: client.hgetall(key),
    b"list": lambda client, key: client.lrange(key, 0, -1),
    b"set": lambda client, key: client.smembers(key),
    b"zset": lambda client, key: client.zrange(key, 0, -1),
    b"stream": lambda client, key: client.xrange(key),
}


def in_valkey(url: str, needles: Needles) -> Counter[str]:
    """In how many keys of which kind they stand (`valkey rq:job`)."""
    found: Counter[str] = Counter()
    client = Redis.from_url(url, socket_timeout=30)
    try:
        for key in client.scan_iter(count=_AT_ONCE):
            if needles.stand_in(key) or needles.stand_in(_value(client, key)):
                found[f"valkey {_kind(key)}"] += 1
    finally:
        client.close()
    return found


def _value(client: Any, key: bytes) -> Any:
    read = _READ.get(client.type(key))
    return None if read is None else read(client, key)


def _kind(key: bytes) -> str:
    """A key's beginning, without the ids in it."""
    return ":".join(key.decode(errors="replace").split(":")[:2])
