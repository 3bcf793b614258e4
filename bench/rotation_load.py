"""Genuine webhooks and a panel's reads at a steady rate; every answer is looked at."""

import hashlib
import http.client
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

_ANSWERS_WITHIN_SECONDS = 10.0
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, and whether what came for it is right (`holds` sees the answer's body)."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    holds: Callable[[bytes], bool] = lambda _body: True


@dataclass(slots=True)
class Outcome:
    """What was answered; `wrong` counts what shouldn't have been, in words."""

    taken: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    stored: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def asked(self) -> int:
        """How many were asked."""
        return len(self.taken) + self.failures

    @property
    def failures(self) -> int:
        """How many were answered wrongly, or not."""
        return self.wrong.total()

    def percentile_ms(self, percent: int) -> float:
        """Of the right answers."""
        if len(self.taken) < 2:
            return float("nan")
        return statistics.quantiles(self.taken, n=100)[percent - 1] * 1000

    def words(self) -> str:
        """What went wrong most."""
        return "; ".join(f"{count} × {what}" for what, count in self.wrong.most_common(_TOLD))


class Line:
    """A connection that is kept, and made anew after a fault."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, ask: Ask) -> tuple[int, bytes]:
        """Its status and body. Raises OSError, HTTPException."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=_ANSWERS_WITHIN_SECONDS
            )
        try:
            self._connection.request(ask.method, ask.path, ask.body, ask.headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise


def tried(line: Line, ask: Ask, outcome: Outcome, name: str = "") -> None:
    """Ask once, and note what came. A webhook that is taken is kept by its name."""
    began = time.monotonic()
    wrong: str | None = None
    try:
        status, body = line.ask(ask)
        what = f"{ask.method} {ask.path.partition('?')[0]}"
        if status != 200:
            wrong = f"{what} answered {status} {body[:120]!r}"
        elif not ask.holds(body):
            wrong = f"{what} answered something else: {body[:120]!r}"
    except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
        wrong = f"{ask.method}: {type(error).__name__}"
    with outcome.lock:
        if wrong is not None:
            outcome.wrong[wrong] += 1
            return
        outcome.taken.append(time.monotonic() - began)
        if name and ask.body is not None:
            outcome.stored[name] = hashlib.sha256(ask.body).digest()


def steadily(
    port: int,
    outcome: Outcome,
    make: Callable[[int], tuple[str, Ask]],
    *,
    per_second: float,
    threads: int,
    ends: threading.Event,
) -> list[threading.Thread]:
    """Begin asking at that rate, each at its own moment, until `ends`; the threads.

    What comes late is made up for, so that a pause of the server's is seen.
    """
    began = time.monotonic()

    def run(first: int) -> None:
        number = first
        with Line(port) as line:
            while not ends.wait(max(0.0, began + number / per_second - time.monotonic())):
                name, ask = make(number)
                tried(line, ask, outcome, name)
                number += threads

    started = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in started:
        thread.start()
    return started


def right_order(body: bytes, external_id: str, total: int, email: str) -> bool:
    """Whether a context has that order with that total, and that person."""
    told: dict[str, Any] = orjson.loads(body)
    orders: Sequence[dict[str, Any]] = told["orders"]
    known = [one["value"] for one in told["profile"]["identities"] if one["kind"] == "email"]
    return email in known and any(
        one["external_id"] == external_id and one["total_minor"] == total for one in orders
    )
