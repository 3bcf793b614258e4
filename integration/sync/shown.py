"""Orders that somebody looks at, read again: a note that was added tells nobody of itself."""

from collections import defaultdict

import structlog
from sqlalchemy import or_, select

from integration.crm.records import Context
from integration.models import Order, Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from integration.sync.apart import Apart
from integration.sync.due import claim_these
from integration.sync.parts import has_parts_apart
from integration.sync.reading import StoreNotActive
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

MOST_SHOWN = 5
# Other stores' calls wait behind it: what a slow store doesn't tell in time is left.
_MOST_SECONDS = 8.0


def look_again(
    services: Services, workspace_id: int, context: Context, open_order_id: str | None = None
) -> bool:
    """Have the newest orders of a person whom somebody sees read again in the background.

    Only those of stores that tell notes apart, and each at most once a minute; open panels hear of
    it when something changed. `open_order_id` is the order in question, by our id. Returns whether
    there are such orders. Calls no store and no database.
    """
    shown = [order for place, order in enumerate(context.orders) if place < MOST_SHOWN]
    shown += [order for order in context.orders if order.id == open_order_id]
    if not any(has_parts_apart(services, order.store.platform) for order in shown):
        return False
    services.jobs.enqueue(
        "sync.shown",
        key=f"shown:{context.profile.id}:{open_order_id or ''}",
        workspace_id=workspace_id,
        profile_id=int(context.profile.id),
        order_id=int(open_order_id) if open_order_id else None,
    )
    return True


def read_shown(
    services: Services, *, workspace_id: int, profile_id: int, order_id: int | None = None
) -> None:
    """Read a person's newest orders, and that one, again where they don't rest."""
    for store_id, order_ids in _shown(services, workspace_id, profile_id, order_id).items():
        apart = Apart(services, workspace_id, store_id, "live")
        try:
            wanted = apart.claim(
                lambda session, store_id=store_id, ids=order_ids: claim_these(  # type: ignore[misc]
                    session, store_id, services.now(), ids
                )
            )
            if wanted:
                apart.read(wanted, at_most_seconds=_MOST_SECONDS)
        except StoreNotActive:
            continue
        except PlatformError as error:
            log.info("sync.shown_not_read", store_id=store_id, code=error.code)


def _shown(
    services: Services, workspace_id: int, profile_id: int, order_id: int | None
) -> dict[int, list[int]]:
    """Our ids of the orders that may be read now, by store."""
    now = services.now()
    newest = (
        select(Order.id)
        .where(Order.profile_id == profile_id)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[int]] = defaultdict(list)
    with services.db.workspace(workspace_id) as session:
        ids = [*session.execute(newest).scalars(), *([order_id] if order_id else [])]
        rows = session.execute(
            select(Order.id, Order.store_id, Store.platform)
            .join(Store, Store.id == Order.store_id)
            .where(
                Order.id.in_(ids),
                Order.profile_id == profile_id,
                or_(Order.rests_until.is_(None), Order.rests_until <= now),
                Store.status == StoreStatus.ACTIVE,
            )
        )
        for row in rows:
            if has_parts_apart(services, row.platform):
                found[row.store_id].append(row.id)
    return found
