"""What a merchant sets up for answering: canned answers, rules, hours and targets, cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    Model,
    PrimaryKey,
    WorkspaceKeyed,
    WorkspaceScoped,
    personal,
)


class CannedAnswer(WorkspaceScoped, Model):
    """A text that agents use again. `texts` maps a language to it; `shortcut` calls it."""

    __tablename__ = "canned_answers"
    __table_args__ = (UniqueConstraint("workspace_id", "shortcut"),)

    id: Mapped[PrimaryKey]
    shortcut: Mapped[str] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    texts: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    store_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    used: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime]


class RoutingRule(WorkspaceScoped, Model):
    """What happens to a new conversation that meets all `conditions`; the first rule that does.

    The forms of both stand in `integration.conversations.routing.rules`.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (Index(None, "workspace_id", "position"),)

    id: Mapped[PrimaryKey]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    conditions: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    actions: Mapped[dict[str, Any]] = mapped_column(Document, info=IMPERSONAL)
    is_on: Mapped[bool] = mapped_column(default=True)
    updated_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime]


class InboxSettings(WorkspaceScoped, Model):
    """A workspace's office hours, targets and automatic mails; no row means the defaults.

    `office_hours` and `targets` have the forms of those modules in
    `integration.conversations.hours`.
    """

    __tablename__ = "inbox_settings"
    __table_args__ = (PrimaryKeyConstraint("workspace_id"),)

    office_hours: Mapped[dict[str, Any] | None] = mapped_column(Document, info=IMPERSONAL)
    targets: Mapped[dict[str, Any] | None] = mapped_column(Document, info=IMPERSONAL)
    automatic: Mapped[dict[str, Any] | None] = mapped_column(Document, info=IMPERSONAL)
    round_robin: Mapped[bool] = mapped_column(default=True)
    updated_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime]


class Case(WorkspaceScoped, Model):
    """A handled case in the notebook: what was the matter and what helped, in an agent's words."""

    __tablename__ = "cases"
    __table_args__ = (Index(None, "workspace_id", "updated_at"), {"sqlite_autoincrement": True})

    id: Mapped[PrimaryKey]
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversations.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(info=personal("free_text"))
    problem: Mapped[str] = mapped_column(info=personal("free_text"))
    solution: Mapped[str] = mapped_column(info=personal("free_text"))
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    reason_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("contact_reasons.id", ondelete="SET NULL")
    )
    written_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    offered: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CaseTerm(WorkspaceKeyed, Model):
    """A word by which a similar case is found."""

    __tablename__ = "case_terms"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "term", "case_id"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[str] = mapped_column(info=personal("free_text"))
    case_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
