"""How the product opens each sealed column."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy.orm import Session

from integration.conversations.attachments import _piece
from integration.conversations.channels.keys import (
    ChannelKeys,
    about_channel_key,
    open_secrets,
    open_token,
)
from integration.conversations.contents import _about_preview, open_content
from integration.conversations.incoming.arrivals import open_body
from integration.db import WorkspaceSession
from integration.delivery_bodies import Opener
from integration.install.companion_keys import companion_secret
from integration.install.endpoints import about_webhook_key, open_webhook_secret
from integration.install.keys import about_data_key, about_token, store_key
from integration.install.pending import open_keys
from integration.models import (
    Attachment,
    Channel,
    Installation,
    PrivacyRequest,
    Store,
)
from integration.privacy.exports import data_requests
from integration.privacy.subject import open_subject
from integration.services import Services

Opens = Callable[[Services, Session, Any], object]


def _store_of(session: Session, row: Any) -> Store:
    number = (
        getattr(row, "store_id", None)
        or session.get_one(Installation, row.installation_id).store_id
    )
    return session.get_one(Store, number)


def _key_of(services: Services, session: Session, row: Any) -> Any:
    return store_key(services.keyring, _store_of(session, row))


def _channel_key(services: Services, session: Session, row: Any) -> Any:
    return ChannelKeys(services.keyring).of(session.get_one(Channel, row.channel_id))


def _token(field: str) -> Opens:
    return lambda services, session, row: _key_of(services, session, row).open(
        getattr(row, f"sealed_{field}"), about_token(row.installation_id, field)
    )


def _webhook_token(services: Services, session: Session, row: Any) -> object:
    about = about_webhook_key(row.installation_id, "token")
    return _key_of(services, session, row).open(row.sealed_token, about)


def _preview(services: Services, session: Session, row: Any) -> object:
    channel = session.get_one(Channel, row.preview_channel_id)
    key = ChannelKeys(services.keyring).of(channel)
    return key.open(row.preview, _about_preview(row.id))


def _chunk(services: Services, session: Session, row: Any) -> object:
    """As a download reads it; the row that is looked at is the one in the session."""
    attachment = session.get_one(Attachment, row.attachment_id)
    key = _channel_key(services, session, attachment)
    return _piece(cast(WorkspaceSession, session), key, attachment, row.number)


def _delivery(services: Services, session: Session, row: Any) -> object:
    with services.db.across_workspaces() as main:
        store = main.get(Store, row.store_id) if row.store_id else None
    return Opener(services, store).open(row, None)


def _mended(services: Services, session: Session, row: Any) -> object:
    store = session.get(Store, row.store_id) if row.store_id else None
    delivery = cast(Any, type("Stored", (), {"id": row.delivery_id, "sealed_body": b""}))
    return Opener(services, store).open(delivery, row)


def _subject(services: Services, session: Session, row: Any) -> object:
    store = session.get(Store, row.store_id) if row.store_id else None
    return open_subject(services, store, row)


def _export(services: Services, session: Session, row: Any) -> object:
    request = session.get_one(PrivacyRequest, row.request_id)
    store = session.get(Store, request.store_id) if request.store_id else None
    key = data_requests._key(services, store, row.workspace_id)
    return key.open(row.sealed_file, data_requests._about(row.token_digest))


def _plain(values: Mapping[str, Any]) -> object:
    return {name: value.get_secret_value() for name, value in values.items()}


OPENS: dict[tuple[str, str], Opens] = {
    ("stores", "data_key"): lambda services, _, row: services.keyring._unwrap(
        row.data_key, about_data_key(row.platform, row.domain)
    ),
    ("channels", "data_key"): lambda services, _, row: services.keyring._unwrap(
        row.data_key, about_channel_key(row.token_digest)
    ),
    ("channels", "sealed_secrets"): lambda services, _, row: _plain(
        open_secrets(ChannelKeys(services.keyring).of(row), row)
    ),
    ("channels", "sealed_token"): lambda services, _, row: open_token(
        ChannelKeys(services.keyring).of(row), row
    ),
    ("credentials", "sealed_access_token"): _token("access_token"),
    ("credentials", "sealed_refresh_token"): _token("refresh_token"),
    ("webhook_keys", "sealed_token"): _webhook_token,
    ("webhook_keys", "sealed_secret"): lambda services, session, row: open_webhook_secret(
        _key_of(services, session, row), row
    ).reveal(),
    ("companion_keys", "sealed_secret"): lambda services, session, row: companion_secret(
        services, _store_of(session, row), row
    ).reveal(),
    ("pending_connections", "sealed_keys"): lambda services, _, row: open_keys(
        services, row.nonce_digest, row.sealed_keys
    ).reveal(),
    ("messages", "sealed_content"): lambda services, session, row: open_content(
        _channel_key(services, session, row), row
    ),
    ("conversations", "preview"): _preview,
    ("attachment_chunks", "sealed_bytes"): _chunk,
    ("arrivals", "sealed_body"): lambda services, session, row: open_body(
        _channel_key(services, session, row), row
    ),
    ("deliveries", "sealed_body"): _delivery,
    ("delivery_works", "sealed_mended_body"): _mended,
    ("privacy_requests", "sealed_subject"): _subject,
    ("person_exports", "sealed_file"): _export,
}
"""How the product opens each sealed column: raises CannotOpen for what isn't that row's."""
