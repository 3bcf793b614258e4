"""The mirror of what was ordered, with what is left of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, ExternalId, Model, WorkspaceScoped


class Variant(WorkspaceScoped, Model):
    """A product's variant. `stock` is pieces, None where the store doesn't count them."""

    __tablename__ = "variants"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    external_id: Mapped[ExternalId]
    product_external_id: Mapped[ExternalId]
    product_title: Mapped[str] = mapped_column(info=IMPERSONAL)
    title: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    sku: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    image_url: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    stock: Mapped[int | None]
    source_updated_at: Mapped[datetime]
    read_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
