"""A store with a flood keeps a quiet one waiting for one batch at most, however long it is."""

from collections import Counter

import pytest
from sqlalchemy import select

from integration.models import DeliveryWork, Store
from integration.services import Services
from tests.faults.putting import put, told
from tests.webhooks.bodies import order
from tests.webhooks.parts import INSTALLED_AT, add_store
from webhooks.drain import Drain
from webhooks.pace import BATCH_SECONDS, MOST, Pace

FLOOD = 5000


@pytest.fixture
def quiet(services: Services, store: Store) -> Store:
    return add_store(services, "quiet-shop.myshopify.com", number="2")


def flood(services: Services, store: Store, count: int) -> None:
    """So many deliveries of a store that nothing supersedes."""
    body = order(1)
    put(
        services, store, [told("orders/updated", f"f{n}", INSTALLED_AT, body) for n in range(count)]
    )


def one_of(services: Services, store: Store) -> None:
    body = order(9, shop=store.external_id or "")
    put(services, store, [told("orders/create", "quiet", INSTALLED_AT, body)])


def applied(services: Services) -> Counter[int | None]:
    """How many were applied, by store."""
    with services.db.across_workspaces() as session:
        statement = select(DeliveryWork.store_id).where(DeliveryWork.state == "applied")
        return Counter(session.execute(statement).scalars())


@pytest.fixture(autouse=True)
def _takes_all_in_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.claiming.AT_MOST_SECONDS", 60.0)


def test_one_that_comes_behind_a_flood_waits_for_one_batch(
    services: Services, store: Store, quiet: Store
) -> None:
    flood(services, store, FLOOD)
    one_of(services, quiet)
    drain = Drain(services)
    while not applied(services)[quiet.id]:
        assert drain.step()
    assert 0 < applied(services)[store.id] <= MOST
    drain.close()


def test_one_that_comes_amid_a_flood_is_next(
    services: Services, store: Store, quiet: Store
) -> None:
    flood(services, store, FLOOD)
    drain = Drain(services)
    for _ in range(3):
        assert drain.step()
    before = applied(services)
    one_of(services, quiet)
    assert drain.step()
    assert applied(services) == {store.id: before[store.id], quiet.id: 1}
    assert 0 < before[store.id] < FLOOD
    drain.close()


def test_batches_are_bounded_in_time_not_only_in_count() -> None:
    pace = Pace()
    first = pace.size(1)
    pace.took(1, first, BATCH_SECONDS / 100)
    assert pace.size(1) == 4 * first
    for _ in range(5):
        pace.took(1, pace.size(1), 0.001)
    assert pace.size(1) == MOST
    pace.took(1, MOST, 10 * BATCH_SECONDS)
    assert pace.size(1) == MOST // 10
    pace.took(1, 3, 60.0)
    assert pace.size(1) == 5
    assert pace.size(2) == first


def test_a_batch_that_was_not_full_says_nothing_of_a_full_one() -> None:
    pace = Pace()
    first = pace.size(1)
    pace.took(1, 2, BATCH_SECONDS / 2)
    assert pace.size(1) == first
