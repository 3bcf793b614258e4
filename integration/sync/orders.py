"""The orders of a batch: what they come to, and their rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.said import OrderSaid, teller
from integration.identity.family import OrderFacts
from integration.statements.bulk import update_rows, write_rows
from integration.statements.prepared import Prepared, listed, several
from integration.sync import order_rows, refunds
from integration.sync.batch import Batch
from integration.sync.held import (
    Contacts,
    HeldOrder,
    Mirror,
    held_orders,
    held_parcels,
    load_orders,
)
from integration.sync.parcel_rows import write_parcels
from integration.sync.parcels import Parcels
from integration.sync.register import told_at
from integration.sync.sourced import Wanted
from platforms.changes import OrderTouched

Tombstones = Mapping[tuple[str, str], datetime]

_PLACE = order_rows.TOLD.places
_FULFILLMENTS, _REFUNDS = _PLACE["fulfillments"], _PLACE["refunds"]
_REFUND_TIMES = _PLACE["refund_times"]
_KEY = ("store_id", "external_id")
_SAID = teller(OrderSaid, order_rows.COLUMNS)


@dataclass(slots=True)
class Orders:
    """The orders that a batch speaks of.

    `contacts` are the account, address and phone of those that are written.
    """

    held: dict[str, HeldOrder]
    existed: frozenset[str]
    parcels: dict[str, Parcels] = field(default_factory=dict)
    contacts: dict[str, Contacts] = field(default_factory=dict)
    changed_by_tombstone: set[str] = field(default_factory=set)

    def customer_external_ids(self) -> set[str]:
        """The accounts that written orders name."""
        return {contact[0] for contact in self.contacts.values() if contact[0] is not None}

    def facts(self) -> list[OrderFacts]:
        """What decides whose the written orders are."""
        return [
            OrderFacts(external_id, *contact, self.held[external_id].profile_id)
            for external_id, contact in self.contacts.items()
        ]

    def written(self) -> int:
        """How many orders change, by themselves or by their parcels."""
        return len(self.contacts.keys() | self._with_changed_parcels() | self.changed_by_tombstone)

    def refused(self) -> int:
        """How many states were too old."""
        return sum(held.register.refused for held in self.held.values()) + sum(
            parcels.refused for parcels in self.parcels.values()
        )

    def shown_by(self) -> set[int]:
        """The profiles on which orders changed without being written whole."""
        return self._profiles(self._with_changed_parcels() | self.changed_by_tombstone)

    def deleted_of(self) -> set[int]:
        """The profiles of which orders were deleted without being written whole."""
        return self._profiles(self.changed_by_tombstone)

    def replaced(self) -> frozenset[str]:
        """The written orders that were held before."""
        return self.existed & self.contacts.keys()

    def leave_parts(self) -> bool:
        """Whether the newest state of a written order leaves something out."""
        return any(self.held[external_id].register.withheld for external_id in self.contacts)

    def _profiles(self, external_ids: set[str]) -> set[int]:
        ids = (self.held[external_id].profile_id for external_id in external_ids)
        return {profile_id for profile_id in ids if profile_id is not None}

    def _with_changed_parcels(self) -> set[str]:
        return {key for key, parcels in self.parcels.items() if parcels.now != parcels.held}


def take_orders(mirror: Mirror, batch: Batch) -> Orders:
    """Read what is held of the batch's orders and take the batch in. Adds to `batch.wanted`."""
    deleted = {external_id for kind, external_id in batch.deletions if kind == "order"}
    touched = {external_id for external_id, _ in batch.touched(OrderTouched)}
    held = held_orders(mirror, {*batch.orders, *batch.parcels, *deleted, *touched})
    existed = frozenset(key for key, order in held.items() if order.register.at is not None)
    orders = Orders(held, existed)
    parcels = held_parcels(mirror, {*batch.orders, *batch.parcels})
    load_orders(
        mirror,
        {
            external_id: held[external_id]
            for external_id, offers in batch.orders.items()
            if held[external_id].register.needs_values(offers)
        },
        parcels,
    )
    for external_id in {*batch.orders, *batch.parcels}:
        register = held[external_id].register
        taken = Parcels(parcels.get(external_id, {}), told_at(register, "fulfillments"))
        _take(batch, orders, external_id, taken)
        if register.is_written and register.told is not None:
            orders.contacts[external_id] = order_rows.contacts(register.told, mirror.country_code)
    _judge_touches(batch, orders)
    return orders


