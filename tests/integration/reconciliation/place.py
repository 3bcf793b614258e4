"""A store of a fake platform with a copy that was read whole, and what its ledger says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from integration.db import Database
from integration.models import Alarm, Customer, Order, Reconciliation, Store, StoreSync
from integration.reconciliation.whole import compare_whole
from integration.sync.apply import apply
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from integration.sync.sourced import Sourced
from platforms.changes import OrderChanged
from tests.conftest import StandingClock
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.records import order
from tests.factories.stores import make_store, make_workspace

LONG_AGO = timedelta(days=3)


class Place:
    """Orders 100 to 109 of customer 7, changed three days ago, and a copy of them."""

    def __init__(self, db: Database, folder: Path, clock: StandingClock) -> None:
        self.clock = clock
        self.remote = FakeStore(page_size=4)
        for number in range(100, 110):
            self.change(number, ago=LONG_AGO)
        self.services = fake_services(db, self.remote, folder, clock)
        self.workspace_id = make_workspace(db)
        self.store_id = make_store(db, self.workspace_id, f"{folder.name}.example")
        self.ids = {"workspace_id": self.workspace_id, "store_id": self.store_id}
        backfill(self.services, **self.ids)
        clock.advance(seconds=1800)

    def change(self, number: int, *, ago: timedelta = timedelta(minutes=10), **values: Any) -> None:
        """Let an order be changed so long ago."""
        record = order(str(number))
        at = self.clock() - ago
        self.remote.put(replace(record, updated_at=at, placed_at=at - timedelta(days=1), **values))

    def refresh(self, **values: Any) -> Reconciliation:
        refresh(self.services, **self.ids, **values)
        return self.runs()[-1]

    def compare_whole(self, **values: Any) -> Reconciliation:
        compare_whole(self.services, **self.ids, **values)
        return self.runs()[-1]

    def refresh_by_webhook(self, external_id: str) -> None:
        """Take an order in as a delivery would, beside whoever reads the store."""
        change = Sourced(OrderChanged(self.remote.orders[external_id]), "webhook")
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            apply(session, session.get_one(Store, self.store_id), [change], now=self.clock())

    def set_order(self, number: int, **values: Any) -> None:
        """Let the copy hold something else of an order."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            statement = update(Order).where(Order.external_id == str(number))
            session.execute(statement.values(**values))

    def rows(self, model: Any) -> list[Any]:
        with self.services.db.workspace(self.workspace_id) as session:
            return list(session.execute(select(model).order_by(model.id)).scalars())

    def runs(self) -> list[Reconciliation]:
        return self.rows(Reconciliation)

    def sync(self) -> StoreSync:
        with self.services.db.workspace(self.workspace_id) as session:
            return session.get_one(StoreSync, self.store_id)

    def order(self, number: int) -> Order | None:
        return next((o for o in self.rows(Order) if o.external_id == str(number)), None)

    def standing(self) -> list[str]:
        return sorted(o.external_id for o in self.rows(Order) if o.deleted_at is None)

    def customers(self) -> dict[str, Customer]:
        return {row.external_id: row for row in self.rows(Customer)}

    def alarm_rows(self) -> list[Alarm]:
        return self.rows(Alarm)

    def alarms(self, *, cleared: bool = False) -> list[str]:
        found = self.alarm_rows()
        return [row.code for row in found if (row.cleared_at is not None) is cleared]


def figures(run: Reconciliation) -> dict[str, int]:
    """A run's counts that aren't 0, but for what it compared and its calls."""
    names = ("missing", "stale", "gone", "repaired", "early", "held_back", "latest_seconds")
    return {name: getattr(run, name) for name in names if getattr(run, name)}
