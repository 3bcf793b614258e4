"""What the stand-in delivers, verified and parsed, held against what the same store reads."""

from dataclasses import fields
from typing import Any

import pytest

from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerTouched,
    OrderChanged,
    OrderTouched,
)
from platforms.errors import DeliveryUnreadable, SignatureRefused
from platforms.port import Grant, Reader
from platforms.records import OrderRecord
from tests.platforms.loopback import LoopbackStore
from tests.platforms.woocommerce.stand_in.world import World


class Told:
    """A connected store whose webhooks come to an inbox."""

    def __init__(self, world: World, inbox: LoopbackStore) -> None:
        self.world, self.inbox = world, inbox
        self.grant: Grant = world.connect(inbox)
        self.access = world.access(self.grant)
        self.endpoint = world.endpoint(inbox)
        world.platform.gate.subscribe(self.access, self.endpoint)
        world.stand_in.settle()
        inbox.asked.clear()

    @property
    def reader(self) -> Reader:
        return self.world.platform.reader(self.access)

    def changes(self) -> list[tuple[str, list[Change]]]:
        """What has come since the last look: topics with their changes."""
        self.world.stand_in.settle()
        taken, self.inbox.asked[:] = list(self.inbox.asked), []
        gate, facts = self.world.platform.gate, self.world.facts(self.grant)
        assert self.endpoint.secret is not None
        found = []
        for asked in taken:
            headers = [(name.encode(), value.encode()) for name, value in asked.headers.items()]
            envelope = gate.verify(headers, asked.body, [self.endpoint.secret])
            assert envelope.delivery_id.count(":") == 1
            with pytest.raises(SignatureRefused):
                gate.verify(headers, asked.body + b" ", [self.endpoint.secret])
            found.append((envelope.topic, gate.parse(envelope, asked.body, facts)))
        return found


@pytest.fixture
def told(world: World, inbox: LoopbackStore) -> Told:
    return Told(world, inbox)


def _agree(body: OrderRecord, read: OrderRecord | None) -> None:
    """Equal field by field, but for what the body withholds."""
    assert read is not None
    for each in fields(body):
        if each.name in body.withheld or each.name == "withheld":
            continue
        mine, theirs = getattr(body, each.name), getattr(read, each.name)
        if each.name == "refunds":
            assert [(one.external_id, one.amount_minor) for one in mine] == [
                (one.external_id, one.amount_minor) for one in theirs
            ]
        else:
            assert mine == theirs, each.name


def _order(changes: list[Change]) -> OrderRecord:
    (change,) = changes
    assert isinstance(change, OrderChanged)
    return change.record


def test_an_order_is_told_as_it_is_read(told: Told) -> None:
    placed = told.world.control("orders/place", lines=[], email="new@example.com")
    topics = dict(told.changes())
    assert "order.created" in topics
    record = _order(topics["order.created"])
    assert record.external_id == str(placed["id"])
    assert record.customer_external_id is None
    _agree(record, told.reader.order(record.external_id))


def test_a_refund_is_told_by_its_order(told: Told) -> None:
    placed = told.world.control("orders/place", lines=[], email="new@example.com")
    told.changes()
    told.world.control("orders/refund", order=placed["id"], amount="1.00", reason="broken")
    topics = dict(told.changes())
    record = _order(topics["order.updated"])
    assert (record.refunded_minor, record.financial_status) == (100, "partially_refunded")
    assert [refund.created_at for refund in record.refunds] == [None]
    _agree(record, told.reader.order(record.external_id))


def test_a_trashed_order_and_one_that_came_back(told: Told) -> None:
    placed = told.world.control("orders/place", lines=[], email="new@example.com")
    number = str(placed["id"])
    told.changes()
    told.world.control("orders/trash", order=placed["id"])
    assert dict(told.changes())["order.deleted"] == [OrderTouched(number, None)]
    read = told.reader.order(number)
    assert read is None or read.deleted_at is not None
    told.world.control("orders/restore", order=placed["id"])
    topics = dict(told.changes())
    assert _order(topics["order.restored"]).deleted_at is None


def test_an_account_from_its_making_to_its_end(told: Told) -> None:
    made = told.world.control("customers/create", email="anna@example.com", first_name="Anna")
    number = str(made["id"])
    (change,) = dict(told.changes())["customer.created"]
    assert isinstance(change, CustomerChanged)
    assert change.record == told.reader.customer(number)
    told.world.control("customers/update", customer=made["id"], first_name="Ann")
    (change,) = dict(told.changes())["customer.updated"]
    assert isinstance(change, CustomerChanged)
    assert change.record.first_name == "Ann"
    told.world.control("customers/delete", customer=made["id"])
    assert dict(told.changes())["customer.deleted"] == [CustomerTouched(number, None)]
    assert told.reader.customer(number) is None


def test_an_account_of_staff_is_no_customer(told: Told) -> None:
    told.world.control("customers/create", email="writer@example.com", role="editor")
    assert [changes for topic, changes in told.changes() if topic == "customer.created"] == [[]]


def test_a_checkout_that_is_no_order_yet(told: Told) -> None:
    told.world.control("orders/place", lines=[], status="checkout-draft", email="")
    changes = [each for topic, each in told.changes() if topic.startswith("order.")]
    assert changes
    assert all(each == [] for each in changes)


def test_an_owner_without_rights_sends_signed_errors(told: Told) -> None:
    state = told.world.stand_in.state
    site = state.site("/shop")
    with state.lock:
        site.manager().role = "subscriber"
    told.world.control("orders/place", lines=[], email="new@example.com")
    with pytest.raises(DeliveryUnreadable, match="instead of the object"):
        told.changes()


def test_a_secret_that_somebody_changed(told: Told) -> None:
    for hook in told.world.hooks():
        told.world.platform._transport(told.access).put(
            f"wc/v3/webhooks/{hook['id']}", {"secret": "another"}
        )
    told.world.control("orders/place", lines=[], email="new@example.com")
    told.world.stand_in.settle()
    asked: Any = told.inbox.asked[0]
    headers = [(name.encode(), value.encode()) for name, value in asked.headers.items()]
    assert told.endpoint.secret is not None
    with pytest.raises(SignatureRefused):
        told.world.platform.gate.verify(headers, asked.body, [told.endpoint.secret])
