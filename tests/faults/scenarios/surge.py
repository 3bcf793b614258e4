"""F7: a recovery surge: three day-old deliveries for each fresh one, all at once."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select

from integration.models import DeliveryWork, Order
from integration.services import Services
from tests.faults.standstill import Standstill
from tests.webhooks.bodies import order, order_id
from tests.webhooks.parts import as_body, headers, post
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

_OLD_ONES = 3
_SENDERS = 16
_MOST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Counts:
    """`refused` were answered otherwise than 200, `late` after Shopify's 5 seconds, without those
    in which the whole machine stood still.
    """

    sent: int
    refused: int
    late: int
    orders: int
    wrong: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class Sent:
    """An order's state of yesterday or of today."""

    number: int
    version: int
    is_fresh: bool

    @property
    def total(self) -> int:
        """What it comes to, in cents: no two states of an order alike."""
        return 10_000 + self.number * 10 + self.version

    def request(self) -> tuple[bytes, str, str, str]:
        """Its body, topic, delivery id and moment."""
        moment = f"2026-11-{22 if self.is_fresh else 21}T11:{self.version:02}:00Z"
        body = as_body(order(self.number, total=f"{self.total / 100:.2f}", updated_at=moment))
        topic = "orders/create" if self.version == 0 else "orders/updated"
        return body, topic, f"{self.number}-{self.version}", moment


def surge(count: int, seed: int) -> list[Sent]:
    """So many orders' news; what is of yesterday comes before, between and after what is fresh."""
    sent = [
        Sent(number, version, is_fresh=version == _OLD_ONES)
        for number in range(count)
        for version in range(_OLD_ONES + 1)
    ]
    random.Random(seed).shuffle(sent)
    return sent


def recover(services: Services, count: int, seed: int) -> Counts:
    """Send it all as fast as the receiver takes it, with the drain at work beside it."""
    sent = surge(count, seed)
    inbox = open_inbox(services)
    receiver = Receiver(services, inbox, StoreDirectory(services))
    over = threading.Event()
    drainer = threading.Thread(target=_drain_until, args=(services, over))
    drainer.start()
    try:
        with Standstill() as standstill, ThreadPoolExecutor(_SENDERS) as pool:
            took = list(pool.map(lambda one: _send(receiver, one), sent))
    finally:
        over.set()
        drainer.join()
        inbox.close()
    drain(services)
    late = [
        status
        for status, began, ended in took
        if ended - began - standstill.seconds_between(began, ended) > _MOST_SECONDS
    ]
    return _counts(services, sent, [status for status, _, _ in took], len(late))


def _drain_until(services: Services, over: threading.Event) -> None:
    while not over.wait(0.01):
        drain(services)


def _send(receiver: Receiver, one: Sent) -> tuple[int, float, float]:
    body, topic, delivery_id, moment = one.request()
    given = headers(body, topic, delivery_id=delivery_id, triggered_at=moment)
    began = time.monotonic()
    status = post(receiver, body, given).status
    return status, began, time.monotonic()


def _counts(services: Services, sent: list[Sent], statuses: list[int], late: int) -> Counts:
    with services.db.across_workspaces() as session:
        rows = session.execute(select(Order.external_id, Order.total_minor)).all()
        states = Counter(session.execute(select(DeliveryWork.state)).scalars())
    newest = {order_id(one.number): one.total for one in sent if one.is_fresh}
    held = {row.external_id: row.total_minor for row in rows}
    return Counts(
        sent=len(sent),
        refused=sum(status != 200 for status in statuses),
        late=late,
        orders=len(held),
        wrong=sum(held.get(key) != total for key, total in newest.items()),
        unfinished=sum(states.values()) - states["applied"],
    )
