"""Working off compliance requests, and listing them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from integration.crypto import CannotOpen
from integration.models import PrivacyRequest, Store
from integration.models.vocabulary import StoreStatus
from integration.privacy.identity_traces import traces_of
from integration.privacy.intake import uninstalled_at
from integration.privacy.persons import erase_person, find_person
from integration.privacy.stored_arrivals import erase_arrivals_of
from integration.privacy.stored_bodies import erase_bodies_of
from integration.privacy.subject import open_subject
from integration.privacy.whole_store import erase_older, erase_store
from integration.services import Services

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A compliance request, without whom it is about."""

    id: str
    kind: str
    state: str
    store: str
    store_id: str | None
    delivery_id: str | None
    received_at: datetime
    due_at: datetime
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
        return [_view(request) for request in session.execute(statement).scalars()]


def run_due(services: Services) -> int:
    """Work off every erasure that waits; returns how many. One that fails doesn't stop the others.

    Requests for data stay waiting: they are listed for the merchant.
    """
    statement = (
        select(PrivacyRequest.id)
        .where(PrivacyRequest.state == "waiting", PrivacyRequest.kind != "data_request")
        .order_by(PrivacyRequest.due_at, PrivacyRequest.id)
    )
    with services.db.across_workspaces() as session:
        ids = list(session.execute(statement).scalars())
    done = 0
    for request_id in ids:
        try:
            work_off(services, request_id)
            done += 1
        except Exception as error:
            log.exception("privacy.failed", request_id=request_id, error=type(error).__name__)
    return done


def work_off(services: Services, request_id: int) -> int:
    """Do an erasure that waits; returns how many of a person's accounts and orders went.

    A whole store's counts none. Raises what keeps it from being done: it waits on then.
    """
    erased = 0
    with services.db.across_workspaces() as session:
        request = session.get_one(PrivacyRequest, request_id)
        store = session.get(Store, request.store_id) if request.store_id is not None else None
        ended_at = uninstalled_at(session, store.id) if store is not None else None
    if store is None:
        _finish(services, request_id, "nothing_held")
    elif request.kind == "customer_redact":
        erased = _erase_person(services, store, request)
        _finish(services, request_id, "erased" if erased else "nothing_held")
    elif ended_at is None:
        # Refused when it was taken down; a second look costs nothing, an erasure can't be undone.
        raise ValueError("the store never uninstalled us")
    elif store.status == StoreStatus.DISCONNECTED:
        erase_store(services, store)
        _finish(services, request_id, "store_erased")
    else:
        erase_older(services, store, ended_at)
        _finish(services, request_id, "older_erased")
        services.jobs.enqueue(
            "sync.backfill",
            key=f"backfill:{store.id}",
            workspace_id=store.workspace_id,
            store_id=store.id,
            # The first read was done since the reinstall: it is what was just erased.
            anew=True,
        )
    return erased


def _erase_person(services: Services, store: Store, request: PrivacyRequest) -> int:
    try:
        subject = open_subject(services, store, request)
    except CannotOpen:
        # The key was destroyed with everything that it had sealed.
        return 0
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        found = find_person(session, store, subject)
        ids = (found.customer_ids, found.order_ids)
        names = traces_of(session, store, subject, *ids).names
        erase_person(session, store, subject, found, services.now())
    erase_bodies_of(services, store, subject, found)
    erase_arrivals_of(services, store, names)
    return len(found.customer_ids) + len(found.order_ids)


def _finish(services: Services, request_id: int, outcome: str) -> None:
    with services.db.across_workspaces(write=True) as session:
        request = session.get_one(PrivacyRequest, request_id, with_for_update=True)
        request.state = "done"
        request.outcome = outcome
        request.finished_at = services.now()
        request.sealed_subject = b""
        session.flush()


def _view(request: PrivacyRequest) -> RequestView:
    return RequestView(
        id=str(request.id),
        kind=request.kind,
        state=request.state,
        store=request.store_hint,
        store_id=str(request.store_id) if request.store_id is not None else None,
        delivery_id=str(request.delivery_id) if request.delivery_id is not None else None,
        received_at=request.received_at,
        due_at=request.due_at,
        finished_at=request.finished_at,
        outcome=request.outcome,
    )
