"""The timer of a store that left: 48 hours, for both platforms, and off when it comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from integration.crypto import CannotOpen
from integration.install.granting import keep_grant
from integration.install.keys import store_key
from integration.install.uninstall import disconnect_by_store, end_installation
from integration.models import Order, PrivacyRequest, Store
from integration.privacy.requests.timer import CAME_BACK, start_missing_timers
from integration.privacy.requests.working_off import run_due, work_off
from integration.services import Services
from platforms.outbound import Secret
from platforms.port import Grant
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY, OTHER
from tests.webhooks.bodies import order, redact_shop, shop
from tests.webhooks.parts import SHOP, Sender, add_store, rows
from webhooks.drain import drain


@pytest.fixture
def sister(services: Services, store: Store) -> Store:
    """Another store of the workspace, which keeps it."""
    return add_store(services, OTHER, number="2", workspace_id=store.workspace_id)


def buy(services: Services, send: Sender, number: int = 1) -> None:
    send("orders/create", order(number, email=CANARY))
    drain(services)
    assert rows(services, Order)


def leave(services: Services, store: Store) -> None:
    disconnect_by_store(services, store.workspace_id, store.id)


def come_back(services: Services) -> None:
    keep_grant(services, "shopify", Grant(SHOP, Secret("token"), ("read_orders",)))


def told(services: Services) -> list[tuple[str, str, str | None]]:
    return [(each.source, each.state, each.outcome) for each in rows(services, PrivacyRequest)]


def test_a_store_that_left_is_erased_after_48_hours_and_no_minute_before(
    services: Services, store: Store, sister: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    leave(services, store)
    left_at = clock()
    [timer] = rows(services, PrivacyRequest)
    assert (timer.kind, timer.source, timer.state) == ("shop_redact", "timer", "waiting")
    assert (timer.received_at, timer.not_before) == (left_at, left_at + timedelta(hours=48))
    clock.advance(hours=47, seconds=59 * 60)
    assert run_due(services) == 0
    assert [row.email for row in rows(services, Order)] == [CANARY]
    clock.advance(seconds=60)
    assert run_due(services) == 1
    assert rows(services, Order) == []
    assert told(services) == [("timer", "done", "store_erased")]
    with pytest.raises(CannotOpen):
        store_key(services.keyring, rows(services, Store)[0])
    clock.advance(days=30)
    assert run_due(services) == 0


def test_the_platforms_own_word_starts_the_same_timer(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    assert told(services) == [("timer", "waiting", None)]
    clock.advance(hours=47, seconds=3599)
    assert run_due(services) == 0
    clock.advance(seconds=1)
    assert run_due(services) == 1
    assert rows(services, Store) == []


def test_a_word_that_comes_late_leaves_the_merchant_the_whole_time(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    removed_at = clock.advance(hours=1)
    clock.advance(days=3)
    send("app/uninstalled", shop(), triggered_at=removed_at.isoformat())
    drain(services)
    [timer] = rows(services, PrivacyRequest)
    assert timer.not_before == clock() + timedelta(hours=48)


def test_a_store_that_comes_back_keeps_its_copy(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    leave(services, store)
    clock.advance(hours=47)
    come_back(services)
    assert told(services) == [("timer", "refused", CAME_BACK)]
    assert rows(services, PrivacyRequest)[0].finished_at == clock()
    clock.advance(days=5)
    assert run_due(services) == 0
    assert [row.email for row in rows(services, Order)] == [CANARY]


def test_leaving_again_starts_anew_and_leaving_twice_once(
    services: Services, store: Store, clock: StandingClock
) -> None:
    leave(services, store)
    clock.advance(hours=47)
    come_back(services)
    clock.advance(hours=1)
    leave(services, store)
    leave(services, store)
    with services.db.across_workspaces(write=True) as session:
        # The platform tells of what we know already.
        assert end_installation(session, session.get_one(Store, store.id), clock())
    assert told(services) == [("timer", "refused", CAME_BACK), ("timer", "waiting", None)]
    clock.advance(hours=47, seconds=3599)
    assert run_due(services) == 0
    clock.advance(seconds=1)
    assert run_due(services) == 1


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_the_platforms_own_request_and_the_timer_do_each_other_no_harm(
    services: Services,
    store: Store,
    sister: Store,
    send: Sender,
    clock: StandingClock,
    first: str,
) -> None:
    buy(services, send)
    leave(services, store)
    clock.advance(hours=47 if first == "theirs" else 48)
    if first == "ours":
        assert run_due(services) == 1
    send("shop/redact", redact_shop())
    drain(services)
    assert run_due(services) == 1
    clock.advance(hours=2)
    run_due(services)
    assert {state for _, state, _ in told(services)} == {"done"}
    assert rows(services, Order) == []
    assert {row.id for row in rows(services, Store)} == {store.id, sister.id}


def test_who_comes_back_after_it_begins_afresh(
    services: Services, store: Store, sister: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    leave(services, store)
    clock.advance(hours=48)
    run_due(services)
    come_back(services)
    [held] = [row for row in rows(services, Store) if row.id == store.id]
    assert held.status == "active"
    assert store_key(services.keyring, held)
    clock.advance(hours=1)
    buy(services, send, number=2)
    clock.advance(days=5)
    assert run_due(services) == 0
    assert [row.email for row in rows(services, Order)] == [CANARY]


def test_a_timer_that_was_seen_waiting_erases_nothing_of_a_store_that_came_back(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    leave(services, store)
    clock.advance(hours=48)
    [timer] = rows(services, PrivacyRequest)
    with services.db.across_workspaces(write=True) as session:
        # Connected again in the moment between two looks.
        session.get_one(Store, store.id).status = "active"
    assert work_off(services, timer.id) == 0
    assert told(services) == [("timer", "refused", CAME_BACK)]
    assert [row.email for row in rows(services, Order)] == [CANARY]


def test_a_store_that_left_before_there_was_a_timer_gets_its_own_once(
    services: Services, store: Store, sister: Store, send: Sender, clock: StandingClock
) -> None:
    buy(services, send)
    leave(services, store)
    with services.db.across_workspaces(write=True) as session:
        session.execute(delete(PrivacyRequest))
    clock.advance(days=90)
    assert [start_missing_timers(services), start_missing_timers(services)] == [1, 0]
    [timer] = rows(services, PrivacyRequest)
    assert timer.not_before == clock() + timedelta(hours=48)
    clock.advance(hours=48)
    assert run_due(services) == 1
    assert rows(services, Order) == []
    assert start_missing_timers(services) == 0
