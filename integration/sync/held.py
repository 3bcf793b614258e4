"""What the mirror holds of a batch's objects, read in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, or_, select

from integration.bulk import among, table_of
from integration.crm.keys import AccountFacts
from integration.models import Customer, Fulfillment, Order, OrderLine, Refund, Tombstone
from integration.sync import customer_rows, order_rows
from integration.sync.parcels import Parcel
from integration.sync.refunds import times_of
from integration.sync.register import Register
from platforms.records import FulfillmentRecord, LineRecord, RefundRecord, TrackingRecord

Contacts = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Mirror:
    """The mirror of one store, inside a write transaction."""

    connection: Connection
    workspace_id: int
    store_id: int
    country_code: str | None


@dataclass(slots=True)
class HeldOrder:
    """An order's register and what else decides about it.

    `contacts` are its account, address and phone, None for an order that isn't held.
    """

    register: Register
    profile_id: int | None = None
    deleted_at: datetime | None = None
    contacts: Contacts | None = None


@dataclass(slots=True)
class HeldCustomer:
    """An account's register, what decides its key, and what a merge or a deletion said of it.

    `is_named` and `has_locale` say what the held row tells of the person, `phone` its E.164 number.
    """

    register: Register
    facts: AccountFacts
    exists: bool = False
    is_named: bool = False
    has_locale: bool = False
    phone: str | None = None
    merged_at: datetime | None = None
    deleted_at: datetime | None = None
    digest: bytes | None = None


_ORDERS, _CUSTOMERS, _TOMBSTONES = table_of(Order).c, table_of(Customer).c, table_of(Tombstone).c
_LINES, _REFUNDS, _PARCELS = table_of(OrderLine).c, table_of(Refund).c, table_of(Fulfillment).c
_NOBODY = AccountFacts(None, None, False, None)


def held_orders(mirror: Mirror, external_ids: Collection[str]) -> dict[str, HeldOrder]:
    """The orders by external id; one that isn't held has an empty register."""
    found = {external_id: HeldOrder(Register(order_rows.TOLD)) for external_id in external_ids}
    columns = (
        _ORDERS.external_id,
        _ORDERS.source_updated_at,
        _ORDERS.source_triggered_at,
        _ORDERS.withheld,
        _ORDERS.profile_id,
        _ORDERS.deleted_at,
        _ORDERS.customer_external_id,
        _ORDERS.email_normalized,
        _ORDERS.phone_normalized,
    )
    for row in _rows(mirror, columns, _ORDERS.external_id, external_ids):
        held = found[row.external_id]
        held.register.at = row.source_updated_at
        held.register.triggered_at = row.source_triggered_at
        held.register.withheld = row.withheld
        held.profile_id, held.deleted_at = row.profile_id, row.deleted_at
        held.contacts = (row.customer_external_id, row.email_normalized, row.phone_normalized)
    return found


def held_customers(mirror: Mirror, external_ids: Collection[str]) -> dict[str, HeldCustomer]:
    """The accounts by external id; one that isn't held has an empty register."""
    found = {
        external_id: HeldCustomer(Register(customer_rows.TOLD), _NOBODY)
        for external_id in external_ids
    }
    columns = (
        _CUSTOMERS.external_id,
        _CUSTOMERS.source_updated_at,
        _CUSTOMERS.source_triggered_at,
        _CUSTOMERS.withheld,
        _CUSTOMERS.content_digest,
        _CUSTOMERS.profile_id,
        _CUSTOMERS.email_normalized,
        _CUSTOMERS.merged_into_external_id,
        _CUSTOMERS.merged_at,
        _CUSTOMERS.deleted_at,
        or_(_CUSTOMERS.first_name.is_not(None), _CUSTOMERS.last_name.is_not(None)).label(
            "is_named"
        ),
        _CUSTOMERS.locale.is_not(None).label("has_locale"),
        _CUSTOMERS.phone_normalized,
    )
    for row in _rows(mirror, columns, _CUSTOMERS.external_id, external_ids):
        held = found[row.external_id]
        held.exists = True
        held.register.at = row.source_updated_at
        held.register.triggered_at = row.source_triggered_at
        held.register.withheld = row.withheld
        held.digest, held.merged_at = row.content_digest, row.merged_at
        held.deleted_at, held.phone = row.deleted_at, row.phone_normalized
        held.is_named, held.has_locale = row.is_named, row.has_locale
        held.facts = AccountFacts(
            row.email_normalized,
            row.merged_into_external_id,
            row.source_updated_at is not None,
            row.profile_id,
        )
    return found


