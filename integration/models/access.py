"""Who may come in: pending installs, codes to join a workspace, API keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceScoped,
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
