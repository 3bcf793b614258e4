"""The identities of a profile that are shown and link nothing.

An account itself, its phone, the address of an account that was merged away, a guest order's phone:
asserted by the store. An order's address or phone that isn't its account's (a present, a typing
error): evidence `order`, unverified, a suggestion only.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from integration.bulk import among, table_of
from integration.models import Customer, Identity, Order
from integration.models.declarative import BigId, UtcDateTime

_ORDERS, _CUSTOMERS, _IDENTITIES = table_of(Order).c, table_of(Customer).c, table_of(Identity)
_COLUMNS = (
    "workspace_id",
    "profile_id",
    "kind",
    "value",
    "verified",
    "links",
    "evidence",
    "store_id",
    "created_at",
)


def refresh_identities(
    connection: Connection, workspace_id: int, profile_ids: Collection[int], now: datetime
) -> None:
    """Work out what is shown of these profiles from their accounts and orders as they are now."""
    if not profile_ids:
        return
    table = _IDENTITIES.c
    connection.execute(
        delete(_IDENTITIES).where(
            table.workspace_id == workspace_id,
            ~table.links,
            among(connection, table.profile_id, profile_ids),
        )
    )
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    source = _shown(connection, workspace_id, profile_ids, now)
    connection.execute(
        insert(_IDENTITIES)
        .from_select(_COLUMNS, source)
        .on_conflict_do_nothing(index_elements=["profile_id", "kind", "value"])
    )


def _shown(
    connection: Connection, workspace_id: int, profile_ids: Collection[int], now: datetime
) -> Select[Any]:
    """One row for each value; what a store asserts outweighs what an order does."""
    told = union_all(
        *_of_accounts(connection, workspace_id, profile_ids),
        *_of_orders(connection, workspace_id, profile_ids),
    ).subquery()
    asserted = func.max(told.c.asserted)
    return (
        select(
            literal(workspace_id, BigId),
            told.c.profile_id,
            told.c.kind,
            told.c.value,
            asserted == 1,
            literal(False),
            case((asserted == 1, "store"), else_="order"),
            func.min(told.c.store_id),
            bindparam("now", now, type_=UtcDateTime()),
        )
        # SQLite reads "ON CONFLICT" after a bare FROM as a join.
        .where(true())
        .group_by(told.c.profile_id, told.c.kind, told.c.value)
    )


def _of_accounts(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> list[Select[Any]]:
    store = cast(_CUSTOMERS.store_id, Text)
    values: tuple[tuple[str, ColumnElement[Any]], ...] = (
        ("customer", store + ":" + _CUSTOMERS.external_id),
        ("phone", _CUSTOMERS.phone_normalized),
        ("email", _CUSTOMERS.email_normalized),
    )
    return [
        _told(_CUSTOMERS.profile_id, kind, value, _CUSTOMERS.store_id, asserted=True).where(
            _CUSTOMERS.workspace_id == workspace_id,
            among(connection, _CUSTOMERS.profile_id, profile_ids),
            value.is_not(None),
        )
        for kind, value in values
    ]


def _of_orders(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> list[Select[Any]]:
    of_profiles = and_(
        _ORDERS.workspace_id == workspace_id, among(connection, _ORDERS.profile_id, profile_ids)
    )
    found = [
        _told(
            _ORDERS.profile_id, "phone", _ORDERS.phone_normalized, _ORDERS.store_id, asserted=True
        )
        .where(of_profiles, _ORDERS.customer_external_id.is_(None))
        .where(_ORDERS.phone_normalized.is_not(None))
    ]
    for kind, value in (
        ("email", _ORDERS.email_normalized),
        ("phone", _ORDERS.phone_normalized),
    ):
        found.append(
            _told(_ORDERS.profile_id, kind, value, _ORDERS.store_id, asserted=False).where(
                of_profiles, _ORDERS.customer_external_id.is_not(None), value.is_not(None)
            )
        )
    return found


def _told(
    profile_id: Any, kind: str, value: ColumnElement[Any], store_id: Any, *, asserted: bool
) -> Select[Any]:
    return select(
        profile_id.label("profile_id"),
        literal(kind).label("kind"),
        value.label("value"),
        literal(1 if asserted else 0).label("asserted"),
        store_id.label("store_id"),
    )
