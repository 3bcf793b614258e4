"""A signed webhook replayed at another store, a signed order sent as an erasure topic.

Nothing is written or erased, and an alarm tells of it.
"""

from typing import Any

import pytest

from integration.models import Customer, Order, PrivacyRequest, Store
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.security.untouched import packets
from tests.webhooks.bodies import customer, order, redact_customer, redact_shop, shop
from tests.webhooks.parts import SHOP, Sender, add_store, alarms, rows
from webhooks.drain import drain
from webhooks.receiver import Receiver

OTHER = "victim.myshopify.com"


@pytest.fixture
def send(services: Services, receiver: Receiver) -> Sender:
    """Two stores of two workspaces; what is sent is signed with the app's secret."""
    add_store(services)
    add_store(services, OTHER, number="2")
    return Sender(receiver)


def _held(services: Services) -> list[tuple[str, int, str]]:
    found = [
        (row.__tablename__, row) for model in (Order, Customer) for row in rows(services, model)
    ]
    return [(table, row.store_id, row.external_id) for table, row in found]


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/create", order(1)),
        ("orders/updated", order(1, 30, total="0.00")),
        ("customers/update", customer(7, 30)),
        ("app/uninstalled", shop()),
    ],
    ids=["an order", "a changed order", "an account", "an uninstall"],
)
def test_replayed_webhook(services: Services, send: Sender, topic: str, body: Any) -> None:
    """The shop's header isn't signed: whoever has a delivery of theirs can name another shop."""
    send("orders/create", order(1))
    send("customers/create", customer(7))
    drain(services)
    before = _held(services)
    assert len(before) == 2
    with packets() as sent:
        send(topic, body, shop=OTHER)
        drain(services)
    assert sent == []
    assert _held(services) == before
    assert {row.status for row in rows(services, Store)} == {"active"}
    assert alarms(services) in (["delivery_foreign"], ["held_elsewhere"])


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/redact", order(1)),
        ("shop/redact", order(1)),
        ("customers/data_request", order(1)),
        ("customers/redact", redact_customer(7, orders=(1,), domain=OTHER, number="2")),
        ("shop/redact", redact_shop(OTHER, "2")),
        ("shop/redact", redact_shop()),
    ],
    ids=[
        "an order as a person's erasure",
        "an order as a shop's erasure",
        "an order as a question for data",
        "another shop's person",
        "another shop",
        "a shop that never left",
    ],
)
def test_an_order_sent_as_an_erasure(
    services: Services, send: Sender, topic: str, body: Any
) -> None:
    send("orders/create", order(1))
    send("customers/create", customer(7))
    drain(services)
    before = [vars(row)["email"] for row in rows(services, Order)], _held(services)
    with packets() as sent:
        send(topic, body, shop=SHOP)
        drain(services)
        assert run_due(services) == 0
    assert sent == []
    assert ([vars(row)["email"] for row in rows(services, Order)], _held(services)) == before
    assert [row.state for row in rows(services, PrivacyRequest)] in ([], ["refused"])
    assert all(row.data_key for row in rows(services, Store))
    assert alarms(services) == ["erasure_not_believable"]
