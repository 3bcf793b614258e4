"""What people and programs of a workspace did that others may ask about."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, Document, Model, PrimaryKey, WorkspaceScoped


class AuditEvent(WorkspaceScoped, Model):
    """A deed, by whom and on what. Append-only; without personal data of customers.

    `actor` is a viewer's name as in ProfileView, `command` or `tillside`. `action` is a word of
    `integration.audit.actions.Action`. `target` is a kind and an id, `agent:3`. `details` are ids
    and settings, never secrets.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "workspace_id", "id"), Index(None, "workspace_id", "at"))

    id: Mapped[PrimaryKey]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(info=IMPERSONAL)
    action: Mapped[str] = mapped_column(info=IMPERSONAL)
    target: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    details: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
