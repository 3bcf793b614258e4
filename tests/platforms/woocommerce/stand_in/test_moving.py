"""A store that goes on selling, refunding and deleting while it is read."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from platforms.records import OrderRecord
from simulators.woocommerce.testing import Running, running
from tests.platforms.differing import everything
from tests.platforms.woocommerce.stand_in.reading import (
    order_figures,
    orders_told,
    reader_of,
    records,
)


@pytest.fixture
def store() -> Iterator[Running]:
    with running(orders=500, customers=60, latency_seconds=0.01) as stand_in:
        yield stand_in


class Traffic:
    """Changes the store from a thread of its own until it is told to end."""

    def __init__(self, store: Running, seed: int) -> None:
        self._store = store
        self._random = Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.force_deleted: set[str] = set()
        self.done = 0

    def __enter__(self) -> "Traffic":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.001) and self.done < 150:
            self._store.state.clock.advance(1)
            self._change(self._random.choice(["place", "trash", "delete", "status", "restore"]))
            self.done += 1

    def _change(self, what: str) -> None:
        if what == "place":
            self._store.control("orders/place")
            return
        orders = list(self._store.site().orders.values())
        in_trash = what == "restore"
        wanted = [each for each in orders if (each.status == "trash") == in_trash]
        if not wanted:
            return
        number = str(self._random.choice(wanted).id)
        if what == "delete":
            self.force_deleted.add(number)
        status = {"status": "completed"} if what == "status" else {}
        self._store.control(f"orders/{what}", order=number, **status)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_read_and_the_changes_since_are_what_the_store_holds(
    store: Running, seed: int
) -> None:
    reader = reader_of(store)
    began = store.state.clock.now()
    with Traffic(store, seed) as traffic:
        whole: list[OrderRecord] = records(reader.orders())
        while traffic.done < 100:
            records(reader.changed_orders(began, everything))
    numbers = [each.external_id for each in whole]
    assert len(numbers) == len(set(numbers))
    held = {each.external_id: each for each in whole}
    for changed in records(reader.changed_orders(began - timedelta(seconds=1), everything)):
        if changed.updated_at >= held.get(changed.external_id, changed).updated_at:
            held[changed.external_id] = changed
    read = {
        number: order_figures(each)
        for number, each in held.items()
        if number not in traffic.force_deleted
    }
    told = orders_told(store)
    # Trashed before the reading began and left there: no list of standing orders tells them.
    long_gone = {n for n, each in told.items() if each["deleted"] and n not in read}
    assert all(told[number]["updated_at"] < f"{began:%Y-%m-%dT%H:%M:%SZ}" for number in long_gone)
    assert read == {number: each for number, each in told.items() if number not in long_gone}
