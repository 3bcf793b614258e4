"""What the store deleted: a register of its own, so that any order of news ends the same."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete

from integration.models import Tombstone
from integration.statements.bulk import table_of, write_rows
from integration.sync.batch import Batch
from integration.sync.held import HeldCustomer, HeldOrder, Mirror, held_tombstones
from integration.sync.register import Register
from integration.sync.sourced import Wanted

TABLE = table_of(Tombstone)
_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "deleted_at")
_KEY = ("store_id", "kind", "external_id")

Tombstones = Mapping[tuple[str, str], datetime]


def keep_tombstones(
    mirror: Mirror,
    batch: Batch,
    orders: Mapping[str, HeldOrder],
    customers: Mapping[str, HeldCustomer],
) -> dict[tuple[str, str], datetime]:
    """The latest deletion of each of these, by kind and external id, the batch's kept for good.

    A deletion that only a reading found counts from that reading, but never before the state that
    is held: the store's clock may be ahead of ours. What was read after its deletion was wrongly
    taken for deleted. A state that brings something back without having been read by itself is
    wanted: it may be older than a deletion whose time nobody told.
    """
    held = held_tombstones(mirror, orders, customers)
    registers = dict(_registers(orders, customers))
    told = {what: _deleted_at(batch, what, registers) for what in batch.deletions}
    news = {what: at for what, at in told.items() if what not in held or at > held[what]}
    rows = [
        (mirror.workspace_id, mirror.store_id, kind, external_id, at)
        for (kind, external_id), at in news.items()
    ]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)
    tombstones = held | news
    alive = {what for what, at in batch.seen_at.items() if what in held and tombstones[what] < at}
    _remove(mirror, alive)
    for what in alive:
        del tombstones[what]
    batch.wanted |= set(_brought_back(tombstones, registers))
    return tombstones


def _deleted_at(
    batch: Batch, what: tuple[str, str], registers: Mapping[tuple[str, str], Register]
) -> datetime:
    told = batch.deletions[what]
    state_at = registers[what].at
    return max(told, state_at) if what in batch.unseen and state_at is not None else told


def _brought_back(
    tombstones: Tombstones, registers: Mapping[tuple[str, str], Register]
) -> Iterator[Wanted]:
    for (kind, external_id), deleted_at in tombstones.items():
        register = registers.get((kind, external_id))
        if register is None or register.at is None or not register.taken or register.fresh:
            continue
        if register.at > deleted_at:
            yield Wanted("order" if kind == "order" else "customer", external_id)


def _registers(
    orders: Mapping[str, HeldOrder], customers: Mapping[str, HeldCustomer]
) -> Iterator[tuple[tuple[str, str], Register]]:
    for external_id, order in orders.items():
        yield ("order", external_id), order.register
    for external_id, customer in customers.items():
        yield ("customer", external_id), customer.register


def _remove(mirror: Mirror, which: Iterable[tuple[str, str]]) -> None:
    rows = [{"of_kind": kind, "external": external_id} for kind, external_id in which]
    if rows:
        mirror.connection.execute(
            delete(TABLE).where(
                TABLE.c.workspace_id == mirror.workspace_id,
                TABLE.c.store_id == mirror.store_id,
                TABLE.c.kind == bindparam("of_kind"),
                TABLE.c.external_id == bindparam("external"),
            ),
            rows,
        )
