"""Where messages come from, and what came in by it.

New tables are empty: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "automatic_mails",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("recipient_digest", sa.LargeBinary(), nullable=False),
        sa.Column("thread_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_automatic_mails"),
    )
    op.create_index(
        "ix_automatic_mails_recipient_digest_sent_at",
        "automatic_mails",
        ["recipient_digest", "sent_at"],
        unique=False,
    )
    op.create_index("ix_automatic_mails_sent_at", "automatic_mails", ["sent_at"], unique=False)
    op.create_table(
        "channels",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("settings", Document, nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secrets", sa.LargeBinary(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name="fk_channels_store_id_stores", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_channels_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint("token_digest", name="uq_channels_token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channels_workspace_id", "channels", ["workspace_id"], unique=False)
    op.create_table(
        "arrivals",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("channel_id", BigId, nullable=False),
        sa.Column("dedupe_key", sa.LargeBinary(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("leased_until", UtcDateTime(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("message_id", BigId, nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name="fk_arrivals_channel_id_channels",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_arrivals_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.UniqueConstraint("channel_id", "dedupe_key", name="uq_arrivals_channel_id_dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_arrivals_due",
        "arrivals",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_arrivals_workspace_id_received_at",
        "arrivals",
        ["workspace_id", "received_at"],
        unique=False,
    )
    op.create_table(
        "channel_cursors",
        sa.Column("channel_id", BigId, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name="fk_channel_cursors_channel_id_channels",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_channel_cursors_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel_id", "part", name="pk_channel_cursors"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitors",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("channel_id", BigId, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("customer_value", sa.Text(), nullable=True),
        sa.Column("signed_email", sa.Text(), nullable=True),
        sa.Column("proved_at", UtcDateTime(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("page", Document, nullable=True),
        sa.Column("cart", Document, nullable=True),
        sa.Column("consented_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channels.id"],
            name="fk_visitors_channel_id_channels",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_visitors_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
        sa.UniqueConstraint("token_digest", name="uq_visitors_token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_visitors_workspace_id_seen_at", "visitors", ["workspace_id", "seen_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_visitors_workspace_id_seen_at", table_name="visitors")
    op.drop_table("visitors")
    op.drop_table("channel_cursors")
    op.drop_index("ix_arrivals_workspace_id_received_at", table_name="arrivals")
    op.drop_index(
        "ix_arrivals_due",
        table_name="arrivals",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("arrivals")
    op.drop_index("ix_channels_workspace_id", table_name="channels")
    op.drop_table("channels")
    op.drop_index("ix_automatic_mails_sent_at", table_name="automatic_mails")
    op.drop_index("ix_automatic_mails_recipient_digest_sent_at", table_name="automatic_mails")
    op.drop_table("automatic_mails")
