"""Who calls: a host's session token, a session of ours or an API key in, a typed caller out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import Request

from integration.agents.directory import door_of
from integration.directory import Place, StoreCard, find_key, find_store
from integration.errors import AppError, NotInstalled, Unauthorized
from integration.models.vocabulary import Role
from integration.services import Services
from platforms.errors import SessionRefused
from platforms.port import AdminSession
from ui_embed.host_protocol import TOKEN_PARAMETER
from ui_embed.signed_in import BEARER_PREFIX, CONNECTED, SignedIn, session_of_bearer, signed_in
from ui_embed.visit import Visit

# Tokens of the host come in compact form; ours never hold a dot.
_DOTS_OF_A_TOKEN = 2
_LONGEST_CREDENTIAL = 8192


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody we know. `viewer` names them in the audit, without personal data.

    `expires_at` is when the proof ends (None: an API key lasts until it is revoked). `by_cookie`
    tells a signed-in browser, whose pages stand by themselves. `agent_id` is the agent's, None of
    one whom nobody has needed to know yet: `request_context.current_agent()` finds or makes them.
    `session_id` is the session of ours that they are signed in by, None of a host's and of a key.
    """

    workspace_id: int
    store_id: int
    store: StoreCard
    kind: Literal["session", "api_key"]
    viewer: str
    expires_at: datetime | None
    locale: str | None
    role: str = Role.AGENT
    by_cookie: bool = False
    may_add_stores: bool = True
    agent_id: int | None = None
    session_id: int | None = None

    @property
    def door(self) -> str:
        """By which door they come in: what `agent_of` asks for."""
        return door_of(self.viewer, self.store_id)

    @property
    def actor(self) -> str:
        """How the audit of deeds names them: by their door, a program by its key."""
        return self.viewer if self.kind == "api_key" else self.door

    @property
    def is_owner(self) -> bool:
        """Whether the workspace is theirs to change."""
        return self.role == Role.OWNER


@dataclass(frozen=True, slots=True)
class Staff:
    """A genuine session of a host's admin; its store may not be connected (any more)."""

    platform: str
    session: AdminSession
    token: str

    @property
    def viewer(self) -> str:
        """How the audit names them."""
        return f"{self.platform}-staff:{self.session.staff_external_id}"


def bearer_of(header: str | None) -> str | None:
    """The credential of an Authorization header, None when there is none of that kind."""
    scheme, _, credential = (header or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        return None
    return credential.strip()


def request_token(request: Request) -> str | None:
    """The header's credential, else the host's token in the address of a document load.

    Nothing of ours is ever taken from an address.
    """
    bearer = bearer_of(request.headers.get("Authorization"))
    told = request.args.get(TOKEN_PARAMETER, "")
    return bearer or (told if told.count(".") == _DOTS_OF_A_TOKEN else None)


def verify_staff(services: Services, token: str) -> Staff:
    """Whose session a token is, asking each platform's host. Raises Unauthorized."""
    if token.count(".") == _DOTS_OF_A_TOKEN and len(token) <= _LONGEST_CREDENTIAL:
        for slug, platform in services.platforms.items():
            try:
                return Staff(slug, platform.host.verify(token, now=services.now()), token)
            except SessionRefused:
                continue
    raise Unauthorized("Your session has ended. Reload the page.", code="invalid_session")


def caller_of(services: Services, credential: str | None) -> Caller:
    """The caller with that credential.

    Raises Unauthorized, or NotInstalled for a genuine session of a store that has removed us.
    """
    if credential is None:
        raise Unauthorized("Send a session token or an API key as a bearer.")
    if credential.startswith(BEARER_PREFIX):
        return caller_of_session(session_of_bearer(services, credential))
    if credential.count(".") == _DOTS_OF_A_TOKEN:
        return caller_of_staff(services, verify_staff(services, credential))
    place = find_key(services, credential) if len(credential) <= _LONGEST_CREDENTIAL else None
    if place is None:
        raise Unauthorized("This API key is unknown or was revoked.")
    viewer = f"api-key:{place.key_id}"
    return Caller(place.workspace_id, place.store_id, place.store, "api_key", viewer, None, None)


def caller_of_visit(services: Services, visit: Visit) -> Caller | None:
    """The caller whose cookie a visit carries, None where it carries none that counts.

    Raises NotInstalled when no store of theirs is connected.
    """
    who = signed_in(services, visit)
    return caller_of_session(who, by_cookie=True) if who is not None else None


def caller_of_session(who: SignedIn | None, *, by_cookie: bool = False) -> Caller:
    """Somebody signed in as a caller. Raises Unauthorized for nobody, NotInstalled."""
    if who is None:
        raise Unauthorized("Your session has ended. Reload the page.", code="invalid_session")
    if not who.is_connected:
        raise NotInstalled("Tillside isn't connected to this store any more.")
    return Caller(
        workspace_id=who.workspace_id,
        store_id=who.store_id,
        store=who.store,
        kind="session",
        viewer=who.viewer,
        expires_at=who.expires_at,
        locale=who.locale,
        role=who.role,
        by_cookie=by_cookie,
        may_add_stores=who.role == Role.OWNER,
        agent_id=who.agent_id,
        session_id=who.session_id,
    )


def caller_of_staff(services: Services, staff: Staff) -> Caller:
    """The staff member as a caller. Raises NotInstalled when their store isn't connected."""
    return caller_at(staff, place_of_staff(services, staff))


def place_of_staff(services: Services, staff: Staff) -> Place | None:
    """The staff member's store, with how they stand as an agent; None where we hold none."""
    return find_store(services, staff.platform, staff.session.domain, staff.viewer)


def caller_at(staff: Staff, place: Place | None) -> Caller:
    """The staff member of that store as a caller, with the role that was decided for them here.

    Raises NotInstalled when the store isn't connected, 403 for an agent who was disabled.
    """
    if place is None or place.store.status not in CONNECTED:
        raise NotInstalled("Tillside isn't installed in this store.")
    standing = place.standing
    if standing is not None and standing.is_disabled:
        raise AppError("Your access was ended.", code="agent_disabled", status=403)
    role = standing.role if standing is not None and standing.is_role_set else Role.AGENT
    return Caller(
        workspace_id=place.workspace_id,
        store_id=place.store_id,
        store=place.store,
        kind="session",
        viewer=staff.viewer,
        expires_at=staff.session.expires_at,
        locale=staff.session.locale,
        role=role,
        may_add_stores=standing is None or not standing.is_role_set or role == Role.OWNER,
        agent_id=standing.agent_id if standing is not None else None,
    )
