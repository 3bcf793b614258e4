"""Proving the keys that a store handed over: only then do they become the store's own."""

from datetime import timedelta

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from integration.crypto import CannotOpen
from integration.errors import Invalid
from integration.install.granting import Kept, follow_up, hold_grant, known_store
from integration.install.handing_over import have_proved
from integration.install.joining import use_join_code
from integration.install.pending import LIFETIME, open_keys
from integration.models import PendingConnection, Workspace
from integration.models.vocabulary import ConnectionState
from integration.services import Services
from platforms.errors import InstallRefused, PlatformError
from platforms.port import Grant, Site

log = structlog.get_logger(__name__)

_SHORTEST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=2)
_TOO_LATE = "The store's keys couldn't be proved in time. Connect it again."


def prove(services: Services, *, connection_id: int) -> None:
    """Call the store with the keys that it gave, and keep them or destroy them.

    Trouble that may pass is tried again, ever more seldom, until the connection's time is over.
    Nothing when the connection isn't waiting for it. May run twice: one of both has an effect.
    """
    row = _given(services, connection_id)
    if row is None:
        return
    try:
        _keep(services, row, _proved(services, row))
    except PlatformError as error:
        if error.retryable:
            _try_again(services, row, error)
        else:
            _fail(services, row, error.code, str(error))
    except Invalid as error:
        _fail(services, row, error.code, error.message)
    except IntegrityError:
        # Another connection of the same new store was proved at the same moment: now it is known.
        have_proved(services, connection_id)
    except CannotOpen:
        _fail(services, row, "keys_unreadable", "The store's keys can't be read. Connect it again.")


def sweep_connections(services: Services) -> None:
    """Have keys proved whose job was lost, and forget connections whose time is over."""
    now = services.now()
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(PendingConnection.id, PendingConnection.state, PendingConnection.expires_at)
        ).all()
    over = [r.id for r in rows if r.state != ConnectionState.GIVEN and r.expires_at <= now]
    if over:
        with services.db.across_workspaces(write=True) as session:
            session.execute(
                delete(PendingConnection)
                .where(
                    PendingConnection.id.in_(over),
                    PendingConnection.state != ConnectionState.GIVEN,
                )
                .execution_options(synchronize_session=False)
            )
    for row in rows:
        if row.state == ConnectionState.GIVEN:
            have_proved(services, row.id)


def _given(services: Services, connection_id: int) -> PendingConnection | None:
    """The connection, if its keys are to be proved now; late ones are failed."""
    with services.db.across_workspaces() as session:
        row = session.get(PendingConnection, connection_id)
    if row is None or row.state != ConnectionState.GIVEN:
        return None
    if services.now() >= row.expires_at:
        _fail(services, row, row.error_code or "too_late", row.error or _TOO_LATE)
        return None
    return row


def _proved(services: Services, row: PendingConnection) -> Grant:
    """The grant, from a call to the store. Raises PlatformError or CannotOpen."""
    handover = services.platforms[row.platform].handover
    assert handover is not None
    keys = open_keys(services, row.nonce_digest, row.sealed_keys or b"")
    grant = handover.prove(Site(**row.site), keys)
    if grant.domain != row.domain:
        raise InstallRefused("The keys are another store's than the one that was asked.")
    return grant


def _keep(services: Services, row: PendingConnection, grant: Grant) -> None:
    """Make the keys the store's own and the connection proved, in one commit."""
    with services.db.across_workspaces(write=True) as session:
        held = session.execute(
            select(PendingConnection)
            .where(PendingConnection.id == row.id, PendingConnection.state == ConnectionState.GIVEN)
            .with_for_update()
        ).scalar_one_or_none()
        if held is None:
            return
        kept = _hold(session, services, held, grant)
        held.state = ConnectionState.PROVED
        held.sealed_keys = held.error_code = held.error = None
        held.workspace_id, held.store_id = kept.ref.workspace_id, kept.ref.store_id
        held.is_new_workspace = kept.is_new_workspace
        held.expires_at = services.now() + LIFETIME
    follow_up(services, row.platform, kept)
    log.info("install.connected", store_id=kept.ref.store_id, is_new=kept.is_new)


def _hold(session: Session, services: Services, held: PendingConnection, grant: Grant) -> Kept:
    joined = None
    if known_store(session, held.platform, held.domain) is None:
        joined = _joined_workspace(session, services, held)
    return hold_grant(session, services, held.platform, grant, join_workspace_id=joined)


def _joined_workspace(session: Session, services: Services, held: PendingConnection) -> int | None:
    """The workspace that a new store joins, its code used up. Raises Invalid."""
    if held.join_code_digest is None and held.join_workspace_id is None:
        return None
    workspace_id = held.join_workspace_id
    if held.join_code_digest is not None:
        workspace_id = use_join_code(session, held.join_code_digest, services.now())
    workspace = session.get(Workspace, workspace_id) if workspace_id is not None else None
    if workspace is None or workspace.erased_at is not None:
        raise Invalid(
            "The code was used meanwhile or is too old. Ask for a new one."
            if held.join_code_digest is not None
            else "The account that the store was to join is gone.",
            code="invalid_join_code",
        )
    return workspace.id


def _try_again(services: Services, row: PendingConnection, error: PlatformError) -> None:
    """Note the trouble and have the job run again; what is left of the time bounds the wait."""
    _change(services, row, error_code=error.code, error=str(error))
    left = row.expires_at - services.now()
    wait = max(_SHORTEST_WAIT, min((LIFETIME - left) / 2, _LONGEST_WAIT))
    if error.retry_after_seconds is not None:
        wait = max(_SHORTEST_WAIT, timedelta(seconds=error.retry_after_seconds))
    services.jobs.enqueue(
        "install.prove",
        key=f"prove:{row.id}",
        in_seconds=min(wait, max(left, _SHORTEST_WAIT)).total_seconds(),
        connection_id=row.id,
    )


def _fail(services: Services, row: PendingConnection, code: str, reason: str) -> None:
    """End the connection, its keys destroyed; the reason stays for its page."""
    log.warning("install.not_connected", connection_id=row.id, code=code)
    _change(
        services,
        row,
        state=ConnectionState.FAILED,
        sealed_keys=None,
        error_code=code,
        error=reason,
        expires_at=services.now() + LIFETIME,
    )


def _change(services: Services, row: PendingConnection, **values: object) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(PendingConnection)
            .where(PendingConnection.id == row.id, PendingConnection.state == ConnectionState.GIVEN)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
