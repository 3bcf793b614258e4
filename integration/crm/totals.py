"""The figures of profiles per currency, worked out from their orders."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.said import OrderSaid
from integration.models import Order, ProfileTotal
from integration.models.declarative import BigId
from integration.statements.bulk import add_rows, table_of
from integration.statements.prepared import Prepared, listed, several

_ORDERS = table_of(Order).c
_TOTALS = table_of(ProfileTotal)
_COLUMNS = (
    "profile_id",
    "currency",
    "orders",
    "spent_minor",
    "unpaid_minor",
    "refunded_minor",
    "workspace_id",
)


def add_to_totals(connection: Connection, workspace_id: int, added: Iterable[OrderSaid]) -> None:
    """Add orders that are new to their profiles, without reading the others again."""
    sums: dict[tuple[int, str], list[int]] = {}
    for order in added:
        if order.counts:
            figures = sums.setdefault((order.profile_id, order.currency), [0, 0, 0, 0])
            figures[0] += 1
            figures[1 if order.is_paid else 2] += order.total_minor
            figures[3] += order.refunded_minor
    rows = [(*of, *figures, workspace_id) for of, figures in sums.items()]
    add_rows(connection, _TOTALS, _COLUMNS, rows, key=_COLUMNS[:2], sums=_COLUMNS[2:6])


def refresh_totals(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Work these profiles' figures out again from their orders as they are now."""
    if profile_ids:
        given = {"of_workspace": workspace_id, "profiles": several(connection, profile_ids)}
        _DELETE.run(connection, **given)
        _INSERT.run(connection, **given)


def _delete(dialect: Dialect) -> Executable:
    return delete(_TOTALS).where(
        _TOTALS.c.workspace_id == bindparam("of_workspace"),
        listed(dialect, _TOTALS.c.profile_id, "profiles"),
    )


def _insert(dialect: Dialect) -> Executable:
    figures = (
        select(
            _ORDERS.profile_id,
            _ORDERS.currency,
            func.count(),
            func.sum(case((_ORDERS.is_paid, _ORDERS.total_minor), else_=0)),
            func.sum(case((_ORDERS.is_paid, 0), else_=_ORDERS.total_minor)),
            func.sum(_ORDERS.refunded_minor),
            bindparam("of_workspace", type_=BigId),
        )
        .where(
            _ORDERS.workspace_id == bindparam("of_workspace", type_=BigId),
            listed(dialect, _ORDERS.profile_id, "profiles"),
            _ORDERS.counts,
        )
        .group_by(_ORDERS.profile_id, _ORDERS.currency)
    )
    return insert(_TOTALS).from_select(_COLUMNS, figures)


_DELETE, _INSERT = Prepared(_delete), Prepared(_insert)
