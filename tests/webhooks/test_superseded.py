"""Older states in a batch are read no further than which they are, and lose nothing by it."""

import json
from typing import Any

import pytest

from integration.models import Customer, Order, Store
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import OrderChanged
from platforms.errors import StoreUnreachable
from platforms.shopify import deliveries
from platforms.shopify.rest import order_record
from tests.conftest import StandingClock
from tests.webhooks.bodies import customer, order, order_id, refund, shop
from tests.webhooks.parts import Sender, rows, works
from webhooks.batch import Batch
from webhooks.drain import drain, sweep
from webhooks.intake import take_in
from webhooks.leases import lease
from webhooks.ledger import replay


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The times of the orders that were made records."""
    times: list[str] = []

    def noted(body: Any) -> Any:
        times.append(body["updated_at"][14:16])
        return order_record(body)

    monkeypatch.setattr(deliveries, "order_record", noted)
    return times


def states(services: Services) -> list[str]:
    return [work.state for work in works(services)]


def totals(services: Services) -> dict[str, int]:
    return {row.external_id: row.total_minor for row in rows(services, Order)}


def test_only_the_newest_state_is_made_a_record_and_all_are_marked(
    services: Services, store: Store, send: Sender, made: list[str]
) -> None:
    for minute in (0, 10, 30, 20):
        send("orders/updated", order(1, minute, total=f"{minute}.50"))
    drain(services)
    # The newest came third: the one behind it is read first, the ones before it no further.
    assert made == ["20", "30"]
    assert totals(services) == {order_id(1): 3050}
    assert states(services) == ["applied"] * 4


def test_states_of_one_moment_are_all_read(
    services: Services, store: Store, send: Sender, made: list[str]
) -> None:
    for second in (1, 2):
        at = f"2026-11-22T11:59:0{second}Z"
        send("orders/updated", order(1, 10, total=f"{second}.00"), triggered_at=at)
    drain(services)
    assert made == ["10", "10"]
    assert totals(services) == {order_id(1): 200}


def test_what_came_before_an_uninstall_rests_on_nothing_after_it(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/updated", order(1, 10, total="10.50"))
    send("app/uninstalled", shop())
    send("orders/updated", order(1, 20, total="20.50"))
    drain(services)
    assert states(services) == ["applied", "applied", "refused"]
    assert totals(services) == {order_id(1): 1050}


def test_what_rests_on_a_delivery_that_was_taken_away_is_done_again(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/updated", order(1, 10, total="10.50"))
    send("orders/updated", order(1, 20, total="20.50"))
    take_in(services)
    held = lease(services, store.id, services.now())
    assert held is not None
    replay(services, held.works[1].delivery_id, json.dumps(order(2, 20)).encode())
    batch = Batch(services, held, store)
    batch.apply_told()
    assert states(services) == ["leased", "waiting"]
    clock.advance(seconds=11)
    sweep(services)
    drain(services)
    assert states(services) == ["applied", "applied"]
    assert totals(services)[order_id(1)] == 1050


def test_an_older_state_that_tells_more_is_read(
    services: Services, store: Store, send: Sender
) -> None:
    later = customer(7, 20)
    del later["tags"]
    send("customers/create", customer(7, 10, tags="vip"))
    send("customers/update", later)
    drain(services)
    [held] = rows(services, Customer)
    assert held.tags == ["vip"]


def test_where_the_newest_is_poison_the_older_are_applied_after_all(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(session: Any, of: Store, changes: Any, **given: Any) -> Any:
        done = apply(session, of, changes, **given)
        if any(each.change.record.total_minor == 3050 for each in changes):
            raise ZeroDivisionError
        return done

    monkeypatch.setattr("webhooks.batch.apply", explode)
    for minute in (10, 20, 30):
        send("orders/updated", order(1, minute, total=f"{minute}.50"))
    drain(services)
    assert states(services) == ["applied", "applied", "waiting"]
    assert totals(services) == {order_id(1): 2050}


def test_what_is_superseded_waits_with_the_object_that_has_to_be_read(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[Any] = [
        StoreUnreachable("the store is away"),
        [Sourced(OrderChanged(order_record(order(1, 40, total="9.00"))), "webhook", fresh=True)],
    ]

    def read(_: Services, _store: Store, wanted: list[Wanted], **_given: str) -> list[Sourced]:
        assert wanted == [Wanted("order", order_id(1))]
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr("webhooks.rereading.read_again", read)
    send("orders/updated", order(1, 10))
    send("orders/updated", order(1, 20))
    send("refunds/create", refund(1, 30))
    drain(services)
    assert states(services) == ["waiting", "applied", "waiting"]
    clock.advance(seconds=30)
    drain(services)
    assert states(services) == ["applied"] * 3
    assert totals(services) == {order_id(1): 900}
