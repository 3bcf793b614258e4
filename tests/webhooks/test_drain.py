"""From the inbox into the mirror: order, repeats, uninstalls, foreigners, reading again."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from integration.events import Event
from integration.models import Attempt, Customer, Installation, Order, Store
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import customer, order, order_id, shop
from tests.webhooks.parts import Sender, add_store, alarms, rows, stored, works
from webhooks.batch import Batch
from webhooks.drain import drain, sweep
from webhooks.intake import take_in
from webhooks.leases import Lease

OTHER = "other-shop.myshopify.com"


def orders(services: Services) -> dict[str, int]:
    """The mirrored orders' totals by external id."""
    return {row.external_id: row.total_minor for row in rows(services, Order)}


def states(services: Services) -> list[str]:
    return [work.state for work in works(services)]


def test_a_delivery_is_applied_and_marked(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1001, total="181.09"))
    drain(services)
    assert orders(services) == {order_id(1001): 18109}
    [work] = works(services)
    assert (work.state, work.attempts, work.fence) == ("applied", 0, 1)
    assert work.finished_at == clock()
    assert work.error is None
    [held] = rows(services, Order)
    told = [event for event in services.events.told if event.kind == "profile"]  # type: ignore[attr-defined]
    assert told == [Event(store.workspace_id, "profile", held.profile_id)]


def test_draining_again_does_nothing(services: Services, store: Store, send: Sender) -> None:
    send("orders/create", order())
    drain(services)
    drain(services)
    assert [work.fence for work in works(services)] == [1]


def test_an_older_delivery_after_a_newer_changes_nothing(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/updated", order(1001, 20, total="90.00"))
    drain(services)
    send("orders/create", order(1001, 10, total="181.09"))
    drain(services)
    assert orders(services) == {order_id(1001): 9000}
    assert states(services) == ["applied", "applied"]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_and_any_repeats_end_in_the_newest(
    services: Services, store: Store, send: Sender, seed: int
) -> None:
    chance = random.Random(seed)
    told = [(n, m) for n in range(1001, 1006) for m in range(0, 50, 10)]
    told += chance.sample(told, 10)
    chance.shuffle(told)
    for position, (number, minute) in enumerate(told):
        send("orders/updated", order(number, minute, total=f"{minute}.50"))
        if position % 7 == 0:
            drain(services)
    drain(services)
    assert orders(services) == {order_id(number): 4050 for number in range(1001, 1006)}
    assert set(states(services)) == {"applied"}


def test_a_batch_keeps_what_only_an_older_state_could_tell(
    services: Services, store: Store, send: Sender
) -> None:
    told = customer(7, 10, tags="vip")
    later = customer(7, 20)
    del later["tags"]
    send("customers/create", told)
    send("customers/update", later)
    drain(services)
    [held] = rows(services, Customer)
    assert held.tags == ["vip"]
    assert held.source_updated_at == datetime(2026, 11, 22, 11, 20, tzinfo=UTC)


def test_stores_take_turns(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = add_store(services, OTHER, number="2")
    monkeypatch.setattr("webhooks.leases._COMPANY", ((0, 1_000_000, 2),))
    for number in range(6):
        send("orders/create", order(number))
    send("orders/create", order(900, shop="2"), shop=OTHER)
    served: list[int] = []

    class Watched(Batch):
        def __init__(self, given: Services, held: Lease, of: Store) -> None:
            served.append(of.id)
            super().__init__(given, held, of)

    monkeypatch.setattr("webhooks.drain.Batch", Watched)
    drain(services)
    assert served == [store.id, second.id, store.id, store.id]
    assert set(states(services)) == {"applied"}


def test_an_uninstall_ends_the_installation_and_what_follows_changes_nothing(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1))
    send("app/uninstalled", shop())
    send("orders/create", order(2))
    drain(services)
    assert list(orders(services)) == [order_id(1)]
    assert states(services) == ["applied", "applied", "refused"]
    assert works(services)[2].error_code == "store_not_active"
    [held] = rows(services, Store)
    assert held.status == "disconnected"
    [installation] = rows(services, Installation)
    assert installation.ended_at is not None
    assert alarms(services) == []
    assert Event(store.workspace_id, "store", store.id) in services.events.told  # type: ignore[attr-defined]


def test_an_uninstall_from_before_the_reinstall_changes_nothing(
    services: Services, send: Sender
) -> None:
    add_store(services, installed_at=datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC))
    send("app/uninstalled", shop(), triggered_at="2026-11-22T11:00:00Z")
    send("orders/create", order(2))
    drain(services)
    [held] = rows(services, Store)
    assert held.status == "active"
    assert list(orders(services)) == [order_id(2)]


def test_a_body_of_another_shop_is_refused_with_an_alarm(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1, shop="999"))
    send("app/uninstalled", shop(OTHER, "999"))
    drain(services)
    assert states(services) == ["refused", "refused"]
    assert [work.error_code for work in works(services)] == ["delivery_foreign"] * 2
    assert alarms(services) == ["delivery_foreign", "delivery_foreign"]
    assert rows(services, Order) == []
    assert rows(services, Store)[0].status == "active"


def test_an_object_that_another_workspaces_store_holds_is_refused_with_an_alarm(
    services: Services, store: Store, send: Sender
) -> None:
    add_store(services, OTHER, number="2")
    send("customers/create", customer(7))
    drain(services)
    send("customers/update", customer(7, 30), shop=OTHER)
    send("customers/update", customer(8, 30), shop=OTHER)
    drain(services)
    assert states(services) == ["applied", "refused", "applied"]
    assert works(services)[1].error_code == "held_elsewhere"
    assert alarms(services) == ["held_elsewhere"]
    with services.db.across_workspaces() as session:
        held = session.execute(select(Customer.store_id, Customer.external_id)).all()
    assert len(held) == 2


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"null", b'{"errors": "[API] gone"}', b'{"name": "#1"}']
)
def test_a_body_that_says_nothing_is_parked_at_once_with_its_reason(
    services: Services, store: Store, send: Sender, body: bytes
) -> None:
    send("orders/create", body)
    drain(services)
    [work] = works(services)
    assert (work.state, work.attempts, work.error_code) == ("parked", 1, "delivery_unreadable")
    assert work.error
    [attempt] = rows(services, Attempt)
    assert (attempt.delivery_id, attempt.error) == (work.delivery_id, work.error)
    assert rows(services, Order) == []


def test_what_only_a_sweep_can_find_is_found(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order())
    services.jobs.waiting.clear()  # type: ignore[attr-defined]
    services.jobs._keys.clear()  # type: ignore[attr-defined]
    assert sweep(services) == 0
    assert services.jobs.waiting == [("webhooks.drain", {})]  # type: ignore[attr-defined]
    assert states(services) == ["waiting"]


def test_taking_in_is_done_once_and_in_chunks(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.intake._CHUNK", 3)
    for number in range(7):
        send("orders/create", order(number))
    assert take_in(services) == 7
    assert take_in(services) == 0
    assert [work.delivery_id for work in works(services)] == [row.id for row in stored(services)]
