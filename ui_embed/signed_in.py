"""Who is signed in: in a browser by its cookie, in a store's admin by the panel's bearer."""

from dataclasses import dataclass, replace
from datetime import datetime

from integration.crm.stores import list_stores
from integration.directory import SessionPlace, StoreCard, find_session, find_store
from integration.models.vocabulary import Role, SessionKind, StoreStatus
from integration.services import Services
from ui_embed.cookies import session_cookie
from ui_embed.visit import Visit

BEARER_PREFIX = "tsb_"
_COOKIE_PREFIX = "tss_"
_LONGEST = 128
# With `reauthorize` the data stays readable, and its page says what is the matter.
CONNECTED = frozenset({str(StoreStatus.ACTIVE), str(StoreStatus.REAUTHORIZE)})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody's session. `store` is the one that they came by; `agent_id` is None of a session
    from before there were agents.
    """

    workspace_id: int
    store_id: int
    store: StoreCard
    role: str
    viewer: str
    locale: str | None
    expires_at: datetime
    session_id: int
    agent_id: int | None = None

    @property
    def is_owner(self) -> bool:
        """Whether the workspace is theirs to change."""
        return self.role == Role.OWNER

    @property
    def is_connected(self) -> bool:
        """Whether the store that they came by is connected still."""
        return self.store.status in CONNECTED


def signed_in(services: Services, visit: Visit) -> SignedIn | None:
    """Whose cookie a visit carries, None where there is none or it doesn't count.

    Where the store that they came by was disconnected, another one of the workspace stands for it.
    """
    token = visit.cookies.get(session_cookie(services.settings), "")
    if not token.startswith(_COOKIE_PREFIX) or not visit.cookie_counts:
        return None
    found = _session(services, token, SessionKind.BROWSER)
    return _at_a_connected_store(services, found) if found else None


def session_of_bearer(services: Services, token: str) -> SignedIn | None:
    """Whose panel's bearer that is, None where it opens nothing."""
    return _session(services, token, SessionKind.PANEL)


def _session(services: Services, token: str, kind: SessionKind) -> SignedIn | None:
    found = find_session(services, token) if len(token) <= _LONGEST else None
    return _signed_in(found) if found is not None and found.kind == kind else None


def _signed_in(found: SessionPlace) -> SignedIn:
    place = found.place
    return SignedIn(
        workspace_id=place.workspace_id,
        store_id=place.store_id,
        store=place.store,
        role=found.role,
        viewer=found.viewer,
        locale=found.locale,
        expires_at=found.expires_at,
        session_id=found.session_id,
        agent_id=found.agent_id,
    )


def _at_a_connected_store(services: Services, who: SignedIn) -> SignedIn:
    if who.is_connected:
        return who
    for view in list_stores(services, who.workspace_id):
        if view.status in CONNECTED:
            place = find_store(services, view.platform, view.domain)
            if place is not None and place.workspace_id == who.workspace_id:
                return replace(who, store_id=place.store_id, store=place.store)
    return who
