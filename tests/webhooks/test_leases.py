"""Leases: who holds what, until when; a stale holder can commit nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from integration.models import Attempt, Order, Store, StoreHour
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, add_store, rows, works
from webhooks.batch import Batch
from webhooks.drain import drain, sweep
from webhooks.expired import release_expired
from webhooks.intake import take_in
from webhooks.leases import LeaseLost, hold, lease, renew
from webhooks.turns import stores_with_work


@pytest.fixture
def three(services: Services, store: Store, send: Sender) -> Store:
    """A store with three deliveries that wait."""
    for number in range(3):
        send("orders/create", order(number))
    take_in(services)
    return store


def test_a_lease_takes_a_stores_deliveries_in_their_order(
    services: Services, three: Store, clock: StandingClock
) -> None:
    assert stores_with_work(services, clock()) == [three.id]
    held = lease(services, three.id, clock())
    assert held is not None
    assert [work.delivery_id for work in held.works] == [1, 2, 3]
    assert [work.fence for work in held.works] == [1, 1, 1]
    assert [work.state for work in works(services)] == ["leased"] * 3
    assert stores_with_work(services, clock()) == []


def test_a_store_is_leased_to_one_at_a_time(
    services: Services, three: Store, send: Sender, clock: StandingClock
) -> None:
    assert lease(services, three.id, clock()) is not None
    send("orders/create", order(9))
    take_in(services)
    assert stores_with_work(services, clock()) == []
    assert lease(services, three.id, clock()) is None
    drain(services)
    assert rows(services, Order) == []


def test_an_expired_lease_is_handed_out_again_by_the_sweep_and_not_before(
    services: Services, three: Store, clock: StandingClock
) -> None:
    lease(services, three.id, clock())
    clock.advance(seconds=9)
    assert sweep(services) == 0
    clock.advance(seconds=2)
    assert sweep(services) == 3
    assert [work.attempts for work in works(services)] == [1, 1, 1]
    drain(services)
    assert [work.state for work in works(services)] == ["applied"] * 3
    assert [work.fence for work in works(services)] == [2, 2, 2]


def test_a_stale_holder_commits_nothing(
    services: Services, three: Store, clock: StandingClock
) -> None:
    stale = lease(services, three.id, clock())
    assert stale is not None
    clock.advance(seconds=61)
    assert release_expired(services, clock()) == 3
    Batch(services, stale, three).apply_told()
    assert rows(services, Order) == []
    assert [work.state for work in works(services)] == ["waiting"] * 3
    successor = lease(services, three.id, clock())
    assert successor is not None
    Batch(services, stale, three).apply_told()
    assert rows(services, Order) == []
    assert [work.state for work in works(services)] == ["leased"] * 3
    Batch(services, successor, three).apply_told()
    assert len(rows(services, Order)) == 3
    Batch(services, stale, three).apply_told()
    assert [(work.state, work.fence) for work in works(services)] == [("applied", 2)] * 3


def test_a_holder_that_lost_some_commits_the_rest(
    services: Services, three: Store, clock: StandingClock
) -> None:
    held = lease(services, three.id, clock())
    assert held is not None
    with services.db.across_workspaces(write=True) as session:
        session.get_one(type(works(services)[0]), 2).fence = 5
        session.flush()
    Batch(services, held, three).apply_told()
    assert [work.state for work in works(services)] == ["applied", "leased", "applied"]
    assert len(rows(services, Order)) == 2


def test_a_renewed_lease_lasts_longer_and_a_lost_one_cannot_be_renewed(
    services: Services, three: Store, clock: StandingClock
) -> None:
    held = lease(services, three.id, clock())
    assert held is not None
    clock.advance(seconds=8)
    renew(services, held.works, clock())
    clock.advance(seconds=8)
    assert release_expired(services, clock()) == 0
    clock.advance(seconds=3)
    assert release_expired(services, clock()) == 3
    with pytest.raises(LeaseLost):
        renew(services, held.works, clock())
    with services.db.across_workspaces(write=True) as session, pytest.raises(LeaseLost):
        hold(session, held.works)


def test_whoever_kills_a_worker_ends_up_alone(
    services: Services, three: Store, clock: StandingClock
) -> None:
    sizes = []
    for _ in range(5):
        held = lease(services, three.id, clock())
        assert held is not None
        sizes.append(len(held.works))
        clock.advance(seconds=61)
        release_expired(services, clock())
    assert sizes == [3, 3, 1, 1, 1]


def test_whoever_kills_every_worker_is_parked_and_told(
    services: Services, three: Store, clock: StandingClock
) -> None:
    for _ in range(30):
        held = lease(services, three.id, clock())
        if held is not None and [work.delivery_id for work in held.works] != [2]:
            if len(held.works) == 1:
                Batch(services, held, three).apply_told()
        clock.advance(hours=1)
        release_expired(services, clock())
    assert [work.state for work in works(services)] == ["applied", "parked", "applied"]
    killer = works(services)[1]
    assert (killer.attempts, killer.error_code) == (8, "lease_expired")
    assert len(rows(services, Attempt)) == 6
    assert [(row.applied, row.parked) for row in rows(services, StoreHour) if row.parked] == [
        (0, 1)
    ]


def test_several_drains_at_once_apply_everything_once(
    services: Services, store: Store, send: Sender
) -> None:
    others = [add_store(services, f"shop{n}.myshopify.com", number=str(n)) for n in range(1, 4)]
    for number in range(40):
        shop = others[number % 3]
        body = order(number, shop=shop.external_id or "")
        send("orders/create", body, shop=shop.domain)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drain(services), range(4)))
    drain(services)
    assert len(rows(services, Order)) == 40
    assert {(work.state, work.fence, work.attempts) for work in works(services)} == {
        ("applied", 1, 0)
    }
