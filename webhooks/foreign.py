"""Deliveries about objects that another store holds already: somebody replays them at this one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.models import Customer, Order, Store
from integration.services import Services
from webhooks.outcomes import Failure, Verdict
from webhooks.planning import objects_of
from webhooks.reading import Item

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
    with services.db.across_workspaces() as session:
        foreign = {
            kind: _held_elsewhere(
                session,
                model,
                store,
                {o.external_id for i in items for o in objects_of(i) if o.kind == kind},
            )
            for kind, model in (("order", Order), ("customer", Customer))
        }
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
    here = select(model.external_id).where(
        model.store_id == store.id, model.external_id.in_(sorted(ids))
    )
    unknown = ids - set(session.execute(here).scalars())
    if not unknown:
        return set()
    others = select(Store.id).where(Store.platform == store.platform, Store.id != store.id)
    there = select(model.external_id).where(
        model.store_id.in_(others), model.external_id.in_(sorted(unknown))
    )
    return set(session.execute(there).scalars())
