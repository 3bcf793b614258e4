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
    """A person. All but the id is a read model, worked out from customers and orders.

    The id of a profile that was emptied never comes again: views of it stay in the audit.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        Index(None, "workspace_id", "last_order_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[PrimaryKey]
    display_name: Mapped[str | None] = mapped_column(info=personal("name"))
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    tags: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
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
    store_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stores.id"))
    created_at: Mapped[datetime]


class ProfileView(WorkspaceScoped, Model):
    """That somebody looked at a profile. Append-only; the merchant can read it."""

    __tablename__ = "profile_views"
    __table_args__ = (Index(None, "workspace_id", "viewed_at"),)

    id: Mapped[PrimaryKey]
    profile_id: Mapped[int] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    viewer: Mapped[str] = mapped_column(info=IMPERSONAL)
    surface: Mapped[str] = mapped_column(info=IMPERSONAL)
    viewed_at: Mapped[datetime]
