"""Who may come in: pending installs, codes to join a workspace, API keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    Model,
    PrimaryKey,
    WorkspaceLimited,
    WorkspaceScoped,
    sealed,
)


class InstallState(Model):
    """An install that a browser began. Single-use: completing it deletes the row."""

    __tablename__ = "install_states"

    nonce_digest: Mapped[bytes] = mapped_column(primary_key=True, info=IMPERSONAL)
    platform: Mapped[str] = mapped_column(info=IMPERSONAL)
    domain: Mapped[str] = mapped_column(info=IMPERSONAL)
    browser_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    join_code_digest: Mapped[bytes | None] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime]


class PendingConnection(WorkspaceLimited, Model):
    """A store that is being connected by keys which it hands over by itself.

    `nonce_digest` is of the nonce that the store gives back, `return_digest` of the token in the
    address where the browser comes back, `browser_digest` of that browser's cookie. `state` is
    begun, given (keys came, unproven, and the nonce is burned), proved or failed. `site` is what
    the platform saw when it visited the store. `sealed_keys` are the unproven keys, sealed by a key
    derived from SECRET_KEY, None again once they are proved or failed. `join_workspace_id` is the
    workspace that it joins by an owner's session.
    """

    __tablename__ = "pending_connections"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[PrimaryKey]
    platform: Mapped[str] = mapped_column(info=IMPERSONAL)
    domain: Mapped[str] = mapped_column(info=IMPERSONAL)
    site: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    nonce_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    return_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    browser_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    join_code_digest: Mapped[bytes | None] = mapped_column(info=IMPERSONAL)
    join_workspace_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    sealed_keys: Mapped[bytes | None] = mapped_column(info=sealed("secret"))
    error_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    is_new_workspace: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class JoinCode(WorkspaceScoped, Model):
    """A code that lets one more store join the workspace. Single-use, kept only as a digest."""

    __tablename__ = "join_codes"
    __table_args__ = (Index(None, "workspace_id"),)

    code_digest: Mapped[bytes] = mapped_column(primary_key=True, info=IMPERSONAL)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(WorkspaceScoped, Model):
    """A key for the API of one workspace, kept only as a digest. `hint` is its first characters."""

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "workspace_id"),)

    id: Mapped[PrimaryKey]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    key_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    hint: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
