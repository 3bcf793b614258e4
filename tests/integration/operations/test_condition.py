"""How the house stands, counted from its databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from integration.models import Alarm, DeliveryWork, Store, StoreSync
from integration.operations.condition import Behind, look
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, add_store, make_services
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.intake import take_in
from webhooks.leases import lease
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@pytest.fixture
def send(services: Services, store: Store) -> Iterator[Sender]:
    inbox = open_inbox(services)
    yield Sender(Receiver(services, inbox, StoreDirectory(services)))
    inbox.close()


def test_an_empty_house_has_nothing_to_tell(services: Services) -> None:
    found = look(services)
    assert (found.depth, found.received, dict(found.works)) == (0, 0, {})
    assert (found.oldest_seconds, found.leases_expired, found.parked) == (0.0, 0, 0)
    assert (dict(found.stores), dict(found.alarms)) == ({}, {})
    assert (found.furthest_behind, found.behind_seconds) == (None, 0.0)


def test_a_delivery_is_counted_once_from_its_commit_to_its_effect(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1))
    clock.advance(seconds=7)
    send("orders/create", order(2))
    found = look(services)
    assert (found.depth, found.received, found.oldest_seconds) == (2, 2, 7.0)
    take_in(services)
    clock.advance(seconds=3)
    send("orders/create", order(3))
    found = look(services)
    assert (found.received, dict(found.works), found.oldest_seconds) == (1, {"waiting": 2}, 10.0)
    drain(services)
    assert look(services).depth == 0
    assert look(services).oldest_seconds == 0.0


def test_what_a_killed_worker_holds_is_told_once_its_lease_is_over(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1))
    take_in(services)
    lease(services, store.id, clock())
    assert (dict(look(services).works), look(services).leases_expired) == ({"leased": 1}, 0)
    clock.advance(seconds=60)
    assert look(services).leases_expired == 1


def test_parked_deliveries_and_uncleared_alarms_are_told(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", b"not json")
    drain(services)
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(DeliveryWork).values(state="parked"))
        for cleared_at in (None, clock()):
            session.add(
                Alarm(
                    code="copy_behind",
                    message="behind",
                    details={},
                    raised_at=clock(),
                    cleared_at=cleared_at,
                )
            )
    found = look(services)
    assert (found.parked, dict(found.alarms), found.depth) == (1, {"copy_behind": 1}, 0)


def test_of_the_active_stores_the_one_furthest_behind_is_named(
    services: Services, store: Store, clock: StandingClock
) -> None:
    late = add_store(services, "late.myshopify.com", number="2")
    gone = add_store(services, "gone.myshopify.com", number="3", status="disconnected")
    ago = {store.id: 5, late.id: 40, gone.id: 900}
    with services.db.across_workspaces(write=True) as session:
        for store_id, minutes in ago.items():
            session.execute(
                update(StoreSync)
                .where(StoreSync.store_id == store_id)
                .values(complete_until=clock() - timedelta(minutes=minutes))
            )
    found = look(services)
    assert found.furthest_behind == Behind("late.myshopify.com", clock() - timedelta(minutes=40))
    assert found.behind_seconds == 2400.0
    assert dict(found.stores) == {"active": 2, "disconnected": 1}
