"""Who may have us call a stranger's server: so many an address, and so many at once."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

from integration.errors import AppError

_MOST_ADDRESSES = 10_000


class TooMany(AppError):
    """Too many tries from one address, or too many at this moment."""

    code = "too_many_requests"
    status = 429


class Turnstile:
    """Counts passes by address in this process's memory; forgets them after `per`."""

    def __init__(self, most: int, per: timedelta, at_once: int) -> None:
        self._most = most
        self._per = per
        self._free = at_once
        self._passes: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    @contextmanager
    def passing(self, address: str, now: datetime) -> Iterator[None]:
        """A pass while the block runs. Raises TooMany instead of waiting."""
        self._enter(network_of(address), now)
        try:
            yield
        finally:
            with self._lock:
                self._free += 1

    def give_back(self, address: str) -> None:
        """Uncount the last pass of an address, which cost nobody anything."""
        with self._lock:
            passes = self._passes.get(network_of(address))
            if passes:
                passes.pop()

    def _enter(self, who: str, now: datetime) -> None:
        with self._lock:
            passes = self._passes.setdefault(who, deque())
            while passes and passes[0] <= now - self._per:
                passes.popleft()
            if len(passes) >= self._most or self._free <= 0:
                raise TooMany("There were too many tries just now. Wait a few minutes.")
            passes.append(now)
            self._free -= 1
            if len(self._passes) > _MOST_ADDRESSES:
                self._forget(now)

    def _forget(self, now: datetime) -> None:
        old = [
            who
            for who, passes in self._passes.items()
            if not passes or passes[-1] <= now - self._per
        ]
        for who in old or list(self._passes)[: _MOST_ADDRESSES // 2]:
            del self._passes[who]


def caller_address(peer: str | None, forwarded_for: str | None) -> str:
    """Whose request it is: the peer, or whom our own proxy, a neighbour, names last."""
    try:
        is_neighbour = ip_address(peer or "").is_private
    except ValueError:
        is_neighbour = True
    named = (forwarded_for or "").rpartition(",")[2].strip()
    return named if is_neighbour and named else peer or ""


def network_of(address: str) -> str:
    """What an address counts as: itself, or the network that a household has of IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    # A single household has a whole network of these.
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
