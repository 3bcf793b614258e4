"""A host's gate shared by all processes, by the scripts in Valkey."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis

from integration.pacing.gate_scripts import COMPLAINED, ENTER, LEAVE, WENT_WELL
from integration.pacing.link import Link
from integration.pacing.urgency import BULK_PATIENCE_SECONDS, Urgency
from integration.pacing.waiting import wait
from platforms.gates import GROWS_AFTER, MOST_AT_ONCE
from platforms.outbound import Pacing

# Longer than a request takes: after that its process must have died.
_LEASE_SECONDS = 90.0
# Somebody who stands in line says so anew so often.
_LOOKS_SECONDS = 5.0


class SharedGate:
    """The port's Gate through Valkey; while that is away, `alone` with very few at once."""

    def __init__(self, link: Link, host: str, urgency: Urgency, alone: Pacing) -> None:
        self._link = link
        self._urgency = urgency
        self._host = host
        self._alone = alone
        self._gate = f"tillside:pace:gate:{host}"
        self._keys = [self._gate, f"{self._gate}:running", f"{self._gate}:line"]
        self._limit = 0

    @contextmanager
    def turn(self) -> Iterator[int]:
        """Wait for room among all processes and hold it."""
        ticket = secrets.token_hex(8)
        epoch = self._link.ask(lambda connection: self._enter(connection, ticket))
        if epoch is None:
            with self._alone.gate(self._host).turn() as own:
                # Below all epochs that a shared gate has.
                yield -1 - own
            return
        try:
            yield epoch
        finally:
            self._ask(LEAVE, ticket)

    def went_well(self) -> None:
        """The host answered; in time it gets more at once again."""
        if self._limit < MOST_AT_ONCE:
            self._ask(WENT_WELL, "", GROWS_AFTER)

    def complained(self, epoch: int, closed_for_seconds: float = 0.0) -> None:
        """The host had too much: all processes hear of it."""
        if epoch < 0:
            self._alone.gate(self._host).complained(-1 - epoch, closed_for_seconds)
        self._ask(COMPLAINED, "", epoch, closed_for_seconds)

    def _enter(self, connection: Redis, ticket: str) -> int:
        is_live = int(self._urgency == "live")
        while True:
            told = self._run(ENTER, ticket, is_live, BULK_PATIENCE_SECONDS, _LOOKS_SECONDS)
            seconds, epoch, self._limit = float(told[0]), int(told[1]), int(told[2])
            if seconds == 0:
                return epoch
            wait(connection, f"{self._gate}:wake:{ticket}", seconds)

    def _ask(self, script: str, ticket: str, *arguments: float) -> None:
        self._link.ask(lambda _connection: self._run(script, ticket, *arguments))

    def _run(self, script: str, ticket: str, *arguments: float) -> Any:
        most, lease = MOST_AT_ONCE, _LEASE_SECONDS
        return self._link.run(script, self._keys, ticket, most, lease, *arguments)
