"""Agents, the names under which they come in, and how they sign in here.

New tables are empty and the new column nullable: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_challenges",
        sa.Column("challenge_digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", BigId, nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_digest", name="pk_sign_in_challenges"),
    )
    op.create_index(
        "ix_sign_in_challenges_expires_at", "sign_in_challenges", ["expires_at"], unique=False
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"], unique=False)
    op.create_index(
        "ix_sign_in_failures_subject_digest_at",
        "sign_in_failures",
        ["subject_digest", "at"],
        unique=False,
    )
    op.create_table(
        "agents",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("locales", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("takes_conversations", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("last_routed_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_agents_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("workspace_id", "email", name="uq_agents_workspace_id_email"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "agent_doors",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("agent_id", BigId, nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_agent_doors_agent_id_agents", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_agent_doors_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agent_doors"),
        sa.UniqueConstraint("workspace_id", "viewer", name="uq_agent_doors_workspace_id_viewer"),
    )
    op.create_index("ix_agent_doors_agent_id", "agent_doors", ["agent_id"], unique=False)
    op.create_table(
        "agent_invitations",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", BigId, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name="fk_agent_invitations_agent_id_agents",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_agent_invitations_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_digest", name="pk_agent_invitations"),
    )
    op.create_index(
        "ix_agent_invitations_agent_id", "agent_invitations", ["agent_id"], unique=False
    )
    op.create_index(
        "ix_agent_invitations_workspace_id", "agent_invitations", ["workspace_id"], unique=False
    )
    op.create_table(
        "passkeys",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("agent_id", BigId, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_passkeys_agent_id_agents", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_passkeys_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_agent_id", "passkeys", ["agent_id"], unique=False)
    op.add_column("sessions", sa.Column("agent_id", BigId, nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "agent_id")
    op.drop_index("ix_passkeys_agent_id", table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_index("ix_agent_invitations_workspace_id", table_name="agent_invitations")
    op.drop_index("ix_agent_invitations_agent_id", table_name="agent_invitations")
    op.drop_table("agent_invitations")
    op.drop_index("ix_agent_doors_agent_id", table_name="agent_doors")
    op.drop_table("agent_doors")
    op.drop_table("agents")
    op.drop_index("ix_sign_in_failures_subject_digest_at", table_name="sign_in_failures")
    op.drop_index("ix_sign_in_failures_at", table_name="sign_in_failures")
    op.drop_table("sign_in_failures")
    op.drop_index("ix_sign_in_challenges_expires_at", table_name="sign_in_challenges")
    op.drop_table("sign_in_challenges")
