"""Connecting a store that hands its keys over by itself: begin, take the keys, see how it goes.

Keys that came are provisional: `proving` makes them the store's own, or destroys them. Until then a
connected store goes on with the keys that it has.
"""

from dataclasses import dataclass

from integration.install.handing_over import handover_of, have_proved, receive_keys
from integration.install.joining import check_join_code, join_code_digest
from integration.install.pending import Joining, Tokens, new_tokens, pending_row, seal_keys
from integration.install.returning import ConnectionView, connection_view, sign_in
from integration.models.vocabulary import ConnectionState
from integration.services import Services
from platforms.errors import AddressRefused, InstallRefused, PlatformError
from platforms.port import KeyHandover, Site

__all__ = [
    "BegunConnection",
    "ConnectionView",
    "begin_connection",
    "connect_with_password",
    "connection_view",
    "receive_keys",
    "sign_in",
]


@dataclass(frozen=True, slots=True)
class BegunConnection:
    """Where to send the browser, and the cookie that binds the connection to it."""

    redirect_to: str
    browser_token: str


def begin_connection(
    services: Services,
    slug: str,
    address: str,
    *,
    join_code: str | None = None,
    owner_workspace_id: int | None = None,
    browser_token: str | None = None,
) -> BegunConnection:
    """Begin at the store's own page of consent. Calls the store; a refusal stores nothing.

    A code counts before the owner's workspace. Raises InstallRefused or AddressRefused with a
    sentence for the merchant, Invalid for the code, NotFound for a platform that can't do it.
    """
    handover = handover_of(services, slug)
    _check_own_address(services)
    joining = _joining(services, join_code, owner_workspace_id)
    site = _visited(handover, address)
    if not site.can_hand_over:
        refusal = InstallRefused(site.obstacle)
        refusal.code = "cannot_hand_over"
        raise refusal
    tokens = new_tokens(browser_token)
    with services.db.across_workspaces(write=True) as session:
        session.add(pending_row(slug, site, tokens, joining, services.now()))
    redirect_to = handover.begin(
        site,
        nonce=tokens.nonce,
        callback_url=_own_address(services, slug, "callback", tokens.nonce),
        return_url=_return_address(services, slug, tokens),
    )
    return BegunConnection(redirect_to, tokens.browser)


def connect_with_password(
    services: Services,
    slug: str,
    address: str,
    username: str,
    password: str,
    *,
    join_code: str | None = None,
    owner_workspace_id: int | None = None,
    browser_token: str | None = None,
) -> BegunConnection:
    """Connect by keys that a person typed in; they are proved like those that a store hands over.

    Leads to our own page, which tells how it goes. Raises as `begin_connection` does.
    """
    handover = handover_of(services, slug)
    _check_own_address(services)
    joining = _joining(services, join_code, owner_workspace_id)
    keys = handover.offer(username, password)
    site = _visited(handover, address)
    tokens = new_tokens(browser_token)
    row = pending_row(slug, site, tokens, joining, services.now())
    row.state = ConnectionState.GIVEN
    row.sealed_keys = seal_keys(services, row.nonce_digest, keys)
    with services.db.across_workspaces(write=True) as session:
        session.add(row)
    have_proved(services, row.id)
    return BegunConnection(_return_address(services, slug, tokens), tokens.browser)


def _check_own_address(services: Services) -> None:
    settings = services.settings
    if not (settings.app_url.startswith("https://") or settings.allow_private_addresses):
        raise InstallRefused(
            "This Tillside can't take a store's keys: its own address (APP_URL) isn't https. "
            "Whoever runs it has to change that."
        )


def _joining(services: Services, code: str | None, owner_workspace_id: int | None) -> Joining:
    if code is None or not code.strip():
        return Joining(None, owner_workspace_id)
    with services.db.across_workspaces() as session:
        check_join_code(session, code, services.now())
    return Joining(join_code_digest(code), None)


def _visited(handover: KeyHandover, address: str) -> Site:
    try:
        return handover.visit(address)
    except (InstallRefused, AddressRefused):
        raise
    except PlatformError as error:
        raise InstallRefused(str(error)) from None


def _return_address(services: Services, slug: str, tokens: Tokens) -> str:
    return _own_address(services, slug, "return", tokens.way_back)


def _own_address(services: Services, slug: str, page: str, token: str) -> str:
    return f"{services.settings.app_url.rstrip('/')}/{slug}/{page}/{token}"
