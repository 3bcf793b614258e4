"""A store's bucket shared by all processes, by the script in Valkey."""

import secrets

from redis import Redis

from integration.pacing.bucket_scripts import RESERVE, SETTLE
from integration.pacing.link import Link
from integration.pacing.urgency import BULK_PATIENCE_SECONDS, Urgency
from integration.pacing.waiting import wait
from platforms.outbound import BucketTold, Pacing

# What bulk requests leave in the bucket for somebody who looks something up.
_LEFT_BY_BULK = 0.01
# Longer than any request takes: after that its process must have died.
_UNDER_WAY_AT_MOST_SECONDS = 90.0
# A sleeper that is later than this has died, and the line moves on without it.
_LATE_AT_MOST_SECONDS = 3.0

_PREFIX = "tillside:pace"
_ALONE = "alone"


class SharedBucket:
    """The port's Pacer through Valkey; while that is away, `alone` with a share of the bucket."""

    def __init__(self, link: Link, store: str, urgency: Urgency, alone: Pacing) -> None:
        self._link = link
        self._urgency = urgency
        self._store = store
        self._alone = alone
        self._bucket = f"{_PREFIX}:bucket:{store}"

    def reserve(self, what: str, size: int = 1, at_most: float | None = None) -> str:
        """Wait for this request's turn among all processes, and take its price."""
        ticket = secrets.token_hex(8)
        if (
            self._link.ask(
                lambda connection: self._reserve(connection, ticket, what, size, at_most)
            )
            is None
        ):
            return f"{_ALONE} {self._alone.bucket(self._store).reserve(what, size, at_most)}"
        return f"{ticket} {size} {what}"

    def settle(self, reservation: str, told: BucketTold | None) -> None:
        """Tell all processes what the store said."""
        ticket, reserved = reservation.split(" ", 1)
        if ticket == _ALONE:
            self._alone.bucket(self._store).settle(reserved, told)
            return
        size, what = reserved.split(" ", 1)
        self._link.ask(lambda _connection: self._settle(ticket, what, int(size), told))

    def _keys(self, what: str) -> list[str]:
        flights, line = f"{self._bucket}:flights", f"{self._bucket}:line"
        return [self._bucket, flights, line, f"{_PREFIX}:prices:{what}"]

    def _reserve(
        self, connection: Redis, ticket: str, what: str, size: int, at_most: float | None
    ) -> bool:
        while True:
            seconds = float(
                self._link.run(
                    RESERVE,
                    self._keys(what),
                    ticket,
                    size,
                    int(self._urgency == "live"),
                    BULK_PATIENCE_SECONDS,
                    _LEFT_BY_BULK,
                    _UNDER_WAY_AT_MOST_SECONDS,
                    _LATE_AT_MOST_SECONDS,
                    at_most or 0.0,
                )
            )
            if seconds == 0:
                return True
            wait(connection, f"{self._bucket}:wake:{ticket}", seconds)

    def _settle(self, ticket: str, what: str, size: int, told: BucketTold | None) -> None:
        if told is None or told.restore_per_second <= 0:
            self._link.run(SETTLE, self._keys(what), ticket, size, 0)
            return
        spent = told.actual or 0.0
        bucket = (told.available, told.maximum, told.restore_per_second)
        self._link.run(SETTLE, self._keys(what), ticket, size, 1, told.requested, spent, *bucket)
