"""A conversation with a customer: its state, and what its figures need."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceKeyed,
    WorkspaceScoped,
    personal,
    sealed,
)

# Ranges of terms are read in the order of their bytes, whatever the database's language is.
_Bytewise = Text().with_variant(Text(collation="C"), "postgresql")
_LISTED_BY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("status", ()),
    ("assignee", ("assignee_id",)),
    ("channel", ("channel_id",)),
    ("kind", ("channel_kind",)),
    ("store", ("store_id",)),
)


class Conversation(WorkspaceScoped, Model):
    """Messages about one thing with one person, whatever ways they went.

    Who it is: whoever `person_kind` and `person_value` lead to among the identities now, as far as
    `trust` allows (a key of `integration.identity.keys`: email, phone, customer, order); where an
    agent said who it is, the anchor of that person, with the trust `agent`. `person_name` and
    `person_address` are as the sender told them.
    `status` is ConversationStatus. `waiting_since` is from when the customer waits for an answer.
    `answered_seconds` and `resolved_seconds` are by the clock, the `_office_` ones by office hours.
    `first_contact`: whether it was resolved after one answer and never came back. A conversation
    that was merged has `merged_into_id` and is listed nowhere. `preview` is the newest message's
    beginning, sealed with the newest message's channel's key (`preview_channel_id`).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        *(
            Index(
                f"ix_conversations_by_{name}",
                *("workspace_id", *asked, "status", "last_message_at"),
                # A list walks and a count counts what is in it, without reading a row.
                *("is_spam", "merged_into_id"),
                postgresql_include=["id"],
            )
            for name, asked in _LISTED_BY
        ),
        Index("ix_conversations_person", "workspace_id", "person_kind", "person_value"),
        Index(
            "ix_conversations_order",
            "order_id",
            sqlite_where=text("order_id IS NOT NULL"),
            postgresql_where=text("order_id IS NOT NULL"),
        ),
        Index("ix_conversations_begun", "workspace_id", "created_at"),
        Index(
            "ix_conversations_snoozed",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
        Index(
            "ix_conversations_target",
            "target_due_at",
            sqlite_where=text("target_due_at IS NOT NULL"),
            postgresql_where=text("target_due_at IS NOT NULL"),
        ),
        Index(
            "ix_conversations_waiting",
            "workspace_id",
            "status",
            "waiting_since",
            sqlite_where=text("waiting_since IS NOT NULL"),
            postgresql_where=text("waiting_since IS NOT NULL"),
        ),
        Index(
            "ix_conversations_spam",
            "workspace_id",
            "status",
            "last_message_at",
            # As a statement says it: SQLite takes no other for the same.
            sqlite_where=text("is_spam = 1"),
            postgresql_where=text("is_spam"),
        ),
        # Without those that stand: SQLite would take "is not merged" for a good one to look up.
        Index(
            "ix_conversations_merged",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channels.id"))
    channel_kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    store_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("stores.id", ondelete="SET NULL")
    )
    visitor_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("visitors.id", ondelete="SET NULL"), index=True
    )
    subject: Mapped[str | None] = mapped_column(info=personal("message"))
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    is_spam: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="SET NULL")
    )
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    trust: Mapped[str] = mapped_column(info=IMPERSONAL)
    person_kind: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    person_value: Mapped[str | None] = mapped_column(info=personal("contact"))
    person_name: Mapped[str | None] = mapped_column(info=personal("name"))
    person_address: Mapped[str | None] = mapped_column(info=personal("contact"))
    order_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("orders.id", ondelete="SET NULL")
    )
    reason_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact_reasons.id", ondelete="SET NULL")
    )
    preview: Mapped[bytes | None] = mapped_column(info=sealed("message"))
    preview_channel_id: Mapped[int | None] = mapped_column(BigId)
    preview_kind: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    messages: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    last_message_id: Mapped[int | None] = mapped_column(BigId)
    first_asked_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    first_answered_by: Mapped[int | None] = mapped_column(BigId)
    answered_seconds: Mapped[int | None]
    answered_office_seconds: Mapped[int | None]
    waiting_since: Mapped[datetime | None]
    answers: Mapped[int] = mapped_column(default=0)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(BigId)
    resolved_seconds: Mapped[int | None]
    resolved_office_seconds: Mapped[int | None]
    reopened: Mapped[int] = mapped_column(default=0)
    first_contact: Mapped[bool | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_by: Mapped[int | None] = mapped_column(BigId)
    answer_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    target_due_at: Mapped[datetime | None]
    target_class: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    routed_to_id: Mapped[int | None] = mapped_column(BigId)
    escalated_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rated_at: Mapped[datetime | None]
    rating_comment: Mapped[str | None] = mapped_column(info=personal("message"))
    merged_into_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="SET NULL")
    )
    split_from_id: Mapped[int | None] = mapped_column(BigId)
    version: Mapped[int] = mapped_column(default=1)


class ConversationTag(WorkspaceKeyed, Model):
    """A tag on a conversation."""

    __tablename__ = "conversation_tags"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "tag", "conversation_id"),
        {"sqlite_with_rowid": False},
    )

    tag: Mapped[str] = mapped_column(info=personal("free_text"))
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )


class ConversationTerm(WorkspaceKeyed, Model):
    """A word by which conversations are found."""

    __tablename__ = "conversation_terms"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "term", "conversation_id"),
        Index(None, "conversation_id", "term"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[str] = mapped_column(_Bytewise, info=personal("message"))
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="CASCADE")
    )


class DueConversation(WorkspaceKeyed, Model):
    """A conversation that changed since the words were written by which it is found.

    `mark` is another with each change: whoever wrote the words of an earlier one isn't done.
    """

    __tablename__ = "due_conversations"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "conversation_id"),
        {"sqlite_with_rowid": False},
    )

    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    mark: Mapped[int] = mapped_column(BigId, default=1)


class ConversationRead(WorkspaceScoped, Model):
    """How far an agent has read a conversation."""

    __tablename__ = "conversation_reads"
    __table_args__ = (
        PrimaryKeyConstraint("agent_id", "conversation_id"),
        {"sqlite_with_rowid": False},
    )

    agent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="CASCADE"), sort_order=-2
    )
    conversation_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="CASCADE"), sort_order=-2, index=True
    )
    last_message_id: Mapped[int] = mapped_column(BigId)
    read_at: Mapped[datetime]


class ContactReason(WorkspaceScoped, Model):
    """Why customers write, in the merchant's words."""

    __tablename__ = "contact_reasons"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    position: Mapped[int]
    removed_at: Mapped[datetime | None]
