"""Working off compliance requests, and listing them."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from integration.crypto import CannotOpen
from integration.models import PrivacyRequest, Store
from integration.models.vocabulary import StoreStatus
from integration.privacy.erasing.everywhere import Erasure, erase_people
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.erasing.whole_store import erase_older, erase_store
from integration.privacy.held_keys import require_keys
from integration.privacy.receipts import Done, ReceiptKind, add_receipt
from integration.privacy.requests.intake import uninstalled_at
from integration.privacy.requests.overview import percent_used
from integration.privacy.requests.timer import CAME_BACK
from integration.privacy.requests.waiting import each_waiting
from integration.services import Services


@dataclass(frozen=True, slots=True)
class RequestView:
    """A compliance request, without whom it is about."""

    id: str
    kind: str
    source: str
    state: str
    store: str
    store_id: str | None
    delivery_id: str | None
    received_at: datetime
    not_before: datetime | None
    due_at: datetime
    percent_used: int
    finished_at: datetime | None
    outcome: str | None

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


def list_requests(services: Services, state: str | None = None) -> list[RequestView]:
    """The requests, the first due first; of one state only where one is given."""
    statement = select(PrivacyRequest).order_by(PrivacyRequest.due_at, PrivacyRequest.id)
    if state is not None:
        statement = statement.where(PrivacyRequest.state == state)
    with services.db.across_workspaces() as session:
        found = session.execute(statement).scalars()
        return [_view(request, services.now()) for request in found]


def run_due(services: Services) -> int:
    """Work off every erasure whose time has come; returns how many. One that fails stops no other.

    Requests for data are `integration.privacy.exports.data_requests`'.
    """
    in_time = or_(PrivacyRequest.not_before.is_(None), PrivacyRequest.not_before <= services.now())
    done = each_waiting(services, and_(PrivacyRequest.kind != "data_request", in_time), work_off)
    if done:
        clear_remains(services)
    return done


def work_off(services: Services, request_id: int) -> int:
    """Do an erasure that waits; returns how many of a person's accounts and orders went.

    A whole store's counts none. Raises what keeps it from being done: it waits on then.
    """
    with services.db.across_workspaces() as session:
        request = session.get_one(PrivacyRequest, request_id)
        store = session.get(Store, request.store_id) if request.store_id is not None else None
        ended_at = uninstalled_at(session, store.id) if store is not None else None
    if request.state != "waiting":
        # Taken back, or worked off, since somebody saw that it waits.
        return 0
    if request.kind == "customer_redact":
        return _erase_person(services, request)
    if store is None:
        _finish(services, request, "nothing_held", Done("nothing_held", {}))
    elif request.source == "timer" and store.status != StoreStatus.DISCONNECTED:
        _finish(services, request, CAME_BACK, None, "refused")
    elif ended_at is None:
        # Refused when it was taken down; a second look costs nothing, an erasure can't be undone.
        raise ValueError("the store never uninstalled us")
    elif store.status == StoreStatus.DISCONNECTED:
        counts = erase_store(services, store)
        told = Done("store_erased", counts, facts={"key_destroyed": True})
        _finish(services, request, "store_erased", told)
    else:
        counts = erase_older(services, store, ended_at)
        older = {"key_destroyed": False, "before": _written(ended_at)}
        _finish(services, request, "older_erased", Done("older_erased", counts, facts=older))
        services.jobs.enqueue(
            "sync.backfill",
            key=f"backfill:{store.id}",
            workspace_id=store.workspace_id,
            store_id=store.id,
            # The first read was done since the reinstall: it is what was just erased.
            anew=True,
        )
    return 0


def _erase_person(services: Services, request: PrivacyRequest) -> int:
    if request.workspace_id is not None:
        # What can't be opened at this moment would be passed over.
        require_keys(services, request.workspace_id)
    try:
        done = erase_people(services, request)
        facts: dict[str, Any] = {"key_destroyed": False}
    except CannotOpen:
        if request.store_id is None:
            # Sealed by no store's key, which alone is ever destroyed: SECRET_KEY is another one.
            raise
        # The key was destroyed with everything that it had sealed.
        done, facts = Erasure(), {"key_destroyed": True}
    if request.store_id is None:
        facts["stores"] = [str(store_id) for store_id in done.store_ids]
    # The delivery that asked for it names the person as well.
    was_held = done.is_more_than(Counter(bodies=int(request.delivery_id is not None)))
    outcome = "erased" if was_held else "nothing_held"
    kind: ReceiptKind = "person_erased" if was_held else "nothing_held"
    _finish(services, request, outcome, Done(kind, done.counts, facts=facts))
    return done.people


def _finish(
    services: Services,
    request: PrivacyRequest,
    outcome: str,
    done: Done | None,
    state: str = "done",
) -> None:
    """Close a request and write its receipt, by one commit; without a workspace there is no chain
    that it could stand in.
    """
    if request.workspace_id is None:
        with services.db.across_workspaces(write=True) as session:
            _close(session, request.id, outcome, state, services.now())
        return
    with services.db.workspace(request.workspace_id, write=True) as ours:
        ours.lock_workspace()
        now = services.now()
        is_ours = _close(ours, request.id, outcome, state, now)
        if is_ours and done is not None:
            facts = {
                **(done.facts or {}),
                "source": request.source,
                "asked_at": _written(request.received_at),
            }
            told = replace(done, request_id=request.id, store_id=request.store_id, facts=facts)
            add_receipt(ours, services.settings, told, now=now)


def _close(session: Session, request_id: int, outcome: str, state: str, now: datetime) -> bool:
    """Close a request that still waits; False where somebody else worked it off meanwhile."""
    request = session.get_one(PrivacyRequest, request_id, with_for_update=True)
    if request.state != "waiting":
        return False
    request.state, request.outcome, request.finished_at = state, outcome, now
    request.sealed_subject = b""
    session.flush()
    return True


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _view(request: PrivacyRequest, now: datetime) -> RequestView:
    return RequestView(
        id=str(request.id),
        kind=request.kind,
        source=request.source,
        state=request.state,
        store=request.store_hint,
        store_id=str(request.store_id) if request.store_id is not None else None,
        delivery_id=str(request.delivery_id) if request.delivery_id is not None else None,
        received_at=request.received_at,
        not_before=request.not_before,
        due_at=request.due_at,
        percent_used=percent_used(request, now),
        finished_at=request.finished_at,
        outcome=request.outcome,
    )
