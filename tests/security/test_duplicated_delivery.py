"""A duplicated delivery, older after newer, one id with two bodies: one effect, newest, both."""

import pytest

from integration.models import Customer, Order
from integration.services import Services
from tests.webhooks.bodies import customer, order, order_id
from tests.webhooks.parts import Sender, add_store, rows, stored, works
from webhooks.drain import drain
from webhooks.receiver import Receiver


@pytest.fixture
def send(services: Services, receiver: Receiver) -> Sender:
    """A connected store; what is sent is genuine."""
    add_store(services)
    return Sender(receiver)


def _totals(services: Services) -> dict[str, int]:
    return {row.external_id: row.total_minor for row in rows(services, Order)}


def test_duplicated_delivery(services: Services, send: Sender) -> None:
    for _ in range(3):
        send("orders/create", order(1, total="10.00"), delivery_id="d1")
    drain(services)
    send("orders/create", order(1, total="10.00"), delivery_id="d1")
    drain(services)
    assert len(stored(services)) == 1
    assert [work.state for work in works(services)] == ["applied"]
    assert _totals(services) == {order_id(1): 1000}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one by one"])
def test_an_older_one_after_a_newer(services: Services, send: Sender, at_once: bool) -> None:
    send("orders/updated", order(1, 20, total="20.00"))
    if not at_once:
        drain(services)
    send("orders/create", order(1, 10, total="10.00"))
    drain(services)
    assert _totals(services) == {order_id(1): 2000}
    assert {work.state for work in works(services)} == {"applied"}


def test_one_delivery_id_with_two_bodies(services: Services, send: Sender) -> None:
    send("orders/create", order(1, total="10.00"), delivery_id="d1")
    send("orders/create", order(2, total="20.00"), delivery_id="d1")
    send("customers/create", customer(7), delivery_id="d1")
    drain(services)
    assert len(stored(services)) == 3
    assert _totals(services) == {order_id(1): 1000, order_id(2): 2000}
    assert len(rows(services, Customer)) == 1
