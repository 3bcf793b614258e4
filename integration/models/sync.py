"""How far the copy of a store reaches, and how fresh it is."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, ExternalId, Model, WorkspaceScoped


class StoreSync(WorkspaceScoped, Model):
    """One row a store.

    `backfill_state` is waiting, running, done or failed, `backfill_done` of `backfill_total`
    records; `backfill_step` and `backfill_cursor` resume it. `complete_from` is how far back the
    store lets us see (None: all), `complete_until` until when the copy is proved; `as_of` is the
    newest news and `source` who brought it (webhook, sync, reconcile). `customers_synced_until` and
    `orders_synced_until` are by the store's own clock, from where the next reading goes on;
    `compared_whole_at` is when every id was last compared with the store's. `claim` fences the job
    that reads: a holder whose claim was taken over can't write.
    """

    __tablename__ = "store_syncs"
    __table_args__ = (Index(None, "workspace_id"),)

    store_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("stores.id", ondelete="CASCADE"), primary_key=True
    )
    backfill_state: Mapped[str] = mapped_column(info=IMPERSONAL)
    backfill_step: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    backfill_cursor: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    backfill_done: Mapped[int] = mapped_column(default=0)
    backfill_total: Mapped[int | None]
    backfill_started_at: Mapped[datetime | None]
    backfill_finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error_at: Mapped[datetime | None]
    complete_from: Mapped[datetime | None]
    complete_until: Mapped[datetime | None]
    customers_synced_until: Mapped[datetime | None]
    orders_synced_until: Mapped[datetime | None]
    compared_whole_at: Mapped[datetime | None]
    as_of: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    claim: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    claimed_until: Mapped[datetime | None]


class Reread(WorkspaceScoped, Model):
    """An object that has to be read from the store again, until that was done.

    `kind` is order or customer, or named: an account that an order names and that nobody told, for
    which nothing waits. The row commits with what made it necessary, so that a crash
    before the reading loses nothing.
    """

    __tablename__ = "rereads"
    __table_args__ = (
        PrimaryKeyConstraint("store_id", "kind", "external_id"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    external_id: Mapped[ExternalId]
    wanted_at: Mapped[datetime]
