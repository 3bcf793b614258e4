"""What a merchant or the operator asks for a person's privacy, over all stores of a workspace."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.who import profiles_of
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import PrivacyRequest, Store
from integration.privacy.exports.data_requests import PREPARING
from integration.privacy.requests.intake import DUE_WITHIN
from integration.privacy.subject import (
    PrivacySubject,
    seal_subject,
    subject_of_names,
    subject_of_person,
)
from integration.services import Services

# So long an erasure can be taken back.
MAY_BE_STOPPED_FOR = timedelta(hours=24)
STOPPED = "taken back before it began"

Kind = Literal["data_request", "customer_redact"]


def ask_for_data(
    services: Services,
    workspace_id: int,
    *,
    profile_id: int | None = None,
    email: str | None = None,
    by: str,
    now: datetime,
) -> int:
    """Ask for all that the workspace holds of a person; the request's id. A job prepares it.

    Exactly one of `profile_id` and `email`. Raises NotFound for an unknown profile, Invalid for
    what is no address.
    """
    with services.db.workspace(workspace_id, write=True) as session:
        subject = _subject(session, profile_id, email)
        request = _request(services, session, "data_request", subject, by, now, now)
        _note(session, Action.DATA_REQUESTED, request, by, now)
    services.jobs.enqueue(PREPARING, key=PREPARING)
    return request.id


def ask_for_erasure(
    services: Services,
    workspace_id: int,
    *,
    profile_id: int | None = None,
    email: str | None = None,
    by: str,
) -> int:
    """Ask that a person be erased from all stores of the workspace; the request's id.

    It begins after 24 hours: until then `stop` takes it back, and `run_now` has it begin.
    Raises NotFound, Invalid.
    """
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        subject = _subject(session, profile_id, email)
        begins = now + MAY_BE_STOPPED_FOR
        request = _request(services, session, "customer_redact", subject, by, now, begins)
        _note(session, Action.ERASURE_ASKED, request, by, now)
    return request.id


def stop(services: Services, workspace_id: int, request_id: int, *, by: str) -> None:
    """Take back what a merchant asked for. Raises NotFound, Conflict for what has begun."""
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        request = _asked_here(session, request_id)
        has_begun = request.not_before is None or request.not_before <= now
        if request.state != "waiting" or (request.kind != "data_request" and has_begun):
            raise Conflict("It has begun, or is over: it can't be taken back.")
        request.state, request.outcome, request.finished_at = "refused", STOPPED, now
        request.sealed_subject = b""
        _note(session, Action.ERASURE_STOPPED, request, by, now)


def run_now(services: Services, workspace_id: int, request_id: int, *, by: str) -> None:
    """Have an erasure begin that still could be taken back. Raises NotFound, Conflict."""
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        request = _asked_here(session, request_id)
        if request.state != "waiting" or request.kind == "data_request":
            raise Conflict("It doesn't wait to begin.")
        request.not_before = now
        _note(session, Action.ERASURE_HURRIED, request, by, now)
    services.jobs.enqueue("privacy.run", key="privacy")


def _asked_here(session: WorkspaceSession, request_id: int) -> PrivacyRequest:
    """A merchant's own request, locked."""
    statement = select(PrivacyRequest).where(
        PrivacyRequest.id == request_id,
        # The table is no workspace's: stores that we don't know ask as well.
        PrivacyRequest.workspace_id == session.workspace_id,
        PrivacyRequest.source == "merchant",
    )
    found = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such request.")
    return found


def _subject(
    session: WorkspaceSession, profile_id: int | None, email: str | None
) -> PrivacySubject:
    if (profile_id is None) == (email is None):
        raise Invalid("Name a person by their profile or by an address.")
    if profile_id is not None:
        return subject_of_person(session, profile_id)
    address = normalize_email(email)
    if address is None:
        raise Invalid("This is no e-mail address.")
    key = Key("email", address)
    sure, _possible = profiles_of(session, key)
    if len(sure) != 1:
        # Nobody's, or several people's: what bears the address itself.
        return subject_of_names([key])
    return subject_of_names([key, *subject_of_person(session, sure[0]).names])


def _request(
    services: Services,
    session: WorkspaceSession,
    kind: Kind,
    subject: PrivacySubject,
    by: str,
    now: datetime,
    begins: datetime,
) -> PrivacyRequest:
    request = PrivacyRequest(
        delivery_id=None,
        workspace_id=session.workspace_id,
        store_id=None,
        store_hint=_all_stores(session),
        kind=kind,
        source="merchant",
        asked_by=by,
        state="waiting",
        received_at=now,
        not_before=begins,
        due_at=now + DUE_WITHIN,
        finished_at=None,
        outcome=None,
        sealed_subject=b"",
    )
    session.add(request)
    session.flush()
    request.sealed_subject = seal_subject(services, None, subject, request)
    session.flush()
    return request


def _all_stores(session: WorkspaceSession) -> str:
    return ", ".join(session.execute(select(Store.domain).order_by(Store.id)).scalars())


def _note(
    session: WorkspaceSession, action: Action, request: PrivacyRequest, by: str, now: datetime
) -> None:
    record(session, action, by=by, now=now, target=f"privacy_request:{request.id}")
