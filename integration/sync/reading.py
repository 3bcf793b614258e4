"""One reading of a store: its pages taken into the mirror, batch by batch, under one claim."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import delete, select

from integration.install.access import store_access
from integration.models import Installation, Reread, Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.claim import Claim
from integration.sync.left_out import clear_those_read
from integration.sync.sourced import Applied, Source, Sourced, Wanted
from integration.sync.wanted import NAMED
from platforms.changes import Change, CustomerChanged, OrderChanged
from platforms.port import Reader
from platforms.records import CustomerRecord, OrderRecord

BATCH_RECORDS = 1000

OnProgress: TypeAlias = Callable[[int, int | None], None]


class StoreNotActive(Exception):
    """The store was disconnected, or has to be authorized again: nothing of it is written."""


class Reading:
    """A claimed store with its reader. `applied` writes; everything else only asks."""

    def __init__(self, services: Services, claim: Claim, source: Source) -> None:
        self.services = services
        self.claim = claim
        self.source: Source = source
        with services.db.workspace(claim.workspace_id) as session:
            self.store: Store = session.execute(
                select(Store).where(Store.id == claim.store_id)
            ).scalar_one()
            self.scopes: list[str] = (
                session.execute(
                    select(Installation.scopes).where(
                        Installation.store_id == claim.store_id, Installation.ended_at.is_(None)
                    )
                ).scalar_one_or_none()
                or []
            )
        if self.store.status != StoreStatus.ACTIVE:
            raise StoreNotActive(f"{self.store.domain} is {self.store.status}")
        access = store_access(services, workspace_id=claim.workspace_id, store_id=claim.store_id)
        platform = services.platforms[self.store.platform]
        self.reader: Reader = platform.reader(access)
        self.calls = access.calls
        self.parts_apart = platform.traits.parts_apart

    def apply(
        self, changes: Sequence[Sourced], values: Mapping[str, Any] | None = None
    ) -> Applied | None:
        """Apply changes and set the sync's columns in one commit; None where there were none.

        Raises ClaimLost or StoreNotActive, and then nothing is written.
        """
        now = self.services.now()
        with self.services.db.workspace(self.claim.workspace_id, write=True) as session:
            self.claim.hold(session, now, values)
            store = session.execute(
                select(Store).where(Store.id == self.claim.store_id)
            ).scalar_one()
            if store.status != StoreStatus.ACTIVE:
                raise StoreNotActive(f"{store.domain} is {store.status}")
            if not changes:
                return None
            clear_those_read(session, store.id, [each.change for each in changes], now)
            return apply(session, store, changes, now=now, parts_apart=self.parts_apart)

    def sourced(self, records: Sequence[CustomerRecord | OrderRecord]) -> list[Sourced]:
        """Records as changes of this reading."""
        return [Sourced(_change(record), self.source) for record in records]

    def wanted(self) -> list[Wanted]:
        """What is still to be read again."""
        with self.services.db.workspace(self.claim.workspace_id) as session:
            rows = session.execute(
                select(Reread).where(Reread.store_id == self.claim.store_id, Reread.kind != NAMED)
            ).scalars()
            return [
                Wanted("order" if row.kind == "order" else "customer", row.external_id)
                for row in rows
            ]

    def forget(self, one: Wanted) -> None:
        """Want it no more. Raises ClaimLost."""
        with self.services.db.workspace(self.claim.workspace_id, write=True) as session:
            self.claim.hold(session, self.services.now())
            session.execute(
                delete(Reread).where(
                    Reread.store_id == self.claim.store_id,
                    Reread.kind == one.kind,
                    Reread.external_id == one.external_id,
                )
            )


def _change(record: CustomerRecord | OrderRecord) -> Change:
    return OrderChanged(record) if isinstance(record, OrderRecord) else CustomerChanged(record)


def in_batches(records: Sequence[Any]) -> Iterator[tuple[Sequence[Any], bool]]:
    """The records in batches of one commit, each with whether it is the last. At least one."""
    for start in range(0, max(1, len(records)), BATCH_RECORDS):
        yield records[start : start + BATCH_RECORDS], start + BATCH_RECORDS >= len(records)
