"""The page where the browser comes back: how its connection stands, and the owner's way in."""

import hmac
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.crypto import token_digest
from integration.errors import NotFound
from integration.install.sessions import (
    BROWSER_LIFETIME,
    OpenedSession,
    give_agent,
    new_session,
)
from integration.models import PendingConnection
from integration.models.vocabulary import ConnectionState, Role, SessionKind
from integration.services import Services


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """How a connection stands. `error` is a plain sentence: of the end, or of the last try.

    `may_sign_in` tells that `sign_in` gives this browser an owner's session.
    """

    state: str
    domain: str
    name: str
    url: str
    error_code: str | None
    error: str | None
    is_own_browser: bool
    store_id: int | None
    workspace_id: int | None
    may_sign_in: bool


def connection_view(
    services: Services, slug: str, return_token: str, browser_token: str | None
) -> ConnectionView:
    """How the connection stands whose page that is. Raises NotFound for none, or an old one."""
    with services.db.across_workspaces() as session:
        row = session.execute(
            select(PendingConnection).where(
                PendingConnection.platform == slug,
                PendingConnection.return_digest == token_digest(return_token),
            )
        ).scalar_one_or_none()
    if row is None or (row.state != ConnectionState.GIVEN and row.expires_at <= services.now()):
        raise NotFound("This connection is unknown or was begun too long ago. Begin again.")
    is_own = hmac.compare_digest(row.browser_digest, token_digest(browser_token or ""))
    return ConnectionView(
        state=row.state,
        domain=row.domain,
        name=row.site["name"],
        url=row.site["url"],
        error_code=row.error_code,
        error=row.error,
        is_own_browser=is_own,
        store_id=row.store_id,
        workspace_id=row.workspace_id,
        may_sign_in=is_own and row.is_new_workspace,
    )


def sign_in(
    services: Services, slug: str, return_token: str, browser_token: str | None
) -> OpenedSession | None:
    """The session of a new workspace's owner, for the browser that began; once, else None."""
    try:
        return _signed_in(services, slug, return_token, browser_token or "")
    except IntegrityError:
        # The store was erased meanwhile.
        return None


def _signed_in(
    services: Services, slug: str, return_token: str, browser_token: str
) -> OpenedSession | None:
    now = services.now()
    with services.db.across_workspaces(write=True) as session:
        made = session.execute(
            update(PendingConnection)
            .where(
                PendingConnection.platform == slug,
                PendingConnection.return_digest == token_digest(return_token),
                PendingConnection.browser_digest == token_digest(browser_token),
                PendingConnection.state == ConnectionState.PROVED,
                PendingConnection.is_new_workspace,
                PendingConnection.expires_at > now,
            )
            .values(is_new_workspace=False)
            .returning(PendingConnection.workspace_id, PendingConnection.store_id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if made is None:
            return None
        row, opened = new_session(
            services.settings,
            SessionKind.BROWSER,
            now,
            BROWSER_LIFETIME,
            workspace_id=made.workspace_id,
            store_id=made.store_id,
            role=Role.OWNER,
            viewer=f"owner:{made.workspace_id}",
        )
        session.add(row)
        record(
            session, Action.SIGNED_IN, by=row.viewer, now=now, workspace_id=made.workspace_id,
            way="store",
        )  # fmt: skip
    give_agent(services, row.workspace_id, row.id)
    return opened
