"""What comparing with a store found: the ledger that the merchant reads, and a store's hours."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, Model, PrimaryKey, WorkspaceScoped


class Reconciliation(WorkspaceScoped, Model):
    """One comparison of a copy with its store; kept as it was written.

    `kind` is changes (what the store changed in a window of its own time) or whole (every id, with
    which deletions are found); `asked_by` is schedule or person; `state` is running, done or
    failed. Of the `compared` objects `missing` weren't held at all, `stale` were held older than
    the store's, `gone` stand no longer in the store; `repaired` of these were put right, `early`
    are younger than a webhook takes and count as none of them, `held_back` deletions were so many
    that somebody has to look first. `latest_seconds` is how late the latest of the repaired was;
    `calls` is how many requests the store was asked.
    """

    __tablename__ = "reconciliations"
    __table_args__ = (Index(None, "workspace_id", "store_id", "started_at"),)

    id: Mapped[PrimaryKey]
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    asked_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    window_from: Mapped[datetime | None]
    window_until: Mapped[datetime | None]
    compared: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    stale: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    early: Mapped[int] = mapped_column(default=0)
    held_back: Mapped[int] = mapped_column(default=0)
    latest_seconds: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)


class StoreHour(WorkspaceScoped, Model):
    """An hour of a store's deliveries, counted in the transaction that worked them off.

    `hour` is its beginning. Delays are from the commit of a delivery to the commit of its effect,
    in milliseconds: their sum over `applied`, and the longest.
    """

    __tablename__ = "store_hours"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "hour"),
        Index(None, "workspace_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    hour: Mapped[datetime]
    applied: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    parked: Mapped[int] = mapped_column(default=0)
    delay_ms_sum: Mapped[int] = mapped_column(BigId, default=0)
    delay_ms_most: Mapped[int] = mapped_column(default=0)