def load_orders(
    mirror: Mirror, held: dict[str, HeldOrder], parcels: dict[str, dict[str, Parcel]]
) -> None:
    """Fill in what is held of these orders, with their parts."""
    if not held:
        return
    columns = (_ORDERS.external_id, *(_ORDERS[name] for name in order_rows.STORED.names))
    lines = _parts(mirror, table_of(OrderLine), held, _LINES.position)
    refunds = _parts(mirror, table_of(Refund), held, _REFUNDS.external_id)
    for row in _rows(mirror, columns, _ORDERS.external_id, held):
        given_back = tuple(_refund(refund) for refund in refunds[row.external_id])
        held[row.external_id].register.told = [
            *row[1:],
            tuple(_line(line) for line in lines[row.external_id]),
            given_back,
            times_of(given_back),
            tuple(parcel.record for parcel in parcels.get(row.external_id, {}).values()),
        ]


def load_customers(mirror: Mirror, held: dict[str, HeldCustomer]) -> None:
    """Fill in what is held of these accounts."""
    if not held:
        return
    columns = (_CUSTOMERS.external_id, *(_CUSTOMERS[name] for name in customer_rows.TOLD.names))
    for row in _rows(mirror, columns, _CUSTOMERS.external_id, held):
        held[row.external_id].register.told = list(row[1:])


def held_parcels(
    mirror: Mirror, order_external_ids: Collection[str]
) -> dict[str, dict[str, Parcel]]:
    """The held fulfilments of these orders."""
    found: dict[str, dict[str, Parcel]] = defaultdict(dict)
    for row in _parts_rows(mirror, table_of(Fulfillment), order_external_ids):
        tracking = tuple(TrackingRecord(**entry) for entry in row.tracking)
        record = FulfillmentRecord(
            row.external_id,
            row.source_created_at,
            row.source_updated_at,
            row.status,
            row.shipment_status,
            tracking,
        )
        found[row.order_external_id][row.external_id] = Parcel(record, row.shipment_status_at)
    return found


def held_tombstones(
    mirror: Mirror, orders: Collection[str], customers: Collection[str]
) -> dict[tuple[str, str], datetime]:
    """When the store deleted any of these, by kind and external id."""
    statement = select(_TOMBSTONES.kind, _TOMBSTONES.external_id, _TOMBSTONES.deleted_at).where(
        _TOMBSTONES.workspace_id == mirror.workspace_id,
        _TOMBSTONES.store_id == mirror.store_id,
        _TOMBSTONES.kind.in_(("order", "customer")),
        among(mirror.connection, _TOMBSTONES.external_id, {*orders, *customers}),
    )
    rows = mirror.connection.execute(statement)
    return {(row.kind, row.external_id): row.deleted_at for row in rows}


def _rows(
    mirror: Mirror, columns: Iterable[Any], key: Any, values: Collection[str]
) -> Iterable[Row[Any]]:
    if not values:
        return ()
    table = key.table
    statement = select(*columns).where(
        table.c.workspace_id == mirror.workspace_id,
        table.c.store_id == mirror.store_id,
        among(mirror.connection, key, values),
    )
    return mirror.connection.execute(statement)


def _parts_rows(
    mirror: Mirror, table: Table, order_external_ids: Collection[str]
) -> Iterable[Row[Any]]:
    return _rows(mirror, table.c, table.c.order_external_id, order_external_ids)


def _parts(
    mirror: Mirror, table: Table, order_external_ids: Collection[str], order: Any
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in _parts_rows(mirror, table, order_external_ids):
        found[row.order_external_id].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row._mapping[order])
    return found


def _line(row: Row[Any]) -> LineRecord:
    return LineRecord(
        row.external_id,
        row.position,
        row.title,
        row.variant_title,
        row.sku,
        row.quantity,
        row.current_quantity,
        row.unit_price_minor,
        row.total_minor,
        row.variant_external_id,
        row.product_external_id,
    )


def _refund(row: Row[Any]) -> RefundRecord:
    return RefundRecord(row.external_id, row.source_created_at, row.amount_minor, row.note)
