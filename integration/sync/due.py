"""Which orders and accounts have to be read by themselves, and the claim on them.

Whoever claims an order reads it; for a minute nobody else does, so that a killed reader's claim
passes by itself and a store isn't asked for the same order over and over.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, text, update

from integration.db import WorkspaceSession
from integration.models import Customer, Order, Reread
from integration.statements.bulk import among, table_of
from integration.sync.order_rows import RESTS
from integration.sync.sourced import Wanted
from integration.sync.wanted import NAMED

# What the store refuses to tell of one order is asked again so late, unless the order changes.
REFUSED_RESTS = timedelta(hours=1)

_ORDERS, _CUSTOMERS, _REREADS = table_of(Order), table_of(Customer), table_of(Reread)


def claim_untold(
    session: WorkspaceSession, store_id: int, now: datetime, *, at_most: int
) -> list[Wanted]:
    """The newest orders of which something is untold, claimed."""
    due = or_(_ORDERS.c.rests_until.is_(None), _ORDERS.c.rests_until <= now)
    return _claim(session, store_id, now, at_most, _is_untold(session.connection()), due)


def count_untold(session: WorkspaceSession, store_id: int, now: datetime) -> int:
    """How many orders and accounts there are that could be claimed as untold or named."""
    connection = session.connection()
    orders = select(func.count()).where(
        _ORDERS.c.workspace_id == session.workspace_id,
        _ORDERS.c.store_id == store_id,
        _ORDERS.c.deleted_at.is_(None),
        _ORDERS.c.profile_id.is_not(None),
        or_(_ORDERS.c.rests_until.is_(None), _ORDERS.c.rests_until <= now),
        _is_untold(connection),
    )
    accounts = select(func.count()).where(
        _REREADS.c.workspace_id == session.workspace_id,
        _REREADS.c.store_id == store_id,
        _REREADS.c.kind == NAMED,
        _REREADS.c.wanted_at <= now,
    )
    return sum(connection.execute(one).scalar_one() for one in (orders, accounts))


def claim_newest(
    session: WorkspaceSession, store_id: int, now: datetime, *, at_most: int
) -> list[Wanted]:
    """The newest orders, claimed whether they were just read or not."""
    return _claim(session, store_id, now, at_most)


def claim_these(
    session: WorkspaceSession, store_id: int, now: datetime, order_ids: Sequence[int]
) -> list[Wanted]:
    """These orders by our ids, claimed, without those that rest."""
    due = or_(_ORDERS.c.rests_until.is_(None), _ORDERS.c.rests_until <= now)
    which = _ORDERS.c.id.in_(order_ids)
    return _claim(session, store_id, now, len(order_ids), which, due)


def claim_named(
    session: WorkspaceSession, store_id: int, now: datetime, *, at_most: int
) -> list[Wanted]:
    """Accounts that orders name and that nobody told yet, claimed."""
    connection = session.connection()
    ours = (
        _REREADS.c.workspace_id == session.workspace_id,
        _REREADS.c.store_id == store_id,
        _REREADS.c.kind == NAMED,
    )
    held = select(_CUSTOMERS.c.external_id).where(
        _CUSTOMERS.c.workspace_id == session.workspace_id,
        _CUSTOMERS.c.store_id == store_id,
        _CUSTOMERS.c.external_id == _REREADS.c.external_id,
        _CUSTOMERS.c.source_updated_at.is_not(None),
    )
    connection.execute(delete(_REREADS).where(*ours, held.exists()))
    found = connection.execute(
        select(_REREADS.c.external_id).where(*ours, _REREADS.c.wanted_at <= now).limit(at_most)
    )
    ids = list(found.scalars())
    connection.execute(
        update(_REREADS)
        .where(*ours, among(connection, _REREADS.c.external_id, ids))
        .values(wanted_at=now + RESTS)
    )
    return [Wanted("customer", external_id) for external_id in ids]


def let_rest(
    session: WorkspaceSession, store_id: int, refused: Collection[Wanted], now: datetime
) -> None:
    """Ask for these no more, or much later: the store refuses to tell them."""
    connection = session.connection()
    orders = [what.external_id for what in refused if what.kind == "order"]
    accounts = [what.external_id for what in refused if what.kind == "customer"]
    connection.execute(
        update(_ORDERS)
        .where(
            _ORDERS.c.workspace_id == session.workspace_id,
            _ORDERS.c.store_id == store_id,
            among(connection, _ORDERS.c.external_id, orders),
        )
        .values(rests_until=now + REFUSED_RESTS)
    )
    connection.execute(
        delete(_REREADS).where(
            _REREADS.c.workspace_id == session.workspace_id,
            _REREADS.c.store_id == store_id,
            _REREADS.c.kind == NAMED,
            among(connection, _REREADS.c.external_id, accounts),
        )
    )


def _claim(
    session: WorkspaceSession,
    store_id: int,
    now: datetime,
    at_most: int,
    *which: ColumnElement[bool],
) -> list[Wanted]:
    connection = session.connection()
    found = connection.execute(
        select(_ORDERS.c.external_id)
        .where(
            _ORDERS.c.workspace_id == session.workspace_id,
            _ORDERS.c.store_id == store_id,
            # Nobody asks for what is deleted or erased.
            _ORDERS.c.deleted_at.is_(None),
            _ORDERS.c.profile_id.is_not(None),
            *which,
        )
        .order_by(_ORDERS.c.placed_at.desc())
        .limit(at_most)
    )
    ids = list(found.scalars())
    connection.execute(
        update(_ORDERS)
        .where(
            _ORDERS.c.workspace_id == session.workspace_id,
            _ORDERS.c.store_id == store_id,
            among(connection, _ORDERS.c.external_id, ids),
        )
        .values(rests_until=now + RESTS)
    )
    return [Wanted("order", external_id) for external_id in ids]


def _is_untold(connection: Connection) -> Any:
    """The condition of the partial index, letter by letter: a parameter would hide it."""
    empty = "'{}'" if connection.dialect.name == "sqlite" else "'{}'::jsonb"
    return text(f"orders.withheld <> {empty}")
