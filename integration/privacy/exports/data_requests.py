"""Requests for a person's data: prepared by a job, fetched by the merchant, gone after 7 days."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.channels.keys import ChannelKeys
from integration.crypto import CannotOpen, DataKey, associated, token_digest
from integration.db import WorkspaceSession
from integration.delivery_bodies import intake_key
from integration.errors import Conflict, Gone, NotFound
from integration.install.keys import store_key
from integration.models import PersonExport, PrivacyRequest, Store
from integration.privacy.ageing.data_classes import days_of
from integration.privacy.exports.made import subject_digests
from integration.privacy.exports.person_file import Held, collect, counts_in, write_file
from integration.privacy.held_keys import require_keys
from integration.privacy.receipts import Done, add_receipt
from integration.privacy.requests.waiting import each_waiting
from integration.privacy.subject import PrivacySubject, open_subject
from integration.services import Services

PREPARING = "privacy.prepare_exports"
LASTS = timedelta(days=days_of("person_exports"))


class Changed(Exception):
    """What is held of the person changed while the file was made."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request with the stores that it is about; `store` where it is one store's."""

    request: PrivacyRequest
    workspace_id: int
    store: Store | None
    stores: tuple[Store, ...]
    subject: PrivacySubject


def prepare_exports(services: Services) -> int:
    """Make the export of each request for data that waits; how many were done. One that fails stops
    no other.

    Of whom nothing is held the request is done at once.
    """
    return each_waiting(services, PrivacyRequest.kind == "data_request", prepare)


def prepare(services: Services, request_id: int) -> None:
    """Make one request's export. Raises what keeps it from being made: it waits on then."""
    asked = _asked(services, request_id)
    if asked is None:
        _close(services, request_id)
        return
    now, keys = services.now(), ChannelKeys(services.keyring)
    with services.db.workspace(asked.workspace_id) as session:
        held = collect(session, keys, asked.stores, asked.subject)
        file = b"" if held.is_empty else write_file(session, keys, held, now)
    with services.db.workspace(asked.workspace_id, write=True) as session:
        session.lock_workspace()
        request = _own(session, request_id)
        if request.state != "waiting":
            return
        # Whoever erased the person meanwhile had the lock before.
        if collect(session, keys, asked.stores, asked.subject) != held:
            raise Changed("what is held changed while the file was made; it is made again")
        if file:
            _keep(services, session, asked, held, file, now)
            request.state = "ready"
        else:
            _finish(services, session, request, "nothing_held", {})


def fetch_export(
    services: Services, workspace_id: int, export_id: int, *, by: str, now: datetime
) -> bytes:
    """The ZIP file of an export, for an owner or admin (the door asks their role). Audited.

    The first fetch makes the request done. Raises NotFound, Gone for one that expired or whose
    person was erased.
    """
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        export = session.get(PersonExport, export_id, with_for_update=True)
        if export is None:
            raise NotFound("There is no such export.")
        if export.sealed_file is None or export.expires_at <= now:
            raise Gone("This export has expired, or the person was erased.")
        request = _own(session, export.request_id)
        file = _open(services, session, request, export)
        record(session, Action.DATA_FETCHED, by=by, now=now, target=f"person_export:{export_id}")
        if export.fetched_at is None:
            export.fetched_at = now
        if request.state == "ready":
            _finish(services, session, request, "exported", counts_in(file))
    return file


def make_again(services: Services, workspace_id: int, request_id: int, *, by: str) -> None:
    """Have the data of a request made ready again: the export expired, or something is new.

    Raises NotFound, Conflict for one that is over.
    """
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        statement = select(PrivacyRequest).where(
            PrivacyRequest.id == request_id,
            PrivacyRequest.workspace_id == workspace_id,
            PrivacyRequest.kind == "data_request",
        )
        request = session.execute(statement.with_for_update()).scalar_one_or_none()
        if request is None:
            raise NotFound("There is no such request.")
        if request.state not in ("waiting", "ready"):
            raise Conflict("This request is over. Ask for the data anew.")
        request.state = "waiting"
        session.execute(
            update(PersonExport)
            .where(PersonExport.request_id == request_id)
            .values(sealed_file=None)
            .execution_options(synchronize_session=False)
        )
        target = f"privacy_request:{request_id}"
        record(session, Action.DATA_REQUESTED, by=by, now=now, target=target, again=True)
    services.jobs.enqueue(PREPARING, key=PREPARING)


