"""What comes in: a stored delivery, the work that it makes, and the attempts at it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    InboxModel,
    Model,
    PrimaryKey,
    WorkspaceLimited,
    sealed,
)


class Delivery(InboxModel):
    """A verified webhook as it came. The receiver inserts; erasing and pruning take away.

    `dedupe_key` is a digest of store, delivery id and body. `store_id` is None for a compliance
    delivery of a store that we don't know. `sealed_body` opens with the store's data key (or the
    operator's intake key without a store). Ids only grow, also where old rows are removed: the
    drain's mark relies on it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("dedupe_key"), {"sqlite_autoincrement": True})

    id: Mapped[PrimaryKey]
    dedupe_key: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    platform: Mapped[str] = mapped_column(info=IMPERSONAL)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    store_hint: Mapped[str] = mapped_column(info=IMPERSONAL)
    topic: Mapped[str] = mapped_column(info=IMPERSONAL)
    delivery_external_id: Mapped[str] = mapped_column(info=IMPERSONAL)
    event_external_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    api_version: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    triggered_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    is_compliance: Mapped[bool]
    sealed_body: Mapped[bytes] = mapped_column(info=sealed("order"))


class DeliveryWork(WorkspaceLimited, Model):
    """What is to be done with a delivery; in the main database, so that it commits with the effect.

    `state` is waiting, leased, applied, parked or refused. A lease is `fence` (grows with every
    lease) and `leased_until`; a holder commits only while the fence is its own.
    `sealed_mended_body` replaces the body after somebody mended it.
    """

    __tablename__ = "delivery_works"
    __table_args__ = (
        Index(
            "ix_delivery_works_open",
            "state",
            "store_id",
            "delivery_id",
            sqlite_where=text("state IN ('waiting', 'leased')"),
            postgresql_where=text("state IN ('waiting', 'leased')"),
        ),
        Index(
            "ix_delivery_works_parked",
            "delivery_id",
            sqlite_where=text("state = 'parked'"),
            postgresql_where=text("state = 'parked'"),
        ),
        Index(None, "workspace_id", "state"),
    )

    delivery_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    topic: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(BigId, default=0)
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    error: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    sealed_mended_body: Mapped[bytes | None] = mapped_column(info=sealed("order"))


class Attempt(WorkspaceLimited, Model):
    """One failed try to apply a delivery."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "delivery_id"),)

    id: Mapped[PrimaryKey]
    delivery_id: Mapped[int] = mapped_column(BigId)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]
    error_code: Mapped[str] = mapped_column(info=IMPERSONAL)
    error: Mapped[str] = mapped_column(info=IMPERSONAL)


class InboxMark(Model):
    """How far the inbox was taken in: every delivery up to `taken_id` has its work row."""

    __tablename__ = "inbox_marks"

    name: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    taken_id: Mapped[int] = mapped_column(BigId)


class Alarm(WorkspaceLimited, Model):
    """Something that an operator must look at: a foreign delivery, an unbelievable erasure.

    `cleared_at` is set once what it tells of is over (deliveries come again).
    """

    __tablename__ = "alarms"
    __table_args__ = (Index(None, "workspace_id", "raised_at"),)

    id: Mapped[PrimaryKey]
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    message: Mapped[str] = mapped_column(info=IMPERSONAL)
    details: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
