"""Held objects that a store lists no more: found, asked for once more by id, then deleted.

So many at once that a fault is likelier than a clean-up are held back until somebody says so.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, func, select

from integration.models import Customer, Order
from integration.reconciliation.held_marks import Kind
from integration.reconciliation.seen import Seen
from integration.services import Services
from integration.statements.bulk import table_of
from integration.sync.sight import MARGIN

# A clean-up of this size is believed; a larger one only up to a share of what is held.
BELIEVED = 50
BELIEVED_SHARE = 0.05
_CHUNK = 5000

_ORDERS, _CUSTOMERS = table_of(Order), table_of(Customer)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The row ids of what the store doesn't list, of so many that it should."""

    kind: Kind
    row_ids: "array[int]"
    held: int

    @property
    def is_believable(self) -> bool:
        """Whether so many may be gone without anybody having to look."""
        return len(self.row_ids) <= max(BELIEVED, BELIEVED_SHARE * self.held)


class HeldObjects:
    """What a store's copy held when a comparison began."""

    def __init__(self, services: Services, workspace_id: int, store_id: int) -> None:
        self._services = services
        self._workspace_id = workspace_id
        self._store_id = store_id
        with services.db.workspace(workspace_id) as session:
            # Rows are numbered as they come: what joins the copy meanwhile isn't looked at.
            self._newest = {
                "order": session.execute(select(func.max(Order.id))).scalar_one() or 0,
                "customer": session.execute(select(func.max(Customer.id))).scalar_one() or 0,
            }

    def unlisted(self, kind: Kind, seen: Seen, complete_from: datetime | None) -> Unlisted:
        """Those that aren't among the seen; what lies before the store's horizon is left out."""
        row_ids, held = array("q"), 0
        for row_id, external_id in self._standing(kind, complete_from):
            held += 1
            if external_id not in seen:
                row_ids.append(row_id)
        return Unlisted(kind, row_ids, held)

    def external_ids(self, unlisted: Unlisted, at_once: int) -> Iterator[list[str]]:
        """The ids of what isn't listed, so many at once; what was deleted meanwhile is left out."""
        table = _table(unlisted.kind)
        for start in range(0, len(unlisted.row_ids), at_once):
            some = list(unlisted.row_ids[start : start + at_once])
            with self._services.db.workspace(self._workspace_id) as session:
                rows = session.execute(
                    select(table.c.external_id).where(
                        *self._of_store(kind=unlisted.kind), table.c.id.in_(some)
                    )
                ).scalars()
                yield list(rows)

    def _standing(self, kind: Kind, complete_from: datetime | None) -> Iterator[tuple[int, str]]:
        table, after = _table(kind), ""
        conditions = self._of_store(kind=kind)
        if kind == "order" and complete_from is not None:
            conditions.append(_ORDERS.c.placed_at >= complete_from + MARGIN)
        while True:
            with self._services.db.workspace(self._workspace_id) as session:
                rows = session.execute(
                    select(table.c.id, table.c.external_id)
                    .where(*conditions, table.c.external_id > after)
                    .order_by(table.c.external_id)
                    .limit(_CHUNK)
                ).all()
            yield from ((row.id, row.external_id) for row in rows)
            if len(rows) < _CHUNK:
                return
            after = rows[-1].external_id

    def _of_store(self, *, kind: Kind) -> list[ColumnElement[bool]]:
        """Rows of objects that stand: not deleted, nobody's that was erased, no merged account."""
        table = _table(kind)
        conditions = [
            table.c.workspace_id == self._workspace_id,
            table.c.store_id == self._store_id,
            table.c.deleted_at.is_(None),
            table.c.profile_id.is_not(None),
            table.c.id <= self._newest[kind],
        ]
        if kind == "customer":
            conditions.append(_CUSTOMERS.c.merged_into_external_id.is_(None))
        return conditions


def _table(kind: Kind) -> Table:
    return _ORDERS if kind == "order" else _CUSTOMERS
