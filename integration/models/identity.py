"""What was decided about identities, and the history of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceKeyed,
    WorkspaceScoped,
    personal,
)


class IdentityVerdict(WorkspaceScoped, Model):
    """That two identities are the same person, or are not, by somebody's decision.

    The pair is in order (left before right), so there is one verdict on it. `left_home_id` and
    `right_home_id` are the profiles that the identities lead to now, None while they lead to none.
    An account stays the same person when its address changes, so verdicts name accounts where a
    person has one. `event_id` is the entry of the history that made it.
    """

    __tablename__ = "identity_verdicts"
    __table_args__ = (
        # By name: PostgreSQL's names have 63 bytes.
        UniqueConstraint(
            "workspace_id",
            "left_kind",
            "left_value",
            "right_kind",
            "right_value",
            name="uq_identity_verdicts_pair",
        ),
        Index(None, "workspace_id", "right_kind", "right_value"),
        Index(None, "left_home_id"),
        Index(None, "right_home_id"),
    )

    id: Mapped[PrimaryKey]
    verdict: Mapped[str] = mapped_column(info=IMPERSONAL)
    left_kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    left_value: Mapped[str] = mapped_column(info=personal("contact"))
    right_kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    right_value: Mapped[str] = mapped_column(info=personal("contact"))
    left_home_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("profiles.id", ondelete="SET NULL")
    )
    right_home_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("profiles.id", ondelete="SET NULL")
    )
    trust: Mapped[str] = mapped_column(info=IMPERSONAL)
    made_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=personal("free_text"))
    event_id: Mapped[int | None] = mapped_column(BigId)
    made_at: Mapped[datetime]


class IdentityRuling(WorkspaceKeyed, Model):
    """What was decided about one identity: see `Ruling`. `made_by` is `rule` where a rule did."""

    __tablename__ = "identity_rulings"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "kind", "value"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    value: Mapped[str] = mapped_column(info=personal("contact"))
    ruling: Mapped[str] = mapped_column(info=IMPERSONAL)
    made_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=personal("free_text"))
    event_id: Mapped[int | None] = mapped_column(BigId)
    made_at: Mapped[datetime]


class IdentityEvent(WorkspaceScoped, Model):
    """Something that changed whose things are. Append-only; erasing a person blanks the values.

    `action` is a word of `integration.identity.history`. `profile_id` is the profile that it is
    told of, `other_profile_id` the second one. `before` is the decision that stood there until
    then, so that undoing brings it back. `undoes_id` is the event that this one took back,
    `deed_id` the first event of what somebody did at once, None for that one itself.
    """

    __tablename__ = "identity_events"
    __table_args__ = (
        Index(None, "profile_id", "id"),
        Index(None, "other_profile_id", "id"),
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "left_value"),
        Index(None, "workspace_id", "right_value"),
        Index(None, "undoes_id"),
        Index(None, "deed_id"),
    )

    id: Mapped[PrimaryKey]
    action: Mapped[str] = mapped_column(info=IMPERSONAL)
    profile_id: Mapped[int | None] = mapped_column(BigId)
    other_profile_id: Mapped[int | None] = mapped_column(BigId)
    left_kind: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    left_value: Mapped[str | None] = mapped_column(info=personal("contact"))
    right_kind: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    right_value: Mapped[str | None] = mapped_column(info=personal("contact"))
    made_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    trust: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=personal("free_text"))
    before: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    store_id: Mapped[int | None] = mapped_column(BigId)
    source: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    undoes_id: Mapped[int | None] = mapped_column(BigId)
    deed_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]
