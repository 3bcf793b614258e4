"""A store of a workspace and our authorization on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
    sealed,
)


class Store(WorkspaceScoped, Model):
    """A Shopify shop or a WooCommerce site.

    `domain` is its canonical name on the platform and never changes hands: a reinstall returns to
    this row. `status` is pending, active, reauthorize or disconnected. `data_key` is the store's
    key, wrapped by the operator's; without it nothing sealed for the store opens. `admin_url` is
    where its admin begins, None where the name tells that.
    """

    __tablename__ = "stores"
    __table_args__ = (
        UniqueConstraint("platform", "domain"),
        Index(None, "workspace_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    platform: Mapped[str] = mapped_column(info=IMPERSONAL)
    domain: Mapped[str] = mapped_column(info=IMPERSONAL)
    external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    url: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    admin_url: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    contact_email: Mapped[str | None] = mapped_column(info=personal("contact"))
    currency: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    timezone: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    country_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    status_reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    data_key: Mapped[bytes] = mapped_column(info=sealed("secret"))
    created_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]
    uninstalled_at: Mapped[datetime | None]


class Installation(WorkspaceScoped, Model):
    """One authorization by a merchant, from the newest grant until its end. At most one is open."""

    __tablename__ = "installations"
    __table_args__ = (
        Index(
            "uq_installations_open",
            "store_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "workspace_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    scopes: Mapped[list[Any]] = mapped_column(Document, info=IMPERSONAL)
    installed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Credential(WorkspaceScoped, Model):
    """The tokens of an installation, sealed with the store's data key.

    `generation` grows with every pair; a refresh claims the row by compare-and-set of `claim` and
    `claimed_until`, calls the store outside any transaction, and writes the next generation.
    `refresh_at` is from when on the pair is replaced, None for a token without an end.
    """

    __tablename__ = "credentials"
    __table_args__ = (Index(None, "workspace_id"),)

    installation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("installations.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int]
    sealed_access_token: Mapped[bytes] = mapped_column(info=sealed("secret"))
    sealed_refresh_token: Mapped[bytes | None] = mapped_column(info=sealed("secret"))
    expires_at: Mapped[datetime | None]
    refresh_at: Mapped[datetime | None]
    refresh_expires_at: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    claimed_until: Mapped[datetime | None]
