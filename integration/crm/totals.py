"""The figures of profiles per currency, worked out from their orders."""

from collections.abc import Collection

from sqlalchemy import Connection, case, delete, func, insert, literal, select

from integration.bulk import among, table_of
from integration.models import Order, ProfileTotal
from integration.models.declarative import BigId

_ORDERS = table_of(Order).c
_TOTALS = table_of(ProfileTotal)


def refresh_totals(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Work these profiles' figures out again from their orders as they are now."""
    connection.execute(
        delete(_TOTALS).where(
            _TOTALS.c.workspace_id == workspace_id,
            among(connection, _TOTALS.c.profile_id, profile_ids),
        )
    )
    figures = (
        select(
            _ORDERS.profile_id,
            _ORDERS.currency,
            func.count(),
            func.sum(case((_ORDERS.is_paid, _ORDERS.total_minor), else_=0)),
            func.sum(case((_ORDERS.is_paid, 0), else_=_ORDERS.total_minor)),
            func.sum(_ORDERS.refunded_minor),
            literal(workspace_id, BigId),
        )
        .where(
            _ORDERS.workspace_id == workspace_id,
            among(connection, _ORDERS.profile_id, profile_ids),
            _ORDERS.counts,
        )
        .group_by(_ORDERS.profile_id, _ORDERS.currency)
    )
    columns = (
        "profile_id",
        "currency",
        "orders",
        "spent_minor",
        "unpaid_minor",
        "refunded_minor",
        "workspace_id",
    )
    connection.execute(insert(_TOTALS).from_select(columns, figures))
