"""A burst of deliveries from several shops, and a sender that comes again as Shopify does."""

import http.client
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults.lengths import SOAKS
from tests.webhooks.bodies import order, order_id
from tests.webhooks.parts import as_body, headers

SHOPS = {f"shop{n}.myshopify.com": str(548380009 + n) for n in range(3)}
_VERSIONS = 3
_PEOPLE = 40
_IN_PARALLEL = 12
_ANSWERS_WITHIN_SECONDS = 10.0
_COMES_AGAIN_AFTER_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery: an order of a shop, as it was at one time."""

    delivery_id: str
    shop: str
    number: int
    minute: int
    total_minor: int

    def request(self) -> tuple[bytes, dict[str, str]]:
        """Its body and headers, signed."""
        told = order(
            self.number,
            self.minute,
            total=f"{self.total_minor / 100:.2f}",
            shop=SHOPS[self.shop],
            email=f"person{self.number % _PEOPLE}@example.com",
        )
        body = as_body(told)
        topic = "orders/create" if self.minute == 0 else "orders/updated"
        given = headers(body, topic, shop=self.shop, delivery_id=self.delivery_id)
        return body, {name.decode(): value.decode() for name, value in given}


def burst(count: int, seed: int) -> list[Sent]:
    """That many deliveries, in no order: each order is told of three times over."""
    shops = list(SHOPS)
    made = [
        Sent(
            delivery_id=f"d{n}",
            shop=shops[n // _VERSIONS % len(shops)],
            number=n // _VERSIONS,
            minute=n % _VERSIONS,
            total_minor=1000 + 7 * (n // _VERSIONS) + n % _VERSIONS,
        )
        for n in range(count)
    ]
    random.Random(seed).shuffle(made)
    return made


def newest(sent: Sequence[Sent]) -> dict[tuple[str, str], int]:
    """The total that each order has in the end, by its shop and its external id."""
    latest: dict[tuple[str, str], Sent] = {}
    for each in sent:
        key = (each.shop, order_id(each.number))
        if key not in latest or latest[key].minute < each.minute:
            latest[key] = each
    return {key: each.total_minor for key, each in latest.items()}


@dataclass
class Sender:
    """Sends every delivery until it is acknowledged, some twice; threads take turns.

    `acknowledged` holds the ids of those that were answered 200; `tries` counts requests.
    """

    ports: Sequence[int]
    waiting: list[Sent]
    on_progress: Callable[[int], None]
    acknowledged: set[str] = field(default_factory=set)
    tries: int = 0
    slowest_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self) -> None:
        """Return once everything is acknowledged."""
        threads = [threading.Thread(target=self._run, args=(n,)) for n in range(_IN_PARALLEL)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, number: int) -> None:
        line = Line(self.ports, number)
        while (each := self._next()) is not None:
            # Every tenth comes twice, as deliveries do.
            times = 2 if each.number % 10 == 0 else 1
            while times and self._once(line, each):
                times -= 1
            if times:
                with self.lock:
                    self.waiting.append(each)
                time.sleep(_COMES_AGAIN_AFTER_SECONDS)
        line.close()

    def _next(self) -> Sent | None:
        with self.lock:
            return self.waiting.pop() if self.waiting else None

    def _once(self, line: "Line", each: Sent) -> bool:
        began = time.monotonic()
        status = line.post(*each.request())
        with self.lock:
            self.tries += 1
            if status == 200:
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
                self.acknowledged.add(each.delivery_id)
            count = len(self.acknowledged)
        if status not in (200, 503, None):
            raise AssertionError(f"a genuine delivery was answered {status}")
        self.on_progress(count)
        return status == 200


class Line:
    """A connection to a receiver. When it breaks the next one is asked, as by a proxy."""

    def __init__(self, ports: Sequence[int], number: int) -> None:
        self._ports = ports
        self._number = number
        self._connection: http.client.HTTPConnection | None = None

    def post(self, body: bytes, given: dict[str, str]) -> int | None:
        """The status, or None where nobody answered."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1",
                self._ports[self._number % len(self._ports)],
                timeout=_ANSWERS_WITHIN_SECONDS,
            )
        try:
            self._connection.request("POST", "/webhooks/shopify", body, given)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            self._number += 1
            return None
        return answer.status

    def close(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def spread(kinds: Sequence[str], times: int, count: int, seed: int) -> dict[int, str]:
    """How far the burst is when whom to kill: each kind so often, at random points.

    A short burst kills in the order given, lest it waits at its end for who comes back slowly.
    """
    chance = random.Random(seed)
    chosen = [kind for kind in kinds for _ in range(times)]
    if SOAKS:
        chance.shuffle(chosen)
    points = chance.sample(range(count // 20, count * 19 // 20), len(chosen))
    return dict(zip(sorted(points), chosen, strict=True))
