"""A merchant's account, the tenant."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import IMPERSONAL, Model, PrimaryKey


class Workspace(Model):
    """The tenant: every other row of a merchant carries its id."""

    __tablename__ = "workspaces"
    # An id never comes again: the inbox and the streams are keyed by it and outlive an erasure.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