def _own(session: WorkspaceSession, request_id: int) -> PrivacyRequest:
    """A request of the workspace's, locked."""
    statement = select(PrivacyRequest).where(
        PrivacyRequest.id == request_id, PrivacyRequest.workspace_id == session.workspace_id
    )
    return session.execute(statement.with_for_update()).scalar_one()


def _asked(services: Services, request_id: int) -> _Asked | None:
    """The request; None where nobody of ours can be meant: of a store that we don't have, or whose
    key was destroyed. Raises KeyNotHeld, CannotOpen where it can't be read at this moment.
    """
    with services.db.across_workspaces() as session:
        request = session.get_one(PrivacyRequest, request_id)
        statement = select(Store).where(Store.workspace_id == request.workspace_id)
        if request.source != "merchant":
            statement = statement.where(Store.id == request.store_id)
        stores = tuple(session.execute(statement.order_by(Store.id)).scalars())
    if request.state != "waiting" or request.workspace_id is None or not stores:
        return None
    # Without one of them a file would leave out what it sealed, and not say so.
    require_keys(services, request.workspace_id)
    store = None if request.source == "merchant" else stores[0]
    try:
        subject = open_subject(services, store, request)
    except CannotOpen:
        if store is None:
            # What a merchant asks is no store's to destroy: SECRET_KEY is another one.
            raise
        # The key was destroyed with everything that it had sealed.
        return None
    return _Asked(request, request.workspace_id, store, stores, subject)


def _close(services: Services, request_id: int) -> None:
    """End a request about nobody; without a receipt, since there is no chain to put it in.

    One that was fetched or taken back since somebody saw it wait stays what it became.
    """
    with services.db.across_workspaces(write=True) as session:
        request = session.get_one(PrivacyRequest, request_id, with_for_update=True)
        if request.state != "waiting":
            return
        request.state, request.outcome = "done", "nothing_held"
        request.finished_at, request.sealed_subject = services.now(), b""
        session.flush()


def _finish(
    services: Services,
    session: WorkspaceSession,
    request: PrivacyRequest,
    outcome: str,
    counts: dict[str, int],
) -> None:
    now = services.now()
    request.state, request.outcome, request.finished_at = "done", outcome, now
    request.sealed_subject = b""
    done = Done(
        "data_exported" if outcome == "exported" else "nothing_held",
        counts,
        request_id=request.id,
        store_id=request.store_id,
    )
    add_receipt(session, services.settings, done, now=now)


def _keep(
    services: Services,
    session: WorkspaceSession,
    asked: _Asked,
    held: Held,
    file: bytes,
    now: datetime,
) -> None:
    token = token_digest(secrets.token_urlsafe(32))
    session.add(
        PersonExport(
            request_id=asked.request.id,
            token_digest=token,
            subject_digests=subject_digests(session, held.names),
            sealed_file=_key(services, asked.store, asked.workspace_id).seal(file, _about(token)),
            size_bytes=len(file),
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()


def _open(
    services: Services, session: WorkspaceSession, request: PrivacyRequest, export: PersonExport
) -> bytes:
    store = None
    if request.source != "merchant":
        statement = select(Store).where(Store.id == request.store_id)
        store = session.execute(statement).scalar_one_or_none()
    assert export.sealed_file is not None
    try:
        key = _key(services, store, session.workspace_id)
        return key.open(export.sealed_file, _about(export.token_digest))
    except CannotOpen:
        # Its store was erased, and its key with it.
        raise Gone("This export can't be opened any more.") from None


def _key(services: Services, store: Store | None, workspace_id: int) -> DataKey:
    """The store's; what is asked for all stores of a workspace is no one store's."""
    if store is None:
        return intake_key(services, workspace_id)
    return store_key(services.keyring, store)


def _about(token: bytes) -> bytes:
    return associated("person_exports", token.hex())
