"""What a store deleted, and what was erased here."""

from datetime import datetime

from sqlalchemy import ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, ExternalId, Model, WorkspaceScoped


class Tombstone(WorkspaceScoped, Model):
    """That a store deleted an object, and when; kept even where the object was never seen.

    `kind` is order or customer, or returned: an account that bought again after its erasure. With
    `erased_at` it is an erased person's, and nothing that the store tells of it is taken any more;
    the time is by the store's clock where that is known to be ahead of ours.
    """

    __tablename__ = "tombstones"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "kind", "external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    external_id: Mapped[ExternalId]
    deleted_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
