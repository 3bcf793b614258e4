"""Where messages come from: a merchant's channels, and what came in by them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
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


class Channel(WorkspaceScoped, Model):
    """A way by which customers write: a mailbox, a chat on a storefront, a form, a phone line.

    `kind` is a slug of `channels.registry`. `store_id` is the store whose customers write there,
    None where it serves all. `address` is the merchant's own: a mailbox, a number. `settings` are
    the channel's, without secrets; `sealed_secrets` (a JSON object) opens with `data_key`, which
    also seals all messages of the channel and is wrapped by the operator's. `token_digest` finds it
    by the address that its provider calls, or by its widget; `sealed_token` shows it again.
    `status` is ChannelStatus, `error_code` and `error` why it doesn't work.
    """

    __tablename__ = "channels"
    __table_args__ = (Index(None, "workspace_id"), {"sqlite_autoincrement": True})

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    store_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("stores.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    address: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    settings: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    data_key: Mapped[bytes] = mapped_column(info=sealed("secret"))
    sealed_secrets: Mapped[bytes | None] = mapped_column(info=sealed("secret"))
    token_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    sealed_token: Mapped[bytes] = mapped_column(info=sealed("secret"))
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    error_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    failing_since: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ChannelCursor(WorkspaceScoped, Model):
    """How far a channel that we ask was read: moved by the commit that keeps what was read.

    `part` is a mailbox's folder, `generation` its UIDVALIDITY, `position` the last UID.
    """

    __tablename__ = "channel_cursors"
    __table_args__ = (
        PrimaryKeyConstraint("channel_id", "part"),
        {"sqlite_with_rowid": False},
    )

    channel_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("channels.id", ondelete="CASCADE"), sort_order=-2
    )
    part: Mapped[str] = mapped_column(info=IMPERSONAL, sort_order=-2)
    generation: Mapped[str] = mapped_column(info=IMPERSONAL)
    position: Mapped[int] = mapped_column(BigId)
    read_at: Mapped[datetime]


class Arrival(WorkspaceScoped, Model):
    """What came in by a channel, raw, until it is a message (then its body goes).

    The same thing twice has the same `dedupe_key`. `state` is WorkState; `lease`, `leased_until`
    and `due_at` are its work's. `sealed_body` is sealed with the channel's key, about the table,
    the channel and the dedupe key.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        UniqueConstraint("channel_id", "dedupe_key"),
        Index(
            "ix_arrivals_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_arrivals_parked",
            "workspace_id",
            "received_at",
            sqlite_where=text("state = 'parked'"),
            postgresql_where=text("state = 'parked'"),
        ),
        Index(None, "workspace_id", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id", ondelete="CASCADE"))
    dedupe_key: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime]
    size_bytes: Mapped[int]
    sealed_body: Mapped[bytes | None] = mapped_column(info=sealed("message"))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    leased_until: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    message_id: Mapped[int | None] = mapped_column(BigId)


class Visitor(WorkspaceScoped, Model):
    """Somebody's browser in a shop's chat, found by the digest of the token it keeps.

    `name` and `email` are what was typed there, believed by nobody. `customer_value` is the
    account (`store_id:external_id`) that the store's own page signed, None without a proof.
    `page` (`{url, title}`) and `cart` are kept with consent only.
    """

    __tablename__ = "visitors"
    __table_args__ = (Index(None, "workspace_id", "seen_at"), {"sqlite_autoincrement": True})

    id: Mapped[PrimaryKey]
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id", ondelete="CASCADE"))
    token_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    name: Mapped[str | None] = mapped_column(info=personal("name"))
    email: Mapped[str | None] = mapped_column(info=personal("contact"))
    customer_value: Mapped[str | None] = mapped_column(info=personal("contact"))
    signed_email: Mapped[str | None] = mapped_column(info=personal("contact"))
    proved_at: Mapped[datetime | None]
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    page: Mapped[dict[str, Any] | None] = mapped_column(Document, info=personal("device"))
    cart: Mapped[dict[str, Any] | None] = mapped_column(Document, info=personal("order"))
    consented_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AutomaticMail(Model):
    """That an automatic mail went out, over all workspaces: what keeps it from becoming many.

    `recipient_digest` and `thread_digest` are keyed digests.
    """

    __tablename__ = "automatic_mails"
    __table_args__ = (
        Index(None, "recipient_digest", "sent_at"),
        Index(None, "sent_at"),
    )

    id: Mapped[PrimaryKey]
    recipient_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    thread_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    sent_at: Mapped[datetime]
