"""Webhooks of the stand-in say what a read at the same moment says."""

from collections.abc import Callable, Iterator
from typing import Any

from platforms.changes import AppUninstalled, CustomerChanged, OrderChanged, OrderTouched
from platforms.port import WebhookEndpoint
from platforms.shopify.subscriptions import TOPICS
from tests.platforms.loopback import LoopbackStore
from tests.platforms.shopify.stand_in.delivered import agree, deliveries, subscribe
from tests.platforms.shopify.stand_in.world import (
    World,
    records,
)


def _walk(world: World) -> Iterator[str]:
    """Each step changes an order; the ids of the orders that it changed."""
    control: Callable[..., Any] = world.stand_in.control
    sold = [str(number) for number in list(world.shop.variants)[:2]]
    lines = [{"variant": sold[0], "quantity": 2}, {"variant": sold[1], "quantity": 1}]
    customer = str(next(iter(world.shop.customers)))
    placed = control("orders/place", lines=lines, customer=customer, note="wrap", tags=["b", "a"])
    order = placed["id"]
    yield order
    first = placed["lines"][0]["id"]
    control("orders/fulfil", order=order, lines=[{"line": first, "quantity": 1}],
            company="ACS", number="123", url="https://track.example/123")  # fmt: skip
    yield order
    control("orders/event", order=order, status="in_transit")
    yield order
    control("orders/refund", order=order, lines=[{"line": first, "quantity": 1}], note="broke")
    yield order
    control("orders/update", order=order, note="no wrap", tags=["c"])
    yield order
    guest = control("orders/place", email="guest@example.com")["id"]
    yield guest
    control("orders/edit", order=guest, add=[{"variant": sold[1], "quantity": 3}])
    yield guest
    control("orders/cancel", order=guest)
    yield guest
    foreign = control("orders/place", lines=lines, presentment_currency="JPY", discount_code="TEN",
                      discount_percent=10)["id"]  # fmt: skip
    yield foreign
    control("orders/refund", order=foreign, full_shipping=True, amount=100)
    yield foreign


def test_webhooks_say_what_a_read_says(world: World, inbox: LoopbackStore) -> None:
    reader = world.platform.reader(subscribe(world, inbox))
    compared = 0
    for order_id in _walk(world):
        delivered = deliveries(world, inbox)
        assert delivered
        read = reader.order(order_id)
        assert read is not None
        told = [
            change.record
            for each in delivered
            for change in each.changes
            if isinstance(change, OrderChanged) and change.record.external_id == order_id
        ]
        for record in told:
            if record.updated_at == read.updated_at:
                agree(record, read)
                compared += 1
        touched = [c for each in delivered for c in each.changes if isinstance(c, OrderTouched)]
        assert told or touched
    assert compared >= 8


def test_every_seeded_order_agrees_in_both_forms(world: World, inbox: LoopbackStore) -> None:
    """The hard cases of every shop's seed: each told by a webhook of its own and read beside."""
    for domain in list(world.stand_in.state.shops):
        there = world.at(domain)
        reader = there.platform.reader(subscribe(there, inbox))
        for number in list(there.shop.orders):
            there.stand_in.control("orders/update", shop=domain, order=str(number), note="told")
        told = {
            change.record.external_id: change.record
            for each in deliveries(there, inbox)
            for change in each.changes
            if isinstance(change, OrderChanged)
        }
        read = {each.external_id: each for each in records(reader.orders())}
        assert told.keys() == read.keys()
        for external_id, record in told.items():
            agree(record, read[external_id])


def test_customers_agree_in_both_forms(world: World, inbox: LoopbackStore) -> None:
    reader = world.platform.reader(subscribe(world, inbox))
    customer = str(next(iter(world.shop.customers)))
    world.stand_in.control("customers/update", customer=customer, note="asked twice")
    (record,) = [
        change.record
        for each in deliveries(world, inbox)
        for change in each.changes
        if isinstance(change, CustomerChanged)
    ]
    read = reader.customer(customer)
    assert read is not None
    assert record.withheld == {"tags", "locale"}
    agree(record, read)


def test_a_uninstall_is_told_and_checked(world: World, inbox: LoopbackStore) -> None:
    access = subscribe(world, inbox)
    world.platform.installer.revoke(access)
    changes = [change for each in deliveries(world, inbox) for change in each.changes]
    assert any(isinstance(change, AppUninstalled) for change in changes)


def test_subscriptions_that_somebody_deleted_are_mended(world: World, inbox: LoopbackStore) -> None:
    access = subscribe(world, inbox)
    endpoint = WebhookEndpoint(inbox.origin + "/webhooks/shopify")
    elsewhere = WebhookEndpoint(inbox.origin + "/elsewhere")
    subscriptions = world.shop.subscriptions
    gone = [key for key, held in subscriptions.items() if held.topic == "orders/paid"]
    for key in gone:
        del subscriptions[key]
    report = world.platform.gate.check(access, endpoint)
    assert report.created == ("orders/paid",)
    assert set(report.standing) == set(TOPICS) - {"orders/paid"}
    moved = world.platform.gate.check(access, elsewhere)
    assert set(moved.mended) == set(TOPICS)
    world.platform.gate.unsubscribe(access, elsewhere)
    assert [s for s in world.shop.subscriptions.values() if not s.app_specific] == []
