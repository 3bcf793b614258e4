"""Take a batch of changes into the mirror and the profiles, newest-wins, in any order.

Everything happens in the caller's write transaction and in a number of statements that doesn't grow
with the batch. The same changes, in whatever order and however often they come, end in the same
mirror, the same parting into profiles and the same figures.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.heads import refresh_heads
from integration.crm.newcomers import introduce
from integration.crm.rework import rework
from integration.crm.said import OrderSaid
from integration.crm.times import refresh_times, stretch_times
from integration.crm.totals import add_to_totals, refresh_totals
from integration.db import WorkspaceSession
from integration.identity.attach import attach, settle
from integration.identity.erased_names import name_hash
from integration.identity.family import Place
from integration.identity.following import follow
from integration.identity.identities import refresh_identities
from integration.identity.moves import write_moves
from integration.models import Store, StoreSync
from integration.search.due import mark_due
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared
from integration.sync.batch import sort_out
from integration.sync.customers import (
    Accounts,
    rows_of_customers,
    take_customers,
    write_customers,
)
from integration.sync.erased import refuse_erased
from integration.sync.held import Mirror
from integration.sync.order_rows import RESTS
from integration.sync.orders import (
    Orders,
    mark_deleted,
    rows_of_orders,
    said_of_orders,
    take_orders,
    write_orders,
)
from integration.sync.origins import origin_of
from integration.sync.rekeyed import rekeyed
from integration.sync.sourced import Applied, Sourced
from integration.sync.tombstones import Tombstones, keep_tombstones
from integration.sync.touched import Touched, touched
from integration.sync.wanted import keep_again, keep_named, keep_wanted

_SYNCS = table_of(StoreSync)


def apply(
    session: WorkspaceSession,
    store: Store,
    changes: Sequence[Sourced],
    *,
    now: datetime,
    parts_apart: bool = False,
) -> Applied:
    """What the changes did to the mirror of a store, inside the caller's write transaction.

    `wanted` are the objects that nothing we were told can decide (equal times, a deletion without
    a time, money that a body doesn't tell): read them again (`reread.read_again`) and apply what
    comes. They are also kept in the database until that was done. `parts_apart` is the platform's
    trait: accounts that orders name without telling them are then kept to be read as well, at
    leisure. What is an erased person's is refused (`refuse_erased`). Takes changes of customers and
    orders only; raises TypeError for others.
    """
    session.lock_workspace()
    connection = session.connection()
    hashes = name_hash(session)
    mirror = Mirror(connection, session.workspace_id, store.id, store.country_code, hashes)
    place = Place(connection, session.workspace_id, store.id, now, origin_of(changes))
    batch = sort_out(changes)
    erased = refuse_erased(mirror, batch)
    orders = take_orders(mirror, batch)
    accounts = take_customers(mirror, batch, orders.customer_external_ids())
    tombstones = keep_tombstones(mirror, batch, orders.held, accounts.held)
    mark_deleted(orders, tombstones)
    facts = orders.facts()
    attachment = attach(place, accounts.facts, accounts.changed, facts, accounts.contacts)
    customer_rows = rows_of_customers(mirror, accounts, attachment.accounts, tombstones)
    rest = {what.external_id: now + RESTS for what in batch.read if what.kind == "order"}
    order_rows = rows_of_orders(mirror, orders, attachment.orders, tombstones, rest)
    said = said_of_orders(order_rows)
    introduce(place, attachment.new, customer_rows.said() if attachment.new else (), said)
    write_customers(mirror, customer_rows)
    write_orders(mirror, orders, order_rows, tombstones)
    settle(place, attachment)
    touch = touched(attachment, orders, accounts, said)
    _refresh(place, touch, said, orders.existed)
    followed = follow(place, attachment, rekeyed(orders, accounts))
    rework(connection, session.workspace_id, followed.changed, now)
    write_moves(place, attachment, followed, accounts.merged)
    gone = attachment.emptied | followed.removed
    changed = (touch.all | followed.changed) - gone
    mark_due(connection, session.workspace_id, changed | gone)
    wanted = keep_wanted(mirror, batch, now)
    keep_again(mirror, batch, erased.returned, now)
    named = _named(orders, accounts, tombstones) if parts_apart else frozenset()
    keep_named(mirror, named, now)
    _note_news(mirror, changes, now)
    return Applied(
        profile_ids=frozenset(changed),
        wanted=wanted,
        written=orders.written() + accounts.written(),
        refused=orders.refused() + accounts.refused() + erased.changes,
        leaves_parts=parts_apart and (bool(named) or orders.leave_parts()),
        erased=erased.objects,
        came_back=erased.came_back,
    )


def _named(orders: Orders, accounts: Accounts, tombstones: Tombstones) -> frozenset[str]:
    """The accounts that written orders name, that aren't held and that the store didn't delete."""
    return frozenset(
        external_id
        for external_id in orders.customer_external_ids()
        if not accounts.facts[external_id].is_mirrored
        and ("customer", external_id) not in tombstones
    )


def _note_news(mirror: Mirror, changes: Sequence[Sourced], now: datetime) -> None:
    """Note when the newest news came, and who brought it."""
    if changes:
        told = {sourced.source for sourced in changes}
        _NOTE.run(
            mirror.connection,
            of_workspace=mirror.workspace_id,
            of_store=mirror.store_id,
            moment=now,
            told_by="webhook" if "webhook" in told else min(told),
        )


def _note(_: Dialect) -> Executable:
    return (
        update(_SYNCS)
        .where(
            _SYNCS.c.workspace_id == bindparam("of_workspace"),
            _SYNCS.c.store_id == bindparam("of_store"),
        )
        .values(
            as_of=bindparam("moment", type_=_SYNCS.c.as_of.type),
            source=bindparam("told_by", type_=_SYNCS.c.source.type),
        )
    )


_NOTE = Prepared(_note)


def _refresh(
    place: Place, touch: Touched, said: Sequence[OrderSaid], existed: Collection[str]
) -> None:
    """Work the touched profiles out again, as far as the batch can have changed them."""
    connection, workspace_id = place.connection, place.workspace_id
    refresh_identities(connection, workspace_id, touch.identities, place.now, place.origin)
    refresh_totals(connection, workspace_id, touch.figures)
    refresh_heads(connection, workspace_id, touch.heads)
    refresh_times(connection, workspace_id, touch.times - touch.heads)
    # What is held already is counted already, but for what comes to a profile that is new.
    added = [one for one in said if one.external_id not in existed or one.profile_id in touch.whole]
    counted = [order for order in added if order.profile_id not in touch.figures]
    add_to_totals(connection, workspace_id, counted)
    timed = touch.times | touch.heads | touch.whole
    stretch_times(connection, [order for order in added if order.profile_id not in timed])
