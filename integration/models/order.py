"""The mirror of an order with its parts. Amounts are minor units of the order's currency."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    ExternalId,
    Minor,
    Model,
    PrimaryKey,
    WorkspaceKeyed,
    WorkspaceScoped,
    personal,
)


class Order(WorkspaceScoped, Model):
    """An order, as the newest source told it.

    `total_minor`, `refunded_minor` and `current_total_minor` mean what docs/figures.md says.
    `counts` and `is_paid` are those rules, worked out when the row is written. `deleted_at` stands
    when a tombstone is not older than the state. `profile_id` is whose it is, never None once the
    transaction that wrote it has ended. `withheld` names the fields (and parts) that the newest
    state could not tell, each with the source's time of the state that did (None: never told).
    `rests_until` is until when the order isn't read by itself again, None when it may be at once.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "external_id"),
        Index("ix_orders_external_id", "external_id", "store_id"),
        Index(None, "profile_id", "placed_at"),
        Index(None, "store_id", "customer_external_id"),
        Index(None, "workspace_id", "name"),
        Index(None, "workspace_id", "email_normalized"),
        Index(
            "ix_orders_withheld",
            "store_id",
            "placed_at",
            sqlite_where=text("withheld <> '{}'"),
            postgresql_where=text("withheld <> '{}'::jsonb"),
        ),
        Index(
            "ix_orders_deleted",
            "store_id",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    external_id: Mapped[ExternalId]
    profile_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("profiles.id"))
    customer_external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=personal("order"))
    email: Mapped[str | None] = mapped_column(info=personal("contact"))
    email_normalized: Mapped[str | None] = mapped_column(info=personal("contact"))
    phone: Mapped[str | None] = mapped_column(info=personal("contact"))
    phone_normalized: Mapped[str | None] = mapped_column(info=personal("contact"))
    buyer_name: Mapped[str | None] = mapped_column(info=personal("name"))
    placed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    currency: Mapped[str] = mapped_column(info=IMPERSONAL)
    total_minor: Mapped[Minor]
    current_total_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor]
    presentment_currency: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    presentment_total_minor: Mapped[Minor | None]
    financial_status: Mapped[str] = mapped_column(info=IMPERSONAL)
    fulfillment_status: Mapped[str] = mapped_column(info=IMPERSONAL)
    platform_status: Mapped[str] = mapped_column(info=IMPERSONAL)
    is_test: Mapped[bool]
    counts: Mapped[bool]
    is_paid: Mapped[bool]
    sales_channel: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    tags: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
    notes: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
    shipping_address: Mapped[dict[str, Any] | None] = mapped_column(
        Document, info=personal("address")
    )
    billing_address: Mapped[dict[str, Any] | None] = mapped_column(
        Document, info=personal("address")
    )
    source_updated_at: Mapped[datetime]
    source_triggered_at: Mapped[datetime | None]
    source_read_at: Mapped[datetime | None]
    withheld: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL, default=dict)
    rests_until: Mapped[datetime | None]


class OrderLine(WorkspaceScoped, Model):
    """A line of an order; rows of one order lie together."""

    __tablename__ = "order_lines"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "order_external_id", "external_id"),
        Index(None, "store_id", "variant_external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    order_external_id: Mapped[ExternalId]
    external_id: Mapped[ExternalId]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(info=personal("order"))
    variant_title: Mapped[str | None] = mapped_column(info=personal("order"))
    sku: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    quantity: Mapped[int]
    current_quantity: Mapped[int]
    unit_price_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    variant_external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    product_external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)


class Fulfillment(WorkspaceScoped, Model):
    """A parcel of an order. `tracking` is a list of {company, number, url}.

    It has a time of its own, since deliveries tell of a parcel without its order.
    """

    __tablename__ = "fulfillments"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "order_external_id", "external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    order_external_id: Mapped[ExternalId]
    external_id: Mapped[ExternalId]
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    shipment_status: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    shipment_status_at: Mapped[datetime | None]
    tracking: Mapped[list[Any]] = mapped_column(Document, info=personal("order"))
    source_created_at: Mapped[datetime]
    source_updated_at: Mapped[datetime]


class TrackingNumber(WorkspaceKeyed, Model):
    """A number by which a carrier knows a parcel, folded, so that any spelling of it finds it.

    Written and removed with its parcel: what stands here stands in the parcel's `tracking`.
    """

    __tablename__ = "tracking_numbers"
    __table_args__ = (
        PrimaryKeyConstraint(
            "workspace_id", "number", "store_id", "order_external_id", "parcel_external_id"
        ),
        {"sqlite_with_rowid": False},
    )

    number: Mapped[str] = mapped_column(info=personal("order"))
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    order_external_id: Mapped[ExternalId]
    parcel_external_id: Mapped[ExternalId]


class Refund(WorkspaceScoped, Model):
    """Money given back on an order, in shop money.

    `source_created_at` is None while no source told when.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "order_external_id", "external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    order_external_id: Mapped[ExternalId]
    external_id: Mapped[ExternalId]
    amount_minor: Mapped[Minor]
    note: Mapped[str | None] = mapped_column(info=personal("free_text"))
    source_created_at: Mapped[datetime | None]
