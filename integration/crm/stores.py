"""How each store stands and how fresh its copy is: for lists, pages and the API."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from integration.models import Store, StoreSync
from integration.models.vocabulary import BackfillState
from integration.services import Services


@dataclass(frozen=True, slots=True)
class StoreView:
    """A store, its status and the state of its copy."""

    id: str
    platform: str
    domain: str
    name: str
    url: str | None
    status: str
    status_reason: str | None
    connected_at: datetime | None
    uninstalled_at: datetime | None
    backfill_state: str
    backfill_done: int
    backfill_total: int | None
    complete_from: datetime | None
    complete_until: datetime | None
    as_of: datetime | None
    source: str | None
    error: str | None
    is_being_read: bool

    def as_dict(self) -> dict[str, Any]:
        """The same object that the API gives."""
        values = asdict(self)
        backfill = {
            "state": values.pop("backfill_state"),
            "done": values.pop("backfill_done"),
            "total": values.pop("backfill_total"),
        }
        names = ("as_of", "source", "complete_from", "complete_until")
        freshness = {name: values.pop(name) for name in names}
        return {**values, "freshness": {**freshness, "backfill": backfill}}


def list_stores(services: Services, workspace_id: int | None = None) -> list[StoreView]:
    """The stores of a workspace, or of all of them for an operator's command."""
    statement = _statement().order_by(Store.id)
    if workspace_id is None:
        with services.db.across_workspaces() as session:
            rows = session.execute(statement).all()
    else:
        with services.db.workspace(workspace_id) as session:
            rows = session.execute(statement).all()
    return [_view(store, sync, services.now()) for store, sync in rows]


def store_view(services: Services, workspace_id: int, store_id: int) -> StoreView:
    """One store of a workspace. Raises NoResultFound for another's."""
    with services.db.workspace(workspace_id) as session:
        store, sync = session.execute(_statement().where(Store.id == store_id)).one()
    return _view(store, sync, services.now())


def workspace_of(services: Services, store_id: int) -> int:
    """The workspace that a store belongs to, for an operator's command."""
    with services.db.across_workspaces() as session:
        return session.execute(select(Store.workspace_id).where(Store.id == store_id)).scalar_one()


def _statement() -> Select[Store, StoreSync]:
    return select(Store, StoreSync).join(StoreSync, StoreSync.store_id == Store.id)


def _view(store: Store, sync: StoreSync, now: datetime) -> StoreView:
    return StoreView(
        id=str(store.id),
        platform=store.platform,
        domain=store.domain,
        name=store.name,
        url=store.url,
        status=store.status,
        status_reason=store.status_reason,
        connected_at=store.connected_at,
        uninstalled_at=store.uninstalled_at,
        backfill_state=sync.backfill_state,
        backfill_done=sync.backfill_done,
        backfill_total=sync.backfill_total,
        complete_from=sync.complete_from,
        complete_until=sync.complete_until if sync.backfill_state == BackfillState.DONE else None,
        as_of=sync.as_of,
        source=sync.source,
        error=sync.error,
        is_being_read=sync.claimed_until is not None and sync.claimed_until > now,
    )
