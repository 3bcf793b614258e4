"""F8: storage or Valkey fails while deliveries come: no 2xx before the commit, nothing lost."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from integration.services import Services
from tests.webhooks.parts import as_body, call, headers, noise, stored
from webhooks.receiver import Receiver

_RECOVERED_WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the deliveries. `refused` are those that came while storage failed."""

    refused: int
    stored_though_refused: int
    acknowledged: int
    acknowledged_and_missing: int
    stored_twice: int


def outlast(
    services: Services, receiver: Receiver, failing: AbstractContextManager[object], *, count: int
) -> Counts:
    """Send so many before, during and after the failure; the refused ones come again until taken.

    The receiver is not started again: it has to recover by itself.
    """
    names = [f"{when}-{n}" for when in ("before", "during", "after") for n in range(count)]
    statuses = dict(zip(names[:count], _send(receiver, names[:count]), strict=True))
    with failing:
        during = names[count : 2 * count]
        statuses |= zip(during, _send(receiver, during), strict=True)
        refused = [name for name in during if statuses[name] == 503]
    stored_though = len(set(refused) & set(_stored(services)))
    _come_again(receiver, refused, statuses)
    statuses |= zip(names[2 * count :], _send(receiver, names[2 * count :]), strict=True)
    acknowledged = {name for name, status in statuses.items() if status == 200}
    found = Counter(_stored(services))
    return Counts(
        refused=len(refused),
        stored_though_refused=stored_though,
        acknowledged=len(acknowledged),
        acknowledged_and_missing=len(acknowledged - set(found)),
        stored_twice=sum(times > 1 for times in found.values()),
    )


def _come_again(receiver: Receiver, refused: Sequence[str], statuses: dict[str, int]) -> None:
    until = time.monotonic() + _RECOVERED_WITHIN_SECONDS
    left = list(refused)
    while left and time.monotonic() < until:
        statuses |= zip(left, _send(receiver, left), strict=True)
        left = [name for name in left if statuses[name] != 200]


def _send(receiver: Receiver, names: Sequence[str]) -> list[int]:
    """All at once, as stores do."""

    async def run() -> list[int]:
        calls = []
        for name in names:
            # Large enough to need room.
            body = as_body({"id": 1, "note": noise(name, 10_000)})
            calls.append(call(receiver, body, headers(body, delivery_id=name)))
        return [reply.status for reply in await asyncio.gather(*calls)]

    return asyncio.run(run())


def _stored(services: Services) -> list[str]:
    return [delivery.delivery_external_id for delivery in stored(services)]


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    """Somebody else holds the file's write lock; it is killed at the end."""
    command = [sys.executable, "-c", _HOLD, str(path)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == "locked\n"
        yield
    finally:
        holder.kill()
        holder.wait(30)
        holder.stdout.close()
        holder.stdin.close()
