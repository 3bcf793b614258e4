"""Deliveries about objects that another store holds already: somebody replays them at this one."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from integration.models import Customer, Order, Store
from integration.services import Services
from integration.statements.by_driver import fetch
from integration.sync.sourced import Wanted
from webhooks.outcomes import Failure, Verdict
from webhooks.planning import objects_of
from webhooks.reading import Item, Read
from webhooks.work_rows import AMONG, for_driver, list_value

_MESSAGE = "the {kind} that it is about is another store's"


def refuse_foreign(services: Services, heard: Sequence[tuple[Store, Read]]) -> list[Read]:
    """The deliveries that may be their stores', beside those that are refused with an alarm.

    Only where a platform's ids never mean two things; it looks across workspaces, since the other
    store may be anybody's.
    """
    if not any(_has_global_ids(services, store) for store, _ in heard):
        return [read for _, read in heard]
    with services.db.across_workspaces() as session:
        return [
            _kept(session, store, read) if _has_global_ids(services, store) else read
            for store, read in heard
        ]


def named_before(services: Services, told: Sequence[tuple[Store, Sequence[Item]]]) -> list[bool]:
    """For each, whether one before it is about an object of it as well.

    Then one of both is replayed, and which can be told only once the earlier one is held.
    """
    seen: set[tuple[str, Wanted]] = set()
    found: list[bool] = []
    for store, items in told:
        named: set[tuple[str, Wanted]] = set()
        if _has_global_ids(services, store):
            named = {(store.platform, about) for item in items for about in objects_of(item)}
        found.append(not named.isdisjoint(seen))
        seen |= named
    return found


def _has_global_ids(services: Services, store: Store) -> bool:
    return services.platforms[store.platform].traits.object_ids_global


def _kept(session: Session, store: Store, read: Read) -> Read:
    named: dict[str, set[str]] = {"order": set(), "customer": set()}
    for item in read.items:
        for about in objects_of(item):
            named[about.kind].add(about.external_id)
    foreign = {
        kind: _held_elsewhere(session, model, store, named[kind])
        for kind, model in (("order", Order), ("customer", Customer))
    }
    if not any(foreign.values()):
        return read
    kept: list[Item] = []
    failures = list(read.failures)
    for item in read.items:
        kind = next((o.kind for o in objects_of(item) if o.external_id in foreign[o.kind]), None)
        if kind is None:
            kept.append(item)
            continue
        message = _MESSAGE.format(kind=kind)
        failures.append(
            Failure(item.work, Verdict.REFUSE, "held_elsewhere", message, "held_elsewhere")
        )
    return Read(kept, failures)


def _held_elsewhere(
    session: Session, model: type[Order] | type[Customer], store: Store, ids: set[str]
) -> set[str]:
    if not ids:
        return set()
    connection = session.connection()
    dialect = connection.dialect.name
    given: dict[str, Any] = {"id": store.id, "ids": list_value(connection, ids)}
    rows = fetch(connection, _here(dialect, model.__tablename__), given)
    unknown = ids - {external_id for (external_id,) in rows}
    if not unknown:
        return set()
    given = {"id": store.id, "platform": store.platform, "ids": list_value(connection, unknown)}
    rows = fetch(connection, _elsewhere(dialect, model.__tablename__), given)
    return {external_id for (external_id,) in rows}


@cache
def _here(dialect: str, table: str) -> str:
    return for_driver(
        dialect,
        f"SELECT external_id FROM {table} AS held"  # noqa: S608
        f" WHERE store_id = :id AND {AMONG[dialect].format(column='held.external_id', name='ids')}",
    )


@cache
def _elsewhere(dialect: str, table: str) -> str:
    # By the id, whoever's it is: the number of stores must not count.
    these = AMONG[dialect].format(column="held.external_id", name="ids")
    return for_driver(
        dialect,
        f"SELECT DISTINCT held.external_id FROM {table} AS held"  # noqa: S608
        f" JOIN stores ON stores.id = held.store_id WHERE {these}"
        " AND stores.platform = :platform AND stores.id <> :id",
    )
