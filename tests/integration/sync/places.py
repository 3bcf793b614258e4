"""A store of a fake platform with services around it, and what its copy says."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from integration.db import Database
from integration.models import Order, Refund, Reread, Store
from integration.recorded_jobs import RecordedJobs
from integration.sync.backfill import backfill
from platforms.records import NoteRecord, OrderRecord
from tests.conftest import StandingClock
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.records import at
from tests.factories.stores import make_store, make_workspace
from tests.integration.sync.sparse_stories import as_listed


class SparseStore(FakeStore):
    """A store whose lists leave notes and the times of refunds out."""

    def listed(self, record: Any) -> Any:
        return as_listed(record) if isinstance(record, OrderRecord) else record


class SparsePlace:
    """Such a store in a workspace of its own."""

    def __init__(self, db: Database, folder: Path, clock: StandingClock, domain: str) -> None:
        self.remote = SparseStore(sees_all=True)
        self.services = fake_services(db, self.remote, folder, clock, parts_apart=True)
        self.workspace_id = make_workspace(db)
        self.store_id = make_store(db, self.workspace_id, domain)
        self.ids = {"workspace_id": self.workspace_id, "store_id": self.store_id}
        assert isinstance(self.services.jobs, RecordedJobs)
        self.jobs: RecordedJobs = self.services.jobs

    def rows(self, model: Any) -> list[Any]:
        with self.services.db.workspace(self.workspace_id) as session:
            return list(session.execute(select(model)).scalars())

    def order(self, external_id: str) -> Order:
        return next(row for row in self.rows(Order) if row.external_id == external_id)

    def notes(self, external_id: str) -> list[str]:
        return [note["text"] for note in self.order(external_id).notes]

    def refund_times(self, external_id: str) -> list[Any]:
        rows = [row for row in self.rows(Refund) if row.order_external_id == external_id]
        return [row.source_created_at for row in rows]

    def named(self) -> list[str]:
        return [row.external_id for row in self.rows(Reread) if row.kind == "named"]

    def asked_orders(self) -> list[str]:
        """The orders that were read by themselves since the last call."""
        asked = [what for kind, what in self.remote.asked if kind == "order"]
        self.remote.asked.clear()
        return asked

    def run_jobs(self) -> None:
        self.jobs.run_all(self.services, at_most=50)

    def forget_jobs(self) -> None:
        self.jobs.waiting.clear()
        self.jobs._keys.clear()

    def set_status(self, status: str) -> None:
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            session.execute(update(Store).where(Store.id == self.store_id).values(status=status))


def note(text: str, number: int = 1) -> NoteRecord:
    """A note of the shop's."""
    return NoteRecord(str(number), text, "shop", at(number))


def read_lists(place: SparsePlace) -> None:
    """The first read, without what follows from it."""
    backfill(place.services, **place.ids)
    place.forget_jobs()
    place.remote.asked.clear()
