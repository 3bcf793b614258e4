"""Who is signed in: a browser by its cookie, or a panel in a store's admin by its bearer."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
)


class Session(WorkspaceScoped, Model):
    """Somebody's session, kept only as a digest of its token.

    `kind` is browser (a cookie), panel (a bearer in a page's memory) or service (one request of a
    store's own server, whose ticket is used up by it). `role` is a Role. `agent_id` is
    of an agent who signed in here, None of one who came by a store's admin.
    `viewer` names the person in the audit, without personal data. `ticket_digest` is of the ticket
    that was exchanged for it: being unique, it lets a ticket work once. `device` is what a browser
    calls itself, for the list of one's own sessions.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "workspace_id"), Index(None, "expires_at"))

    id: Mapped[PrimaryKey]
    token_digest: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    ticket_digest: Mapped[bytes | None] = mapped_column(unique=True, info=IMPERSONAL)
    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    agent_id: Mapped[int | None] = mapped_column(BigId)
    role: Mapped[str] = mapped_column(info=IMPERSONAL)
    viewer: Mapped[str] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    device: Mapped[str | None] = mapped_column(info=personal("device"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
