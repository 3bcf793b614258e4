"""The person, across the stores of a workspace."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    Minor,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
)


class Profile(WorkspaceScoped, Model):
    """A person. What stores tell is a read model, worked out from customers and orders.

    Each key of `integration.identity.keys` has a profile, its home. Where links say that several
    homes are one person, the others have `joined_id`: the home that stands for all of them, on
    which their accounts and orders are meanwhile. Such a profile is shown nowhere and comes back
    when the link ends. `own_tags` are the agents', `tags` the stores'.
    The id of a profile that was emptied never comes again: views of it stay in the audit.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        Index(None, "workspace_id", "last_order_at"),
        Index(
            "ix_profiles_joined",
            "joined_id",
            sqlite_where=text("joined_id IS NOT NULL"),
            postgresql_where=text("joined_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    joined_id: Mapped[int | None] = mapped_column(BigId)
    display_name: Mapped[str | None] = mapped_column(info=personal("name"))
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    tags: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
    own_tags: Mapped[list[Any]] = mapped_column(
        Document, info=personal("free_text"), default=list, server_default=text("'[]'")
    )
    first_order_at: Mapped[datetime | None]
    last_order_at: Mapped[datetime | None]
    customer_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ProfileTotal(WorkspaceScoped, Model):
    """A profile's figures in one currency, by the rules of docs/figures.md."""

    __tablename__ = "profile_totals"
    __table_args__ = (
        PrimaryKeyConstraint("profile_id", "currency"),
        {"sqlite_with_rowid": False},
    )

    profile_id: Mapped[int] = mapped_column(BigId, ForeignKey("profiles.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(info=IMPERSONAL)
    orders: Mapped[int]
    spent_minor: Mapped[Minor]
    unpaid_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor]


class Identity(WorkspaceScoped, Model):
    """One `(kind, value)` that points at a profile, with its evidence.

    `kind` is email, phone, customer (value `store id:external id`), guest_phone
    (`store id:E.164`) or order (`store id:external id`, an order with no address at all). A row
    with `links` decides whose things are; there is at most one for a value in a workspace. The
    others are shown only: an account's phone, an order's address that isn't its account's.

    Its evidence: `evidence` says who vouches (store, or order: only typed there), `trust` how far
    (`Trust`), `told_by` the account or order that said it first (`account:7001`, `order:1001`, in
    `store_id`), `source` and `delivery_id` by which way and delivery it came, `created_at` when.
    """

    __tablename__ = "identities"
    __table_args__ = (
        Index(
            "uq_identities_linking",
            "workspace_id",
            "kind",
            "value",
            unique=True,
            sqlite_where=text("links"),
            postgresql_where=text("links"),
        ),
        Index("uq_identities_profile", "profile_id", "kind", "value", unique=True),
        Index(None, "workspace_id", "kind", "value"),
    )

    id: Mapped[PrimaryKey]
    profile_id: Mapped[int] = mapped_column(BigId, ForeignKey("profiles.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    value: Mapped[str] = mapped_column(info=personal("contact"))
    verified: Mapped[bool]
    links: Mapped[bool]
    evidence: Mapped[str] = mapped_column(info=IMPERSONAL)
    trust: Mapped[str] = mapped_column(info=IMPERSONAL, server_default=text("'asserted'"))
    store_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stores.id"))
    told_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    source: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]


class ProfileNote(WorkspaceScoped, Model):
    """What an agent wrote about a person.

    `author` and `edited_by` (whoever changed it last) are viewers' names as the audit keeps them.
    A note that was taken back has `deleted_at` and can be put back.
    """

    __tablename__ = "profile_notes"
    __table_args__ = (Index(None, "profile_id", "created_at"),)

    id: Mapped[PrimaryKey]
    profile_id: Mapped[int] = mapped_column(BigId, ForeignKey("profiles.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(info=personal("free_text"))
    author: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    edited_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class ProfileView(WorkspaceScoped, Model):
    """That somebody looked at a profile, in a conversation where it was there. Append-only; the
    merchant can read it.
    """

    __tablename__ = "profile_views"
    __table_args__ = (Index(None, "workspace_id", "viewed_at"),)

    id: Mapped[PrimaryKey]
    profile_id: Mapped[int] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    viewer: Mapped[str] = mapped_column(info=IMPERSONAL)
    surface: Mapped[str] = mapped_column(info=IMPERSONAL)
    viewed_at: Mapped[datetime]
    conversation_id: Mapped[int | None] = mapped_column(BigId)


class PeopleExport(WorkspaceScoped, Model):
    """That somebody took people out as a file. Append-only but for its end; no personal data.

    `what` is all, search, segment (`segment_id`) or report (which has no people). `people` is how
    many had been handed out when it ended; with `ended_at` None it goes on still, or was cut off by
    the end of a process.
    """

    __tablename__ = "people_exports"
    __table_args__ = (Index(None, "workspace_id", "begun_at"),)

    id: Mapped[PrimaryKey]
    store_id: Mapped[int | None] = mapped_column(BigId)
    viewer: Mapped[str] = mapped_column(info=IMPERSONAL)
    surface: Mapped[str] = mapped_column(info=IMPERSONAL)
    what: Mapped[str] = mapped_column(info=IMPERSONAL)
    segment_id: Mapped[int | None] = mapped_column(BigId)
    people: Mapped[int]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
