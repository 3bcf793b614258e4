"""An order that a store doesn't show isn't gone where it may only be too old for our scopes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integration.db import Database
from integration.models import Reread, Store
from integration.sync.apply import apply
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from integration.sync.sourced import Sourced
from platforms.changes import OrderChanged, OrderTouched
from tests.conftest import StandingClock
from tests.factories.records import order
from tests.integration.sync.places import SparsePlace

# The fake store shows orders since the first of November.
OUT_OF_SIGHT, HARDLY_IN_SIGHT, IN_SIGHT = 30, 20.5, 5


@pytest.fixture
def place(db: Database, tmp_path: Path, clock: StandingClock) -> SparsePlace:
    return SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")


def _touch(place: SparsePlace, external_id: str, clock: StandingClock) -> None:
    """A refund's delivery, which tells no money: the order has to be read."""
    told = Sourced(OrderTouched(external_id, clock()), "webhook")
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        apply(session, session.get_one(Store, place.store_id), [told], now=clock())


@pytest.mark.parametrize(
    ("days", "sees_all", "is_deleted"),
    [
        (OUT_OF_SIGHT, False, False),
        (HARDLY_IN_SIGHT, False, False),
        (IN_SIGHT, False, True),
        (OUT_OF_SIGHT, True, True),
    ],
)
def test_an_order_is_deleted_only_where_the_store_would_show_it(
    place: SparsePlace, clock: StandingClock, days: float, sees_all: bool, is_deleted: bool
) -> None:
    placed_at = clock() - timedelta(days=days)
    place.remote.sees_all = sees_all
    place.remote.put(replace(order("103"), placed_at=placed_at, updated_at=placed_at))
    backfill(place.services, **place.ids)
    del place.remote.orders["103"]
    _touch(place, "103", clock)
    place.asked_orders()
    refresh(place.services, **place.ids)
    assert place.asked_orders() == ["103"]
    held = place.order("103")
    assert (held.deleted_at is not None, held.counts) == (is_deleted, not is_deleted)
    # It is asked for once, whatever came of it.
    assert place.rows(Reread) == []


def test_of_an_order_that_is_not_held_nothing_is_said(
    place: SparsePlace, clock: StandingClock
) -> None:
    place.remote.sees_all = False
    backfill(place.services, **place.ids)
    _touch(place, "999", clock)
    refresh(place.services, **place.ids)
    told = replace(order("999"), updated_at=clock() - timedelta(minutes=1))
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        store = session.get_one(Store, place.store_id)
        apply(session, store, [Sourced(OrderChanged(told), "webhook")], now=clock())
    assert place.order("999").deleted_at is None
