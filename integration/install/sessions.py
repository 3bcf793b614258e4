"""Sessions of people: a browser's by its cookie, a panel's by a ticket of the store's admin.

Only digests are kept. A ticket works once: the digest of its id is unique, also among sessions that
have ended, which stay for a while for that.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from integration.agents.directory import AgentCard, agent_of, door_of
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.crypto import associated, token_digest
from integration.errors import AppError
from integration.install.companion_keys import Signer, refused_ticket, signer_of
from integration.models import Session
from integration.models.vocabulary import AgentStatus, Role, SessionKind
from integration.privacy.ageing.data_classes import days_of
from integration.services import Services
from integration.session_digests import session_digest
from integration.settings import Settings
from platforms.errors import SessionRefused

BROWSER_LIFETIME = timedelta(days=days_of("sessions"))
PANEL_LIFETIME = timedelta(hours=1)
# No ticket is good for so long.
_ENDED_ARE_KEPT = timedelta(hours=1)
_PREFIXES = {SessionKind.BROWSER: "tss_", SessionKind.PANEL: "tsb_"}


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session's token, in plain for this once, and how long it holds."""

    token: str
    expires_in_seconds: int


def open_session(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    kind: SessionKind,
    role: Role,
    viewer: str,
    locale: str | None = None,
    ticket_digest: bytes | None = None,
    lifetime: timedelta,
) -> OpenedSession:
    """A new session of somebody who was proved to be who they are.

    It is of the agent who comes in by that door; a store's server is nobody of the team. Raises
    Unauthorized for a ticket that was exchanged before, 403 for an agent who was disabled.
    """
    row, opened = new_session(
        services.settings,
        kind,
        services.now(),
        lifetime,
        workspace_id=workspace_id,
        store_id=store_id,
        role=role,
        viewer=viewer,
        locale=locale,
        ticket_digest=ticket_digest,
    )
    now = services.now()
    try:
        with services.db.workspace(workspace_id, write=True) as session:
            door = door_of(viewer, store_id)
            if kind != SessionKind.SERVICE:
                agent = agent_of(session, door, role=role, locale=locale, now=now)
                _refuse_disabled(agent)
                row.agent_id = agent.id
            session.add(row)
            if kind == SessionKind.BROWSER:
                record(session, Action.SIGNED_IN, by=door, now=now, way="store")
    except IntegrityError:
        raise refused_ticket() from None
    return opened


def give_agent(services: Services, workspace_id: int, session_id: int) -> None:
    """Let a session be of the agent who comes in by its door."""
    with services.db.workspace(workspace_id, write=True) as session:
        row = session.execute(select(Session).where(Session.id == session_id)).scalar_one()
        door, now = door_of(row.viewer, row.store_id), services.now()
        agent = agent_of(session, door, role=row.role, locale=row.locale, now=now)
        row.agent_id = agent.id


def _refuse_disabled(agent: AgentCard) -> None:
    if agent.status == AgentStatus.DISABLED:
        raise AppError("Your access was ended.", code="agent_disabled", status=403)


def new_session(
    settings: Settings,
    kind: SessionKind,
    now: datetime,
    lifetime: timedelta,
    **columns: object,
) -> tuple[Session, OpenedSession]:
    """A session's row for the caller's transaction, and its token."""
    token = _PREFIXES.get(kind, "") + secrets.token_urlsafe(32)
    row = Session(
        token_digest=session_digest(settings, token),
        kind=kind,
        created_at=now,
        expires_at=now + lifetime,
        **columns,
    )
    return row, OpenedSession(token, int(lifetime.total_seconds()))


def exchange_ticket(services: Services, ticket: str) -> OpenedSession:
    """A panel's session for a ticket of a store's admin. Raises Unauthorized, whatever is wrong."""
    signer = signer_of(services, ticket)
    host = signer.platform.host
    try:
        staff = host.verify(ticket, now=services.now(), secret=signer.secret)
    except SessionRefused:
        raise refused_ticket() from None
    if staff.domain != signer.domain:
        # A copy of the store, on another address, has the secret too.
        raise refused_ticket()
    return open_session(
        services,
        workspace_id=signer.workspace_id,
        store_id=signer.store_id,
        kind=SessionKind.PANEL,
        role=Role.OWNER if staff.manages else Role.AGENT,
        viewer=f"{signer.platform.slug}-staff:{staff.staff_external_id}",
        locale=staff.locale,
        ticket_digest=ticket_digest(signer, staff.token_id),
        lifetime=PANEL_LIFETIME,
    )


def ticket_digest(signer: Signer, token_id: str) -> bytes:
    """What lets a ticket work once: of its id, since one ticket can be written in several ways."""
    return token_digest(associated("ticket", signer.public_id, token_id).hex())


def close_session(services: Services, token: str) -> None:
    """Have a session open nothing from now on."""
    with services.db.across_workspaces(write=True) as session:
        ended = session.execute(
            update(Session)
            .where(
                Session.token_digest == session_digest(services.settings, token),
                Session.expires_at > services.now(),
            )
            .values(expires_at=services.now())
            .returning(Session.workspace_id, Session.viewer, Session.store_id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if ended is not None:
            by, now = door_of(ended.viewer, ended.store_id), services.now()
            record(session, Action.SIGNED_OUT, by=by, now=now, workspace_id=ended.workspace_id)


def sweep_sessions(services: Services) -> None:
    """Forget sessions that have ended."""
    before = services.now() - _ENDED_ARE_KEPT
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            delete(Session)
            .where(Session.expires_at < before)
            .execution_options(synchronize_session=False)
        )
