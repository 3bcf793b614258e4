"""Worked-off deliveries are removed after their time, compliance ones not before they are done."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from integration.errors import Invalid, NotFound
from integration.models import Attempt, DeliveryWork, Order, PrivacyRequest, Store
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import customer, order, redact_customer
from tests.webhooks.parts import Sender, rows, stored, works
from webhooks.drain import drain
from webhooks.ledger import list_deliveries, replay
from webhooks.pruning import prune


@pytest.fixture
def pruned(services: Services) -> Callable[[], int]:
    return lambda: prune(services, pause=lambda _: None)


def left(services: Services) -> list[int]:
    assert [row.id for row in stored(services)] == [work.delivery_id for work in works(services)]
    return [row.id for row in stored(services)]


def test_what_was_applied_is_removed_after_its_days_and_not_before(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    pruned: Callable[[], int],
) -> None:
    send("orders/create", order(1))
    drain(services)
    clock.advance(days=1)
    send("orders/create", order(2))
    drain(services)
    clock.advance(days=29)
    assert pruned() == 0
    clock.advance(seconds=1)
    assert pruned() == 1
    assert left(services) == [2]
    assert len(rows(services, Order)) == 2
    assert [view.id for view in list_deliveries(services)] == ["2"]


def test_the_inbox_goes_on_where_it_was(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    pruned: Callable[[], int],
) -> None:
    send("orders/create", order(1))
    drain(services)
    clock.advance(days=31)
    assert pruned() == 1
    assert left(services) == []
    send("orders/create", order(2))
    drain(services)
    assert [(work.delivery_id, work.state) for work in works(services)] == [(2, "applied")]


def test_what_is_parked_stays_longer_and_what_waits_stays(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    pruned: Callable[[], int],
) -> None:
    send("orders/create", b"not json")
    send("orders/create", order(2))
    drain(services)
    with services.db.across_workspaces(write=True) as session:
        waits = update(DeliveryWork).where(DeliveryWork.delivery_id == 2)
        session.execute(waits.values(state="waiting", finished_at=None))
    clock.advance(days=89)
    assert pruned() == 0
    clock.advance(days=2)
    assert len(rows(services, Attempt)) == 1
    assert pruned() == 1
    assert left(services) == [2]
    assert rows(services, Attempt) == []


def test_a_compliance_delivery_stays_until_its_request_is_done(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    pruned: Callable[[], int],
) -> None:
    send("customers/create", customer(7))
    send("customers/redact", redact_customer(7))
    drain(services)
    clock.advance(days=60)
    assert pruned() == 1
    assert left(services) == [2]
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(PrivacyRequest).values(state="done"))
    assert pruned() == 1
    assert left(services) == []


def test_what_is_being_removed_is_not_replayed_and_what_was_replayed_is_not_removed(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webhooks.pruning._AT_ONCE", 1)
    for number in (1, 2, 3):
        send("orders/create", order(number))
    drain(services)
    clock.advance(days=29)
    replay(services, 3)
    clock.advance(days=2)
    refused: list[str] = []

    def replay_the_next(_seconds: float) -> None:
        for number in (1, 2):
            try:
                replay(services, number)
            except (Invalid, NotFound) as error:
                refused.append(type(error).__name__)

    # The second is still there when the first is gone.
    assert prune(services, pause=replay_the_next) == 2
    assert refused == ["NotFound", "Invalid", "NotFound", "NotFound"]
    assert left(services) == [3]
    drain(services)
    assert [(work.delivery_id, work.state) for work in works(services)] == [(3, "applied")]


def test_one_whose_erasure_waits_may_be_replayed_however_old(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("customers/redact", redact_customer(7))
    drain(services)
    clock.advance(days=60)
    replay(services, 1)
    assert [(work.delivery_id, work.state) for work in works(services)] == [(1, "waiting")]


def test_clocks_may_differ_by_less_than_an_hour(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1))
    drain(services)
    clock.advance(days=30, hours=-1)
    replay(services, 1)
    drain(services)
    clock.advance(days=30, hours=-1, seconds=1)
    with pytest.raises(Invalid, match="too long ago"):
        replay(services, 1)
    assert works(services)[0].state == "applied"


def test_many_are_removed_in_small_steps_with_pauses(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webhooks.pruning._PAGE", 4)
    monkeypatch.setattr("webhooks.pruning._AT_ONCE", 3)
    for number in range(10):
        send("orders/create", order(number))
    drain(services)
    clock.advance(days=31)
    pauses: list[float] = []
    assert prune(services, pause=pauses.append) == 10
    # Pages of 4, 4 and 2 in steps of at most 3.
    assert pauses == [0.2] * 5
    assert left(services) == []
