"""What was said in a conversation, and how what we say goes out."""

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


class Message(WorkspaceScoped, Model):
    """One message, note or event of a conversation; ids grow in the order of what was written.

    `kind` is MessageKind. `key` is random and made by whoever writes: the same twice is one
    message, and an answer's Message-ID comes of it. `sealed_content` is a MessageContent
    (`integration.conversations.contents`), sealed with its channel's key; `details` are an event's
    facts, without personal data. `external_id` is the channel's own id (a mail's Message-ID).
    `delivery` is DeliveryState for what we send, None for the rest.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "conversation_id", "id"),
        Index(None, "workspace_id", "external_id"),
        Index(None, "workspace_id", "created_at", "kind"),
        Index(
            "ix_messages_moved",
            "moved_from_id",
            "id",
            sqlite_where=text("moved_from_id IS NOT NULL"),
            postgresql_where=text("moved_from_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="CASCADE")
    )
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    key: Mapped[str] = mapped_column(info=IMPERSONAL)
    agent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="SET NULL"), index=True
    )
    trust: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    sealed_content: Mapped[bytes | None] = mapped_column(info=sealed("message"))
    details: Mapped[dict[str, Any] | None] = mapped_column(Document, info=IMPERSONAL)
    delivery: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    delivery_error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    moved_from_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class Sending(WorkspaceScoped, Model):
    """A message that has to go out; the row goes when it went, or stays as failed.

    `due_at` None: failed for good. `lease` fences who sends it now.
    """

    __tablename__ = "sendings"
    __table_args__ = (
        Index(
            "ix_sendings_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(None, "channel_id"),
    )

    message_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
    )
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id", ondelete="CASCADE"))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    leased_until: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]


class Attachment(WorkspaceScoped, Model):
    """A file of a message. Its bytes are in chunks, sealed with the channel's key.

    `key` is random and stands in addresses; `media_type` is what its bytes are, by us. One that
    was uploaded for an answer has no message until that is written.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "message_id"),
        Index(None, "workspace_id", "created_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    message_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("messages.id", ondelete="CASCADE")
    )
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    key: Mapped[str] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=personal("message"))
    media_type: Mapped[str] = mapped_column(info=IMPERSONAL)
    size_bytes: Mapped[int] = mapped_column(BigId)
    content_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    is_inline: Mapped[bool] = mapped_column(default=False)
    refused: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    uploaded_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]


class AttachmentChunk(WorkspaceScoped, Model):
    """A piece of a file, sealed."""

    __tablename__ = "attachment_chunks"
    __table_args__ = (PrimaryKeyConstraint("attachment_id", "number"),)

    attachment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("attachments.id", ondelete="CASCADE"), autoincrement=False
    )
    number: Mapped[int] = mapped_column(autoincrement=False)
    sealed_bytes: Mapped[bytes] = mapped_column(info=sealed("message"))


class Mention(WorkspaceScoped, Model):
    """That a note names an agent."""

    __tablename__ = "mentions"
    __table_args__ = (
        PrimaryKeyConstraint("agent_id", "message_id"),
        Index(
            "ix_mentions_unseen",
            "agent_id",
            "message_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    agent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="CASCADE"), sort_order=-2
    )
    message_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("messages.id", ondelete="CASCADE"), sort_order=-2, index=True
    )
    seen_at: Mapped[datetime | None]
