"""The mirror of an account in a store."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    ExternalId,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
)


class Customer(WorkspaceScoped, Model):
    """An account in a store, as the newest source told it.

    `email_normalized` and `phone_normalized` (E.164) are what identities compare.
    `source_updated_at` is the platform's own time of this state and refuses older ones;
    `source_triggered_at` breaks ties, and `source_read_at` (ours) tells whether a reading began
    before this state came in. `source_updated_at` is None while only a merge was heard of: such a
    row is no account yet and belongs to no profile. `withheld` names the fields that the newest
    state could not tell, each with the source's time of the state that did (None: never told).
    `content_digest` is over all that the source told, so that the same news again costs no read.
    """

    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index("ix_customers_external_id", "external_id", "store_id"),
        Index(None, "profile_id"),
        Index(None, "workspace_id", "email_normalized"),
        Index(
            "ix_customers_merged",
            "store_id",
            "merged_into_external_id",
            sqlite_where=text("merged_into_external_id IS NOT NULL"),
            postgresql_where=text("merged_into_external_id IS NOT NULL"),
        ),
        Index(
            "ix_customers_deleted",
            "store_id",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    external_id: Mapped[ExternalId]
    profile_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("profiles.id"))
    email: Mapped[str | None] = mapped_column(info=personal("contact"))
    email_normalized: Mapped[str | None] = mapped_column(info=personal("contact"))
    phone: Mapped[str | None] = mapped_column(info=personal("contact"))
    phone_normalized: Mapped[str | None] = mapped_column(info=personal("contact"))
    first_name: Mapped[str | None] = mapped_column(info=personal("name"))
    last_name: Mapped[str | None] = mapped_column(info=personal("name"))
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    tags: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
    note: Mapped[str | None] = mapped_column(info=personal("free_text"))
    address: Mapped[dict[str, Any] | None] = mapped_column(Document, info=personal("address"))
    source_created_at: Mapped[datetime | None]
    source_updated_at: Mapped[datetime | None]
    source_triggered_at: Mapped[datetime | None]
    source_read_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    merged_into_external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    merged_at: Mapped[datetime | None]
    withheld: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL, default=dict)
    content_digest: Mapped[bytes | None] = mapped_column(info=IMPERSONAL)
