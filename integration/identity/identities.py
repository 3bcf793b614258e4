"""The identities of a profile that are shown and link nothing.

An account itself, its phone, the address of an account that was merged away, a guest order's
address and phone: asserted by the store. An order's address or phone that isn't its account's (a
present, a typing error): evidence `order`, unverified, a suggestion only.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.engine import Dialect

from integration.identity.links import COLUMNS
from integration.identity.origin import Origin
from integration.models import Customer, Identity, Order
from integration.models.declarative import BigId
from integration.models.vocabulary import Trust
from integration.statements.bulk import among, table_of, write_rows
from integration.statements.prepared import Prepared, listed, several

_ORDERS, _CUSTOMERS, _IDENTITIES = table_of(Order).c, table_of(Customer).c, table_of(Identity)


class Shown(NamedTuple):
    """An identity to be shown. `told_by` is the account or order that says it (`account:7001`)."""

    profile_id: int
    kind: str
    value: str
    asserted: bool
    store_id: int
    told_by: str

    def row(
        self, workspace_id: int, now: datetime, origin: Origin | None, known: Any = None
    ) -> tuple[Any, ...]:
        """Its row, in the order of `links.COLUMNS`. `known` is a row that told the same before."""
        of_origin = (
            None if origin is None else origin.source,
            None if origin is None else origin.deliveries.get(self.told_by),
            now,
        )
        came = of_origin if known is None else (known.source, known.delivery_id, known.created_at)
        return (
            workspace_id,
            self.profile_id,
            self.kind,
            self.value,
            self.asserted,
            False,
            "store" if self.asserted else "order",
            Trust.ASSERTED.value if self.asserted else Trust.CLAIMED.value,
            self.store_id,
            self.told_by,
            *came,
        )


def refresh_identities(
    connection: Connection,
    workspace_id: int,
    profile_ids: Collection[int],
    now: datetime,
    origin: Origin | None = None,
) -> None:
    """Work out what is shown of these profiles from their accounts and orders as they are now.

    What was shown before and still is stays as it was written: since when, and by which delivery.
    """
    if not profile_ids:
        return
    given = {"of_workspace": workspace_id, "profiles": several(connection, profile_ids)}
    held = {(row.profile_id, row.kind, row.value): row for row in _HELD.rows(connection, **given)}
    shown = [Shown(*row) for row in _TOLD.rows(connection, **given)]
    new, stale = [], {row.id for row in held.values() if not row.links}
    for one in shown:
        row = held.get(one[:3])
        if row is not None and (row.links or row.verified == bool(one.asserted)):
            stale.discard(row.id)
        else:
            new.append(one._replace(asserted=bool(one.asserted)))
    if stale:
        connection.execute(delete(_IDENTITIES).where(among(connection, _IDENTITIES.c.id, stale)))
    # What goes from one of these profiles to another has been known as long as before.
    known = {(row.kind, row.value, bool(row.verified)): row for row in held.values()}
    rows = [
        one.row(workspace_id, now, origin, known.get((one.kind, one.value, one.asserted)))
        for one in new
    ]
    write_rows(connection, _IDENTITIES, COLUMNS, rows)


def _held(dialect: Dialect) -> Select[Any]:
    table = _IDENTITIES.c
    return select(
        table.id,
        table.profile_id,
        table.kind,
        table.value,
        table.links,
        table.verified,
        table.source,
        table.delivery_id,
        table.created_at,
    ).where(
        table.workspace_id == bindparam("of_workspace", type_=BigId),
        listed(dialect, table.profile_id, "profiles"),
    )


def _told(dialect: Dialect) -> Select[Any]:
    """One row for each value; what a store asserts outweighs what an order does."""
    told = union_all(*_of_accounts(dialect), *_of_orders(dialect)).subquery()
    asserted = func.max(told.c.asserted)
    store = case((told.c.asserted == 1, told.c.store_id))
    by = case((told.c.asserted == 1, told.c.told_by))
    return select(
        told.c.profile_id,
        told.c.kind,
        told.c.value,
        asserted.label("asserted"),
        func.coalesce(func.min(store), func.min(told.c.store_id)).label("store_id"),
        func.coalesce(func.min(by), func.min(told.c.told_by)).label("told_by"),
    ).group_by(told.c.profile_id, told.c.kind, told.c.value)


def _of_accounts(dialect: Dialect) -> Iterable[Select[Any]]:
    store = cast(_CUSTOMERS.store_id, Text)
    values: tuple[tuple[str, ColumnElement[Any]], ...] = (
        ("customer", store + ":" + _CUSTOMERS.external_id),
        ("phone", _CUSTOMERS.phone_normalized),
        ("email", _CUSTOMERS.email_normalized),
    )
    for kind, value in values:
        yield _rows(dialect, _CUSTOMERS, "account", kind, value, asserted=True)


def _of_orders(dialect: Dialect) -> Iterable[Select[Any]]:
    for kind, value in (
        ("email", _ORDERS.email_normalized),
        ("phone", _ORDERS.phone_normalized),
    ):
        guests = _rows(dialect, _ORDERS, "order", kind, value, asserted=True)
        yield guests.where(_ORDERS.customer_external_id.is_(None))
        others = _rows(dialect, _ORDERS, "order", kind, value, asserted=False)
        yield others.where(_ORDERS.customer_external_id.is_not(None))


def _rows(
    dialect: Dialect,
    table: Any,
    who: str,
    kind: str,
    value: ColumnElement[Any],
    *,
    asserted: bool,
) -> Select[Any]:
    return select(
        table.profile_id.label("profile_id"),
        literal(kind, Text).label("kind"),
        value.label("value"),
        literal(1 if asserted else 0).label("asserted"),
        table.store_id.label("store_id"),
        (literal(f"{who}:", Text) + table.external_id).label("told_by"),
    ).where(
        table.workspace_id == bindparam("of_workspace", type_=BigId),
        listed(dialect, table.profile_id, "profiles"),
        value.is_not(None),
    )


_HELD, _TOLD = Prepared(_held), Prepared(_told)
