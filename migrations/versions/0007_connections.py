"""Stores that hand keys over by themselves: pending connections, webhook and plugin keys, sessions.

New tables only: nothing is locked and nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_connections",
        sa.Column("id", BigId, nullable=False, autoincrement=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("site", Document, nullable=False),
        sa.Column("nonce_digest", sa.LargeBinary(), nullable=False),
        sa.Column("return_digest", sa.LargeBinary(), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(), nullable=False),
        sa.Column("join_code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("join_workspace_id", BigId, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed_keys", sa.LargeBinary(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=True),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("is_new_workspace", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pending_connections"),
        sa.UniqueConstraint("nonce_digest", name="uq_pending_connections_nonce_digest"),
        sa.UniqueConstraint("return_digest", name="uq_pending_connections_return_digest"),
    )
    op.create_index("ix_pending_connections_expires_at", "pending_connections", ["expires_at"])
    op.create_table(
        "webhook_keys",
        *_of_installation("webhook_keys"),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("token_digest", name="uq_webhook_keys_token_digest"),
    )
    op.create_index("ix_webhook_keys_workspace_id", "webhook_keys", ["workspace_id"])
    op.create_table(
        "companion_keys",
        *_of_installation("companion_keys"),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("greeted_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("public_id", name="uq_companion_keys_public_id"),
    )
    op.create_index("ix_companion_keys_workspace_id", "companion_keys", ["workspace_id"])
    op.create_table(
        "sessions",
        sa.Column("id", BigId, nullable=False, autoincrement=True),
        _to_workspace("sessions"),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_digest", sa.LargeBinary(), nullable=True),
        _to_store("sessions"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_digest", name="uq_sessions_token_digest"),
        sa.UniqueConstraint("ticket_digest", name="uq_sessions_ticket_digest"),
    )
    op.create_index("ix_sessions_workspace_id", "sessions", ["workspace_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def downgrade() -> None:
    for table in ("sessions", "companion_keys", "webhook_keys", "pending_connections"):
        op.drop_table(table)


def _of_installation(table: str) -> list[sa.Column[object] | sa.PrimaryKeyConstraint]:
    return [
        sa.Column(
            "installation_id",
            BigId,
            sa.ForeignKey(
                "installations.id",
                ondelete="CASCADE",
                name=f"fk_{table}_installation_id_installations",
            ),
            nullable=False,
        ),
        _to_workspace(table),
        _to_store(table),
        sa.PrimaryKeyConstraint("installation_id", name=f"pk_{table}"),
    ]


def _to_workspace(table: str) -> sa.Column[object]:
    return sa.Column(
        "workspace_id",
        BigId,
        sa.ForeignKey(
            "workspaces.id", ondelete="CASCADE", name=f"fk_{table}_workspace_id_workspaces"
        ),
        nullable=False,
    )


def _to_store(table: str) -> sa.Column[object]:
    return sa.Column(
        "store_id",
        BigId,
        sa.ForeignKey("stores.id", ondelete="CASCADE", name=f"fk_{table}_store_id_stores"),
        nullable=False,
    )
