"""What the copy holds of objects that a store tells the marks of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, Row, select

from integration.db import WorkspaceSession
from integration.models import Customer, Order, Tombstone
from integration.statements.bulk import among, table_of
from integration.sync.register import is_same
from platforms.records import Mark

Kind: TypeAlias = Literal["order", "customer"]

_ORDERS, _CUSTOMERS, _TOMBSTONES = table_of(Order), table_of(Customer), table_of(Tombstone)
ORDER_FACTS = (
    "financial_status",
    "fulfillment_status",
    "platform_status",
    "cancelled_at",
    "current_total_minor",
    "refunded_minor",
    "tags",
)
CUSTOMER_FACTS = ("tags",)


@dataclass(frozen=True, slots=True)
class HeldMark:
    """An object as the copy holds it. `updated_at` is None while only a merge named it."""

    updated_at: datetime | None
    deleted_at: datetime | None
    is_erased: bool
    facts: Mapping[str, Any]

    def agrees(self, mark: Mark) -> bool:
        """Whether nothing else is held than a mark of the same time tells."""
        return mark.is_deleted == (self.deleted_at is not None) and all(
            is_same(self.facts[name], list(told) if isinstance(told, tuple) else told)
            for name, told in mark.facts
            if name in self.facts
        )


def held_marks(
    session: WorkspaceSession, store_id: int, kind: Kind, external_ids: Collection[str]
) -> dict[str, HeldMark]:
    """Those of these that the copy holds, and those that were erased from it."""
    table = _ORDERS if kind == "order" else _CUSTOMERS
    names = ORDER_FACTS if kind == "order" else CUSTOMER_FACTS
    connection = session.connection()
    columns = (
        table.c.external_id,
        table.c.source_updated_at,
        table.c.deleted_at,
        table.c.profile_id,
        table.c.withheld,
        *(table.c[name] for name in names),
    )
    rows = connection.execute(
        select(*columns).where(
            table.c.workspace_id == session.workspace_id,
            table.c.store_id == store_id,
            among(connection, table.c.external_id, external_ids),
        )
    )
    found = {row.external_id: _held(row, names) for row in rows}
    erased = _erased(session, connection, store_id, kind, external_ids)
    return found | dict.fromkeys(erased, HeldMark(None, None, True, {}))


def _held(row: Row[Any], names: tuple[str, ...]) -> HeldMark:
    told = row._mapping
    facts = {name: told[name] for name in names if name not in row.withheld}
    # What an erasure left of an object belongs to nobody; a row of a mere merge doesn't either.
    is_erased = row.profile_id is None and row.source_updated_at is not None
    return HeldMark(row.source_updated_at, row.deleted_at, is_erased, facts)


def _erased(
    session: WorkspaceSession,
    connection: Connection,
    store_id: int,
    kind: Kind,
    external_ids: Collection[str],
) -> list[str]:
    rows = connection.execute(
        select(_TOMBSTONES.c.external_id).where(
            _TOMBSTONES.c.workspace_id == session.workspace_id,
            _TOMBSTONES.c.store_id == store_id,
            _TOMBSTONES.c.kind == kind,
            _TOMBSTONES.c.erased_at.is_not(None),
            among(connection, _TOMBSTONES.c.external_id, external_ids),
        )
    )
    return list(rows.scalars())
