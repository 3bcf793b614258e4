"""What the mirror holds of a batch's objects, read in a few statements."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.said import OrderSaid
from integration.identity.erased_names import NameHash
from integration.identity.keys import AccountFacts
from integration.models import Fulfillment, OrderLine, Refund, Tombstone
from integration.statements.bulk import read_rows, table_of
from integration.statements.prepared import Prepared, listed, several
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
    names: NameHash


@dataclass(slots=True)
class HeldOrder:
    """An order's register and what else decides about it.

    `contacts` are its account, address and phone, `said` what its row says of a person; None for an
    order that isn't held.
    """

    register: Register
    profile_id: int | None = None
    deleted_at: datetime | None = None
    contacts: Contacts | None = None
    said: OrderSaid | None = None


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


_TOMBSTONES = table_of(Tombstone).c
_LINES, _REFUNDS, _PARCELS = table_of(OrderLine), table_of(Refund), table_of(Fulfillment)
_LINE_COLUMNS = tuple(each.name for each in fields(LineRecord))
_REFUND_COLUMNS = ("external_id", "source_created_at", "amount_minor", "note")
_PARCEL_COLUMNS = (
    "external_id",
    "source_created_at",
    "source_updated_at",
    "status",
    "shipment_status",
    "tracking",
    "shipment_status_at",
)
_ORDER_COLUMNS = (
    "external_id",
    "source_updated_at",
    "source_triggered_at",
    "source_read_at",
    "withheld",
    "deleted_at",
    *OrderSaid._fields,
)
_CUSTOMER_COLUMNS = (
    "external_id",
    "source_updated_at",
    "source_triggered_at",
    "source_read_at",
    "withheld",
    "content_digest",
    "profile_id",
    "email_normalized",
    "phone_normalized",
    "merged_into_external_id",
    "merged_at",
    "deleted_at",
    "first_name",
    "last_name",
    "locale",
)
_NOBODY = AccountFacts(None, None, False, None)


def held_orders(mirror: Mirror, external_ids: Collection[str]) -> dict[str, HeldOrder]:
    """The orders by external id; one that isn't held has an empty register."""
    found = {external_id: HeldOrder(Register(order_rows.TOLD)) for external_id in external_ids}
    rows = _rows(mirror, order_rows.TABLE, _ORDER_COLUMNS, "external_id", external_ids)
    for external_id, at, triggered_at, read_at, withheld, deleted_at, *fields_said in rows:
        held = found[external_id]
        register = held.register
        register.at, register.triggered_at, register.withheld = at, triggered_at, withheld
        register.read_at = read_at
        held.said = said = OrderSaid._make(fields_said)
        held.profile_id, held.deleted_at = said.profile_id, deleted_at
        held.contacts = (said.customer_external_id, said.email_normalized, said.phone_normalized)
    return found


def held_customers(mirror: Mirror, external_ids: Collection[str]) -> dict[str, HeldCustomer]:
    """The accounts by external id; one that isn't held has an empty register."""
    found = {
        external_id: HeldCustomer(Register(customer_rows.TOLD), _NOBODY)
        for external_id in external_ids
    }
    rows = _rows(mirror, customer_rows.TABLE, _CUSTOMER_COLUMNS, "external_id", external_ids)
    for external_id, at, triggered_at, read_at, withheld, digest, profile_id, *rest in rows:
        email, phone, merged_into, merged_at, deleted_at, first_name, last_name, locale = rest
        held = found[external_id]
        held.exists = True
        register = held.register
        register.at, register.triggered_at, register.withheld = at, triggered_at, withheld
        register.read_at = read_at
        held.digest, held.merged_at, held.deleted_at = digest, merged_at, deleted_at
        held.is_named = first_name is not None or last_name is not None
        held.has_locale, held.phone = locale is not None, phone
        held.facts = AccountFacts(email, merged_into, at is not None, profile_id)
    return found


def load_orders(
    mirror: Mirror, held: dict[str, HeldOrder], parcels: dict[str, dict[str, Parcel]]
) -> None:
    """Fill in what is held of these orders, with their parts."""
    if not held:
        return
    columns = ("external_id", *order_rows.STORED.names)
    lines = _parts(mirror, _LINES, held, _LINE_COLUMNS)
    refunds = _parts(mirror, _REFUNDS, held, _REFUND_COLUMNS)
    for external_id, *stored in _rows(mirror, order_rows.TABLE, columns, "external_id", held):
        given_back = tuple(
            RefundRecord(*refund) for refund in sorted(refunds[external_id], key=itemgetter(0))
        )
        held[external_id].register.told = [
            *stored,
            tuple(LineRecord(*line) for line in sorted(lines[external_id], key=itemgetter(1))),
            given_back,
            times_of(given_back),
            tuple(parcel.record for parcel in parcels.get(external_id, {}).values()),
        ]


def load_customers(mirror: Mirror, held: dict[str, HeldCustomer]) -> None:
    """Fill in what is held of these accounts."""
    if not held:
        return
    columns = ("external_id", *customer_rows.TOLD.names)
    for external_id, *told in _rows(mirror, customer_rows.TABLE, columns, "external_id", held):
        held[external_id].register.told = told


def held_parcels(
    mirror: Mirror, order_external_ids: Collection[str]
) -> dict[str, dict[str, Parcel]]:
    """The held fulfilments of these orders."""
    found: dict[str, dict[str, Parcel]] = defaultdict(dict)
    for order_external_id, parcels in _parts(
        mirror, _PARCELS, order_external_ids, _PARCEL_COLUMNS
    ).items():
        for external_id, created_at, updated_at, status, word, told, moved_at in parcels:
            tracking = tuple(TrackingRecord(**entry) for entry in told)
            record = FulfillmentRecord(external_id, created_at, updated_at, status, word, tracking)
            found[order_external_id][external_id] = Parcel(record, moved_at)
    return found


def held_tombstones(
    mirror: Mirror, orders: Collection[str], customers: Collection[str]
) -> dict[tuple[str, str], datetime]:
    """When the store deleted any of these, by kind and external id."""
    rows = _HELD_TOMBSTONES.rows(
        mirror.connection,
        of_workspace=mirror.workspace_id,
        of_store=mirror.store_id,
        ids=several(mirror.connection, {*orders, *customers}),
    )
    return {(row.kind, row.external_id): row.deleted_at for row in rows}


def _tombstones(dialect: Dialect) -> Executable:
    kind = _TOMBSTONES.kind
    return select(kind, _TOMBSTONES.external_id, _TOMBSTONES.deleted_at).where(
        _TOMBSTONES.workspace_id == bindparam("of_workspace"),
        _TOMBSTONES.store_id == bindparam("of_store"),
        or_(kind == "order", kind == "customer"),
        listed(dialect, _TOMBSTONES.external_id, "ids"),
    )


_HELD_TOMBSTONES = Prepared(_tombstones)


def _rows(
    mirror: Mirror, table: Table, columns: tuple[str, ...], key: str, values: Collection[str]
) -> list[tuple[Any, ...]]:
    ours = {"workspace_id": mirror.workspace_id, "store_id": mirror.store_id}
    return read_rows(mirror.connection, table, columns, ours, key, values)


def _parts(
    mirror: Mirror, table: Table, order_external_ids: Collection[str], columns: tuple[str, ...]
) -> dict[str, list[tuple[Any, ...]]]:
    """Those columns of the parts of these orders, by order."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    key = "order_external_id"
    for row in _rows(mirror, table, (key, *columns), key, order_external_ids):
        found[row[0]].append(row[1:])
    return found
