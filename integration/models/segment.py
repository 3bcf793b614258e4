"""Saved conditions on people."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    Document,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
)


class Segment(WorkspaceScoped, Model):
    """People by simple conditions, under a name that the merchant gave.

    `conditions` is a list of objects, all of which hold; see `integration.segments.conditions`.
    """

    __tablename__ = "segments"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(info=personal("free_text"))
    conditions: Mapped[list[Any]] = mapped_column(Document, info=personal("free_text"))
    made_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
