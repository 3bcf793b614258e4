"""Two profiles that may be one person."""

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import BigId, Model, WorkspaceKeyed


class Suggestion(WorkspaceKeyed, Model):
    """That two profiles share clues, worked out from `clues` after they changed.

    `left_id` is the lower id; both are profiles that stand for a person. `points` is how much
    speaks for it (`integration.identity.weights`). What speaks for it is read from the clues.
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "left_id", "right_id"),
        Index(None, "workspace_id", "points", "left_id", "right_id"),
        Index(None, "left_id"),
        Index(None, "right_id"),
        {"sqlite_with_rowid": False},
    )

    left_id: Mapped[int] = mapped_column(BigId, ForeignKey("profiles.id", ondelete="CASCADE"))
    right_id: Mapped[int] = mapped_column(BigId, ForeignKey("profiles.id", ondelete="CASCADE"))
    points: Mapped[int]
