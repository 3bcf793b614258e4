"""A store's hours: counted in the transaction that worked its deliveries off."""

from datetime import UTC, datetime

from integration.models import Store, StoreHour
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import order, shop
from tests.webhooks.parts import Sender, rows
from webhooks.drain import drain


def hours(services: Services) -> list[tuple[datetime, int, int, int, int, int]]:
    return [
        (row.hour, row.applied, row.refused, row.parked, row.delay_ms_sum, row.delay_ms_most)
        for row in sorted(rows(services, StoreHour), key=lambda row: row.hour)
    ]


def at(hour: int) -> datetime:
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def test_applied_ones_are_counted_with_how_long_they_took(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1))
    clock.advance(seconds=2)
    send("orders/create", order(2))
    clock.advance(seconds=1)
    drain(services)
    assert hours(services) == [(at(12), 2, 0, 0, 4000, 3000)]
    [row] = rows(services, StoreHour)
    assert (row.workspace_id, row.store_id) == (store.workspace_id, store.id)
    send("orders/create", order(3))
    clock.advance(seconds=0.25)
    drain(services)
    assert hours(services) == [(at(12), 3, 0, 0, 4250, 3000)]


def test_each_hour_is_its_own(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1))
    clock.advance(seconds=3599)
    drain(services)
    clock.advance(seconds=1)
    send("orders/create", order(2))
    drain(services)
    assert hours(services) == [(at(12), 1, 0, 0, 3_599_000, 3_599_000), (at(13), 1, 0, 0, 0, 0)]


def test_parked_and_refused_ones_are_counted_and_repeats_are_not(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1), delivery_id="same")
    send("orders/create", order(1), delivery_id="same")
    send("orders/create", b"not json")
    send("orders/create", order(2, shop="999"))
    send("app/uninstalled", shop())
    send("orders/create", order(3))
    drain(services)
    drain(services)
    assert hours(services) == [(at(12), 2, 2, 1, 0, 0)]


def test_a_superseded_state_counts_as_applied(
    services: Services, store: Store, send: Sender
) -> None:
    for minute in range(5):
        send("orders/updated", order(1, minute))
    drain(services)
    assert hours(services) == [(at(12), 5, 0, 0, 0, 0)]
