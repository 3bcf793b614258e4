"""Since when and until when a profile ordered: the part of a head that a new order changes."""

from collections.abc import Collection

from sqlalchemy import Connection, case, func, select, update

from integration.bulk import among, table_of
from integration.models import Customer, Order, Profile

_ORDERS, _CUSTOMERS, _PROFILES = table_of(Order).c, table_of(Customer).c, table_of(Profile)


def refresh_times(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Work out first and last order and `customer_since` of these profiles.

    First and last are over orders that count, `customer_since` is the earliest of all orders and
    of the accounts' making.
    """
    if not profile_ids:
        return
    made = (
        select(func.min(_CUSTOMERS.source_created_at))
        .where(_CUSTOMERS.profile_id == _PROFILES.c.id)
        .scalar_subquery()
    )
    ours = _PROFILES.c.workspace_id == workspace_id
    orders = _ORDERS.profile_id == _PROFILES.c.id
    counted = select(_ORDERS.placed_at).where(orders, _ORDERS.counts)
    first = counted.order_by(_ORDERS.placed_at).limit(1).scalar_subquery()
    last = counted.order_by(_ORDERS.placed_at.desc()).limit(1).scalar_subquery()
    earliest = select(func.min(_ORDERS.placed_at)).where(orders).scalar_subquery()
    connection.execute(
        update(_PROFILES)
        .where(ours, among(connection, _PROFILES.c.id, profile_ids))
        .values(
            first_order_at=first,
            last_order_at=last,
            customer_since=case(
                (made.is_(None), earliest),
                (earliest.is_(None), made),
                (made > earliest, earliest),
                else_=made,
            ),
        )
    )
