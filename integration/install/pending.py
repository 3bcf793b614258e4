"""A connection that isn't one yet: its row, what it is found by, how its keys are sealed."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from integration.crypto import DataKey, associated, derive, token_digest
from integration.models import PendingConnection
from integration.models.vocabulary import ConnectionState
from integration.services import Services
from platforms.port import Secret, Site

# For each stretch of the way: until keys come, until they are proved, until the page is forgotten.
LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Joining:
    """Which workspace a new store is to join: by a code, by an owner's session, or none."""

    code_digest: bytes | None
    workspace_id: int | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a connection is known by outside; the database keeps digests.

    `nonce` is the store's to give back, `way_back` stands in the address where the browser comes
    back, `browser` is that browser's cookie.
    """

    nonce: str
    way_back: str
    browser: str


def new_tokens(browser: str | None) -> Tokens:
    """Fresh ones of 192 bits; a browser that has a cookie keeps it."""
    browser = browser or secrets.token_urlsafe(32)
    return Tokens(secrets.token_urlsafe(24), secrets.token_urlsafe(24), browser)


def pending_row(
    slug: str, site: Site, tokens: Tokens, joining: Joining, now: datetime
) -> PendingConnection:
    """The row of a connection that begins now."""
    return PendingConnection(
        platform=slug,
        domain=site.domain,
        site=asdict(site),
        nonce_digest=token_digest(tokens.nonce),
        return_digest=token_digest(tokens.way_back),
        browser_digest=token_digest(tokens.browser),
        join_code_digest=joining.code_digest,
        join_workspace_id=joining.workspace_id,
        state=ConnectionState.BEGUN,
        is_new_workspace=False,
        created_at=now,
        expires_at=now + LIFETIME,
    )


def seal_keys(services: Services, nonce_digest: bytes, keys: Secret) -> bytes:
    """Unproven keys, sealed for the row of that nonce."""
    return _key(services).seal(keys.reveal().encode(), _about(nonce_digest))


def open_keys(services: Services, nonce_digest: bytes, sealed: bytes) -> Secret:
    """The keys. Raises CannotOpen."""
    return Secret(_key(services).open(sealed, _about(nonce_digest)).decode())


def _key(services: Services) -> DataKey:
    # A store's data key is made with its row, and there may be none before its keys are proved.
    return DataKey(derive(services.settings.secret_key.get_secret_value(), "handed-keys"))


def _about(nonce_digest: bytes) -> bytes:
    return associated("pending_connections", "sealed_keys", nonce_digest.hex())
