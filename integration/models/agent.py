"""Who answers: a merchant's agents, and how they sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceScoped,
    personal,
)


class Agent(WorkspaceScoped, Model):
    """Somebody of a merchant's staff.

    Those who come by a store's admin are made when they first come (`AgentDoor`); those who sign in
    here were invited by their `email` (normalised). `role` is Role, `status` AgentStatus.
    `takes_conversations`: whether routing may give them some; `capacity` how many at once, None
    without a limit; `locales` which languages they answer in, empty for all. `is_machine`: no
    person but the API. `is_role_set`: the role was decided here and stands, whatever a store's
    admin says. `is_email_vouched`: somebody else than the agent says that the address is theirs.
    """

    __tablename__ = "agents"
    __table_args__ = (UniqueConstraint("workspace_id", "email"), {"sqlite_autoincrement": True})

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(info=personal("name"))
    email: Mapped[str | None] = mapped_column(info=personal("contact"))
    role: Mapped[str] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    locales: Mapped[str] = mapped_column(default="", info=IMPERSONAL)
    signature: Mapped[str | None] = mapped_column(info=personal("free_text"))
    takes_conversations: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]
    is_machine: Mapped[bool] = mapped_column(default=False)
    is_role_set: Mapped[bool] = mapped_column(default=False)
    is_email_vouched: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    oidc_subject: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    last_routed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class AgentDoor(WorkspaceScoped, Model):
    """A name under which an agent comes in: the audit's, with the store whose admin says it."""

    __tablename__ = "agent_doors"
    __table_args__ = (UniqueConstraint("workspace_id", "viewer"),)

    id: Mapped[PrimaryKey]
    agent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="CASCADE"), index=True
    )
    viewer: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]


class AgentInvitation(WorkspaceScoped, Model):
    """A link that lets somebody set up their sign-in. Single-use, kept only as a digest."""

    __tablename__ = "agent_invitations"
    __table_args__ = (Index(None, "workspace_id"),)

    token_digest: Mapped[bytes] = mapped_column(primary_key=True, info=IMPERSONAL)
    agent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(WorkspaceScoped, Model):
    """A passkey of an agent (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[PrimaryKey]
    agent_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("agents.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[bytes] = mapped_column(unique=True, info=IMPERSONAL)
    public_key: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SignInChallenge(Model):
    """A sign-in that a browser began (OIDC's state and nonce, WebAuthn's challenge). Single-use."""

    __tablename__ = "sign_in_challenges"
    __table_args__ = (Index(None, "expires_at"),)

    challenge_digest: Mapped[bytes] = mapped_column(primary_key=True, info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    browser_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    agent_id: Mapped[int | None] = mapped_column(BigId)
    secret: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime]


class SignInFailure(Model):
    """A sign-in that failed, by keyed digests of the address and of where it came from."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "subject_digest", "at"), Index(None, "at"))

    id: Mapped[PrimaryKey]
    subject_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    at: Mapped[datetime]
