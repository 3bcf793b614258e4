"""How much a visitor, an address and a chat may ask of us: counted in Valkey, else in memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError

from integration.errors import AppError

log = structlog.get_logger(__name__)

_MOST_COUNTED = 50_000


class TooMany(AppError):
    """More than is taken from one visitor, one address or for one chat at this moment."""

    code = "too_many_requests"
    status = 429


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many in so many seconds."""

    most: int
    seconds: int


# By what is asked, and of whom: a visitor (v), an address (a), a chat or form as a whole (c).
# A whole office, or a mobile operator's customers, may share one address.
ALLOWANCES = {
    "write": {"v": Allowance(20, 60), "a": Allowance(120, 60), "c": Allowance(3000, 60)},
    "begin": {"a": Allowance(300, 60), "c": Allowance(6000, 60)},
    "ask": {"v": Allowance(240, 60), "a": Allowance(3000, 60)},
    "live": {"v": Allowance(60, 60), "a": Allowance(3000, 60)},
    "form": {"a": Allowance(10, 600), "c": Allowance(600, 600)},
    "file": {"v": Allowance(20, 600), "a": Allowance(60, 600)},
}


# What costs us no more than a read: each process counts its own, and asks nobody.
_COUNTED_HERE = frozenset(("ask",))


class Limits:
    """Counts over fixed windows. What only reads is counted in each process, the rest in Valkey;
    where that is away, each process counts by itself.
    """

    def __init__(
        self,
        redis_url: str,
        clock: Callable[[], float] = time.time,
        allowances: "dict[str, dict[str, Allowance]]" = ALLOWANCES,
    ) -> None:
        self._client: Any = Redis.from_url(redis_url, socket_timeout=2) if redis_url else None
        self._clock = clock
        self._allowances = allowances
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def take(
        self, what: str, *, visitor: str | None = None, address: str = "", channel_id: int
    ) -> None:
        """Count one more. Raises TooMany, with when to come again in its details."""
        subjects = {
            "v": _digest(visitor) if visitor else "",
            "a": _digest(_network(address)) if address else "",
            "c": str(channel_id),
        }
        now = self._clock()
        wanted = [
            (f"{what}:{letter}:{channel_id}:{subjects[letter]}", allowance)
            for letter, allowance in self._allowances[what].items()
            if subjects[letter]
        ]
        keys = [f"{key}:{int(now // each.seconds)}" for key, each in wanted]
        is_here = what in _COUNTED_HERE
        counts = self._counted(keys, [each.seconds for _, each in wanted], is_here=is_here)
        for count, (_, allowance) in zip(counts, wanted, strict=True):
            if count > allowance.most:
                left = allowance.seconds - int(now % allowance.seconds)
                raise TooMany(
                    "That was too much at once. Wait a moment.",
                    details={"retry_after_seconds": left},
                )

    def _counted(self, keys: list[str], seconds: list[int], *, is_here: bool) -> list[int]:
        if self._client is not None and not is_here:
            try:
                return self._in_valkey(keys, seconds)
            except RedisError as error:
                log.warning("chat.limits_alone", error=type(error).__name__)
        with self._lock:
            if len(self._counts) > _MOST_COUNTED:
                self._counts.clear()
            for key in keys:
                self._counts[key] = self._counts.get(key, 0) + 1
            return [self._counts[key] for key in keys]

    def _in_valkey(self, keys: list[str], seconds: list[int]) -> list[int]:
        with self._client.pipeline(transaction=False) as pipe:
            for key, lasts in zip(keys, seconds, strict=True):
                pipe.incr(f"tillside:chat:{key}")
                pipe.expire(f"tillside:chat:{key}", lasts)
            return [int(count) for count in pipe.execute()[::2]]


def _digest(text: str) -> str:
    """A stranger's token or address as a key: short, and itself kept nowhere."""
    return sha256(text.encode(errors="replace")).hexdigest()[:24]


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    # A single household has a whole network of these.
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
