"""Deliveries about objects that another store holds already: somebody replays them at this one."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from integration.models import Customer, Order, Store
from integration.services import Services
from webhooks.outcomes import Failure, Verdict
from webhooks.planning import objects_of
from webhooks.reading import Item
from webhooks.work_rows import among_text, list_value

_MESSAGE = "the {kind} that it is about is another store's"


def refuse_foreign(
    services: Services, store: Store, items: Sequence[Item]
) -> tuple[list[Item], list[Failure]]:
    """The deliveries that may be this store's, and those that are refused with an alarm.

    Only where a platform's ids never mean two things; it looks across workspaces, since the other
    store may be anybody's.
    """
    if not services.platforms[store.platform].traits.object_ids_global:
        return list(items), []
    named: dict[str, set[str]] = {"order": set(), "customer": set()}
    for item in items:
        for about in objects_of(item):
            named[about.kind].add(about.external_id)
    with services.db.across_workspaces() as session:
        foreign = {
            kind: _held_elsewhere(session, model, store, named[kind])
            for kind, model in (("order", Order), ("customer", Customer))
        }
    if not any(foreign.values()):
        return list(items), []
    kept: list[Item] = []
    failures: list[Failure] = []
    for item in items:
        kind = next((o.kind for o in objects_of(item) if o.external_id in foreign[o.kind]), None)
        if kind is None:
            kept.append(item)
            continue
        message = _MESSAGE.format(kind=kind)
        failures.append(
            Failure(item.work, Verdict.REFUSE, "held_elsewhere", message, "held_elsewhere")
        )
    return kept, failures


def _held_elsewhere(
    session: Session, model: type[Order] | type[Customer], store: Store, ids: set[str]
) -> set[str]:
    if not ids:
        return set()
    here = among_text(session, "held.external_id", "ids")
    statement = (
        f"SELECT external_id FROM {model.__tablename__} AS held"  # noqa: S608
        f" WHERE store_id = :id AND {here}"
    )
    given = {"id": store.id, "ids": list_value(session, ids)}
    unknown = ids - set(session.execute(text(statement), given).scalars())
    if not unknown:
        return set()
    # By the id, whoever's it is: the number of stores must not count.
    statement = (
        f"SELECT DISTINCT held.external_id FROM {model.__tablename__} AS held"  # noqa: S608
        f" JOIN stores ON stores.id = held.store_id WHERE {here}"
        " AND stores.platform = :platform AND stores.id <> :id"
    )
    given = {"id": store.id, "platform": store.platform, "ids": list_value(session, unknown)}
    return set(session.execute(text(statement), given).scalars())