def _take(batch: Batch, orders: Orders, external_id: str, parcels: Parcels) -> None:
    register = orders.held[external_id].register
    before = None if register.told is None else register.told[_FULFILLMENTS]
    register.consider(batch.orders.get(external_id, []))
    if register.is_written and register.told is not None:
        told, moment = register.told[_FULFILLMENTS], told_at(register, "fulfillments")
        if told is not before and moment is not None:
            parcels.replace(told, moment, fresh=register.fresh)
    news = batch.parcels.get(external_id)
    if news is not None:
        for record, fresh in news.records:
            parcels.add(record, fresh=fresh)
        for move in news.moves:
            parcels.move(move)
    if parcels.held or parcels.now or parcels.refused:
        orders.parcels[external_id] = parcels
    untold = register.is_written and order_rows.money_is_untold(register)
    if register.tied or parcels.is_torn or untold:
        batch.want(Wanted("order", external_id), overtaken=register.overtaken)


def _judge_touches(batch: Batch, orders: Orders) -> None:
    for external_id, touched_at in batch.touched(OrderTouched):
        at = orders.held[external_id].register.at
        if at is None or touched_at is None or at <= touched_at:
            batch.wanted.add(Wanted("order", external_id))


def mark_deleted(orders: Orders, tombstones: Tombstones) -> None:
    """Note the held orders that tombstones delete, beside those that are written anyway."""
    for external_id, held in orders.held.items():
        tombstone = tombstones.get(("order", external_id))
        if tombstone is None or external_id in orders.contacts or held.register.at is None:
            continue
        if tombstone >= held.register.at and tombstone != held.deleted_at:
            orders.changed_by_tombstone.add(external_id)


def rows_of_orders(
    mirror: Mirror,
    orders: Orders,
    profile_ids: Mapping[str, int],
    tombstones: Tombstones,
    resting: Mapping[str, datetime],
) -> list[tuple[Any, ...]]:
    """What the batch came to. `resting` are the orders that were just read by themselves."""
    prefix = (mirror.workspace_id, mirror.store_id)
    rows = []
    for external_id, (_, email, phone) in orders.contacts.items():
        register = orders.held[external_id].register
        tombstone = tombstones.get(("order", external_id))
        key = (*prefix, external_id, profile_ids[external_id])
        rests_until = resting.get(external_id)
        rows.append(order_rows.order_row(key, register, email, phone, tombstone, rests_until))
    return rows


def said_of_orders(rows: list[tuple[Any, ...]]) -> list[OrderSaid]:
    """What these rows say of persons."""
    return [OrderSaid._make(_SAID(row)) for row in rows]


def write_orders(
    mirror: Mirror, orders: Orders, rows: list[tuple[Any, ...]], tombstones: Tombstones
) -> None:
    """Write these rows, their parts, and single columns of other orders."""
    connection, prefix = mirror.connection, (mirror.workspace_id, mirror.store_id)
    lines, given_back = [], []
    for external_id in orders.contacts:
        told = orders.held[external_id].register.told or []
        lines.extend(order_rows.line_rows(*prefix, external_id, told))
        if told[_REFUNDS]:
            given_back.extend(
                refunds.refund_rows(*prefix, external_id, told[_REFUNDS], told[_REFUND_TIMES])
            )
    replaced = orders.replaced()
    for parts in _REPLACED if replaced else ():
        parts.run(
            connection,
            of_workspace=mirror.workspace_id,
            of_store=mirror.store_id,
            ids=several(connection, replaced),
        )
    write_rows(connection, order_rows.TABLE, order_rows.COLUMNS, rows, key=_KEY)
    write_rows(connection, order_rows.LINES, order_rows.LINE_COLUMNS, lines)
    write_rows(connection, refunds.TABLE, refunds.COLUMNS, given_back)
    write_parcels(mirror, orders.parcels)
    _write_marks(mirror, orders, tombstones)


def _parts_of(table: Table) -> Prepared:
    """Removes all of a table's rows that belong to some orders."""

    def build(dialect: Dialect) -> Executable:
        return delete(table).where(
            table.c.workspace_id == bindparam("of_workspace"),
            table.c.store_id == bindparam("of_store"),
            listed(dialect, table.c.order_external_id, "ids"),
        )

    return Prepared(build)


_REPLACED = (_parts_of(order_rows.LINES), _parts_of(refunds.TABLE))


def _write_marks(mirror: Mirror, orders: Orders, tombstones: Tombstones) -> None:
    """Single columns of orders that aren't written whole."""
    store = mirror.store_id
    update_rows(
        mirror.connection,
        order_rows.TABLE,
        ("deleted_at", "counts"),
        [
            (tombstones["order", external_id], False, store, external_id)
            for external_id in orders.changed_by_tombstone
        ],
        key=_KEY,
    )
    update_rows(
        mirror.connection,
        order_rows.TABLE,
        ("source_triggered_at",),
        [
            (held.register.triggered_at, store, external_id)
            for external_id, held in orders.held.items()
            if held.register.retriggered and external_id not in orders.contacts
        ],
        key=_KEY,
    )
