"""Since when and until when a profile ordered: the part of a head that a new order changes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.said import OrderSaid
from integration.models import Customer, Order, Profile
from integration.statements.bulk import stretch_rows, table_of
from integration.statements.prepared import Prepared, listed, several

_ORDERS, _CUSTOMERS, _PROFILES = table_of(Order).c, table_of(Customer).c, table_of(Profile)


@dataclass(slots=True)
class Times:
    """First and last order that count, and since when a person is known at all."""

    first: datetime | None = None
    last: datetime | None = None
    begun: datetime | None = None

    def since(self, at: datetime | None) -> None:
        """Take a time from which on the person was known."""
        if at is not None and (self.begun is None or at < self.begun):
            self.begun = at

    def hear(self, order: OrderSaid) -> None:
        """Take an order in."""
        at = order.placed_at
        self.since(at)
        if order.counts:
            if self.first is None or at < self.first:
                self.first = at
            if self.last is None or at > self.last:
                self.last = at


def stretch_times(connection: Connection, added: Iterable[OrderSaid]) -> None:
    """Widen the times of profiles by orders that are new to them."""
    heard: dict[int, Times] = {}
    for order in added:
        heard.setdefault(order.profile_id, Times()).hear(order)
    stretch_rows(
        connection,
        _PROFILES,
        ("first_order_at", "customer_since"),
        ("last_order_at",),
        [(each.first, each.begun, each.last, profile_id) for profile_id, each in heard.items()],
    )


def refresh_times(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Work out first and last order and `customer_since` of these profiles.

    First and last are over orders that count, `customer_since` is the earliest of all orders and
    of the accounts' making.
    """
    if profile_ids:
        given = {"of_workspace": workspace_id, "profiles": several(connection, profile_ids)}
        _REFRESH.run(connection, **given)


def _refresh(dialect: Dialect) -> Executable:
    made = (
        select(func.min(_CUSTOMERS.source_created_at))
        .where(_CUSTOMERS.profile_id == _PROFILES.c.id)
        .scalar_subquery()
    )
    orders = _ORDERS.profile_id == _PROFILES.c.id
    counted = select(_ORDERS.placed_at).where(orders, _ORDERS.counts)
    first = counted.order_by(_ORDERS.placed_at).limit(1).scalar_subquery()
    last = counted.order_by(_ORDERS.placed_at.desc()).limit(1).scalar_subquery()
    earliest = select(func.min(_ORDERS.placed_at)).where(orders).scalar_subquery()
    return (
        update(_PROFILES)
        .where(
            _PROFILES.c.workspace_id == bindparam("of_workspace"),
            listed(dialect, _PROFILES.c.id, "profiles"),
        )
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


_REFRESH = Prepared(_refresh)
