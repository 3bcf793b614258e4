"""The use cases of an install: begin and complete by redirect, or managed by the host's token."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from integration.crypto import derive, token_digest
from integration.errors import Invalid, NotFound
from integration.install.granting import Kept, keep_grant
from integration.install.joining import check_join_code, join_code_digest, use_join_code
from integration.models import InstallState, Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from platforms.errors import InstallRefused
from platforms.port import StorePlatform

Query = Sequence[tuple[str, str]]

STATE_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the cookie that binds the install to it."""

    redirect_to: str
    browser_token: str


def begin(services: Services, slug: str, query: Query, browser_token: str | None) -> Begun:
    """Begin an install. Raises InstallRefused (400), NotFound for a platform that isn't one."""
    platform = _platform(services, slug)
    domain = platform.installer.store_domain(query)
    join = [value for name, value in query if name == "join"]
    nonce = secrets.token_urlsafe(32)
    browser = browser_token or secrets.token_urlsafe(32)
    now = services.now()
    with services.db.across_workspaces(write=True) as session:
        session.execute(delete(InstallState).where(InstallState.expires_at < now))
        if join and join[0]:
            check_join_code(session, join[0], now)
        session.add(
            InstallState(
                nonce_digest=token_digest(nonce),
                platform=slug,
                domain=domain,
                browser_digest=token_digest(browser),
                join_code_digest=join_code_digest(join[0]) if join and join[0] else None,
                expires_at=now + STATE_LIFETIME,
            )
        )
    redirect_uri = f"{services.settings.app_url.rstrip('/')}/{slug}/callback"
    state = f"{nonce}.{_signature(services, nonce)}"
    return Begun(platform.installer.begin(domain, state=state, redirect_uri=redirect_uri), browser)


def complete(services: Services, slug: str, query: Query, browser_token: str | None) -> Kept:
    """Complete an install. Its state is burned whatever comes of it. Raises InstallRefused."""
    platform = _platform(services, slug)
    now = services.now()
    state = _burn_state(services, slug, query, browser_token)
    if state.domain != platform.installer.store_domain(query):
        raise InstallRefused("the callback is for another store than the one that was asked")
    grant = platform.installer.complete(query, now=now)
    return keep_grant(
        services, slug, grant, join_workspace_id=_joined_workspace(services, state.join_code_digest)
    )


def managed(services: Services, slug: str, session_token: str) -> Kept | None:
    """Install by the host's session token, unless the store is connected already (None).

    Raises SessionRefused for a token that doesn't hold.
    """
    platform = _platform(services, slug)
    who = platform.host.verify(session_token, now=services.now())
    with services.db.across_workspaces() as session:
        status = session.execute(
            select(Store.status).where(Store.platform == slug, Store.domain == who.domain)
        ).scalar_one_or_none()
    if status == StoreStatus.ACTIVE:
        return None
    return keep_grant(services, slug, platform.installer.exchange(session_token))


def _platform(services: Services, slug: str) -> StorePlatform:
    platform = services.platforms.get(slug)
    if platform is None:
        raise NotFound("There is no such platform.")
    return platform


def _burn_state(
    services: Services, slug: str, query: Query, browser_token: str | None
) -> InstallState:
    states = [value for name, value in query if name == "state"]
    nonce, _, signature = (states[0] if len(states) == 1 else "").partition(".")
    expected = _signature(services, nonce)
    if not nonce or not hmac.compare_digest(
        expected.encode(), signature.encode(errors="surrogatepass")
    ):
        raise InstallRefused("the install's state isn't ours")
    with services.db.across_workspaces(write=True) as session:
        state = session.get(InstallState, token_digest(nonce), with_for_update=True)
        if state is not None:
            session.delete(state)
            session.flush()
    if state is None or state.platform != slug or state.expires_at < services.now():
        raise InstallRefused("the install was completed already or took too long: begin again")
    if not hmac.compare_digest(state.browser_digest, token_digest(browser_token or "")):
        raise InstallRefused("the install was begun in another browser")
    return state


def _joined_workspace(services: Services, code_digest: bytes | None) -> int | None:
    if code_digest is None:
        return None
    with services.db.across_workspaces(write=True) as session:
        workspace_id = use_join_code(session, code_digest, services.now())
    if workspace_id is None:
        raise Invalid("The code was used meanwhile. Ask for a new one.", code="invalid_join_code")
    return workspace_id


def _signature(services: Services, nonce: str) -> str:
    key = derive(services.settings.secret_key.get_secret_value(), "install-state")
    return hmac.new(key, nonce.encode(errors="surrogatepass"), sha256).hexdigest()
