"""The orders that some spellings are of, over all stores of the workspace, in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, literal, select, union_all
from sqlalchemy.engine import Dialect

from integration.crm.mentions.records import Kind
from integration.crm.mentions.spots import Reading
from integration.crm.records import ContextStore
from integration.db import WorkspaceSession
from integration.models import Order, Store, TrackingNumber
from integration.models.declarative import BigId
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared, listed, several

MOST_FOUND = 1_000

_ORDERS, _STORES, _NUMBERS = table_of(Order), table_of(Store), table_of(TrackingNumber)
_WORKSPACE = bindparam("workspace_id", type_=BigId)


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order as it is held."""

    id: int
    external_id: str
    name: str
    store: ContextStore
    profile_id: int
    placed_at: datetime
    deleted_at: datetime | None


@dataclass(slots=True)
class Found:
    """The orders by kind and spelling. `is_whole` is False where there were more than are read."""

    is_whole: bool = True
    _orders: dict[tuple[Kind, str], dict[int, FoundOrder]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, kind: Kind, spelling: str, order: FoundOrder) -> None:
        """Note an order."""
        self._orders[kind, spelling][order.id] = order

    def of(self, kind: Kind, spellings: Sequence[str]) -> list[FoundOrder]:
        """The orders of any of these, each once."""
        orders: dict[int, FoundOrder] = {}
        for spelling in spellings:
            orders |= self._orders.get((kind, spelling), {})
        return [orders[order_id] for order_id in sorted(orders)]


def look_up(session: WorkspaceSession, readings: Iterable[Reading]) -> Found:
    """What the spellings of these readings are of."""
    names: set[str] = set()
    ids: set[str] = set()
    numbers: set[str] = set()
    for reading in readings:
        names.update(reading.names)
        ids.update(reading.ids)
        numbers.update(reading.numbers)
    found = Found()
    if not (names or ids or numbers):
        return found
    connection = session.connection()
    rows = _SPELT.rows(
        connection,
        workspace_id=session.workspace_id,
        names=several(connection, sorted(names)),
        ids=several(connection, sorted(ids)),
        numbers=several(connection, sorted(numbers)),
        most=MOST_FOUND + 1,
    )
    found.is_whole = len(rows) <= MOST_FOUND
    for row in rows[:MOST_FOUND]:
        found.add(row.kind, row.spelling, _order(row))
    return found


def _spelt(dialect: Dialect) -> Select[Any]:
    orders, numbers = _ORDERS.c, _NUMBERS.c
    stores = select(_STORES.c.id).where(_STORES.c.workspace_id == _WORKSPACE)
    of_workspace = orders.workspace_id == _WORKSPACE
    # A branch for each, so that each has its index.
    found = union_all(
        select(literal("name").label("kind"), orders.name.label("spelling"), orders.id).where(
            of_workspace, listed(dialect, orders.name, "names")
        ),
        select(literal("external_id"), orders.external_id, orders.id).where(
            of_workspace,
            orders.store_id.in_(stores),
            listed(dialect, orders.external_id, "ids"),
        ),
        select(literal("tracking_number"), numbers.number, orders.id)
        .join(
            _ORDERS,
            and_(
                orders.store_id == numbers.store_id,
                orders.external_id == numbers.order_external_id,
            ),
        )
        .where(numbers.workspace_id == _WORKSPACE, listed(dialect, numbers.number, "numbers")),
    ).subquery()
    return (
        select(
            found.c.kind,
            found.c.spelling,
            orders.id,
            orders.external_id,
            orders.name,
            orders.profile_id,
            orders.placed_at,
            orders.deleted_at,
            orders.store_id,
            _STORES.c.platform,
            _STORES.c.domain,
            _STORES.c.name.label("store_name"),
        )
        .join(_ORDERS, orders.id == found.c.id)
        .join(_STORES, _STORES.c.id == orders.store_id)
        # What was erased is nobody's any more.
        .where(orders.profile_id.is_not(None))
        .order_by(orders.id, found.c.kind, found.c.spelling)
        .limit(bindparam("most", type_=Integer))
    )


_SPELT = Prepared(_spelt)


def _order(row: Any) -> FoundOrder:
    return FoundOrder(
        id=row.id,
        external_id=row.external_id,
        name=row.name,
        store=ContextStore(str(row.store_id), row.platform, row.domain, row.store_name),
        profile_id=row.profile_id,
        placed_at=row.placed_at,
        deleted_at=row.deleted_at,
    )
