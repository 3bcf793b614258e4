"""What a store asked of us for a person's privacy, with its deadline."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, BigId, Model, PrimaryKey, sealed


class PrivacyRequest(Model):
    """A compliance delivery to be worked off.

    `kind` is data_request, customer_redact or shop_redact; `state` is waiting, done or refused.
    `sealed_subject` holds the ids, address, phone and orders that it names.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "delivery_id", unique=True))

    id: Mapped[PrimaryKey]
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    store_hint: Mapped[str] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    sealed_subject: Mapped[bytes] = mapped_column(info=sealed("contact"))
