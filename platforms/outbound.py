"""What a call to a store is made with: secrets, the guarded client, pacing, access."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
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


@dataclass(frozen=True, slots=True)
class BucketTold:
    """What an answer told of the store's bucket, in points.

    `requested` has to be there for such a request to be taken, `actual` is what it was charged
    (None for a request that was refused). The rest is the bucket as of that answer.
    """

    requested: float
    actual: float | None
    available: float
    maximum: float
    restore_per_second: float


class Pacer(Protocol):
    """A store's rate-limit bucket, as the platform counts it, shared by all who call the store."""

    def reserve(self, what: str, size: int = 1, at_most: float | None = None) -> str:
        """Wait until the bucket is believed to hold the price of such a request, and take it.

        `what` names requests whose price follows from their `size` alone, at most in proportion;
        prices are learned by `settle`, and one that isn't known is taken for `at_most`, what the
        platform lets a request cost. What it gives names the reservation. Each one is settled,
        whatever becomes of the request.
        """
        ...

    def settle(self, reservation: str, told: BucketTold | None) -> None:
        """Correct the belief by the answer; None when none came that told of the bucket."""
        ...


class Gate(Protocol):
    """How many requests a host gets at once from all who call it: few, fewer when it complains."""

    def turn(self) -> AbstractContextManager[int]:
        """Wait for room and hold it. What it gives is for `complained`."""
        ...

    def went_well(self) -> None:
        """The host answered; in time it gets more at once again."""
        ...

    def complained(self, epoch: int, closed_for_seconds: float = 0.0) -> None:
        """The host had too much: half as many from now on, and none for so long."""
        ...


class Pacing(Protocol):
    """The limits of stores, in the urgency of whoever was handed it."""

    def bucket(self, store: str) -> Pacer:
        """The bucket of that store (its domain)."""
        ...

    def gate(self, host: str) -> Gate:
        """The gate of that host."""
        ...


class CallCount:
    """Counts requests; threads share it."""

    __slots__ = ("_lock", "_made")

    def __init__(self) -> None:
        self._lock = Lock()
        self._made = 0

    def add(self) -> None:
        """One more."""
        with self._lock:
            self._made += 1

    @property
    def made(self) -> int:
        """How many so far."""
        return self._made


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """What a call to a store needs.

    `token()` gives the present token (refreshed ahead of its end); `renew(refused)` gives another
    one after the store refused that one with 401, or raises AuthorizationLost. Without `pacing`
    the adapter paces by what its own process has seen.
    """

    domain: str
    token: Callable[[], Secret]
    renew: Callable[[Secret], Secret]
    pacing: Pacing | None = None
    count: CallCount = field(default_factory=CallCount, compare=False, repr=False)

    def calls(self) -> int:
        """How many requests the store's API was sent with this access, repeated ones too."""
        return self.count.made
