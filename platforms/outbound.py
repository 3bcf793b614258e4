"""What a call to a store is made with: secrets, the guarded client, pacing, access."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import requests


class Secret:
    """Text that must not reach a log: its repr and str are `***`, `reveal()` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OutboundHttp(Protocol):
    """The one guarded client. It vets and pins addresses, follows no redirect, caps size and time.

    Raises StoreUnreachable when no answer comes, AddressRefused when it may not connect,
    StoreAnsweredNonsense when an answer passes its cap. A status is never an error here.
    """

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float = 20.0,
        max_bytes: int = 32 * 1024 * 1024,
    ) -> Answer:
        """The answer to one request; no retry."""
        ...

    def stream(
        self, url: str, *, timeout_seconds: float = 60.0, max_bytes: int = 8 * 1024**3
    ) -> Iterator[bytes]:
        """The body of a GET as chunks. Raises ResultExpired on 400, 403, 404, 410; else as send."""
        ...

    def equip(self, session: requests.Session) -> None:
        """Put a library's own session behind the same guard."""
        ...


class Pacer(Protocol):
    """A store's rate-limit bucket, as the platform counts it."""

    def reserve(self, cost: float) -> None:
        """Wait until the bucket is believed to hold `cost` points, and take them."""
        ...

    def observe(self, available: float, maximum: float, restore_per_second: float) -> None:
        """Correct the belief by what the store answered."""
        ...


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """What a call to a store needs.

    `token()` gives the present token (refreshed ahead of its end); `renew(refused)` gives another
    one after the store refused that one with 401, or raises AuthorizationLost.
    """

    domain: str
    token: Callable[[], Secret]
    renew: Callable[[Secret], Secret]
    pacer: Pacer | None = None
