"""Conversations with what their figures need.

New tables are empty: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_reasons",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_contact_reasons_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contact_reasons"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_contact_reasons_workspace_id_name"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("channel_id", BigId, nullable=False),
        sa.Column("channel_kind", sa.Text(), nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_spam", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", BigId, nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("person_kind", sa.Text(), nullable=True),
        sa.Column("person_value", sa.Text(), nullable=True),
        sa.Column("person_name", sa.Text(), nullable=True),
        sa.Column("person_address", sa.Text(), nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("reason_id", BigId, nullable=True),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.Column("preview_channel_id", BigId, nullable=True),
        sa.Column("preview_kind", sa.Text(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_at", UtcDateTime(), nullable=False),
        sa.Column("last_message_id", BigId, nullable=True),
        sa.Column("first_asked_at", UtcDateTime(), nullable=True),
        sa.Column("first_answered_at", UtcDateTime(), nullable=True),
        sa.Column("first_answered_by", BigId, nullable=True),
        sa.Column("answered_seconds", sa.Integer(), nullable=True),
        sa.Column("answered_office_seconds", sa.Integer(), nullable=True),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", BigId, nullable=True),
        sa.Column("resolved_seconds", sa.Integer(), nullable=True),
        sa.Column("resolved_office_seconds", sa.Integer(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("first_contact", sa.Boolean(), nullable=True),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("snoozed_by", BigId, nullable=True),
        sa.Column("answer_due_at", UtcDateTime(), nullable=True),
        sa.Column("resolve_due_at", UtcDateTime(), nullable=True),
        sa.Column("target_due_at", UtcDateTime(), nullable=True),
        sa.Column("escalated_at", UtcDateTime(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rated_at", UtcDateTime(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=True),
        sa.Column("merged_into_id", BigId, nullable=True),
        sa.Column("split_from_id", BigId, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["agents.id"],
            name="fk_conversations_assignee_id_agents",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_conversations_channel_id_channels"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["conversations.id"],
            name="fk_conversations_merged_into_id_conversations",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name="fk_conversations_order_id_orders",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["contact_reasons.id"],
            name="fk_conversations_reason_id_contact_reasons",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name="fk_conversations_store_id_stores",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"],
            ["visitors.id"],
            name="fk_conversations_visitor_id_visitors",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_conversations_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_conversations_assigned",
        "conversations",
        ["workspace_id", "assignee_id", "status", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_begun", "conversations", ["workspace_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_conversations_channel",
        "conversations",
        ["workspace_id", "channel_id", "status", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_kind",
        "conversations",
        ["workspace_id", "channel_kind", "status", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_listed",
        "conversations",
        ["workspace_id", "status", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_merged_into_id", "conversations", ["merged_into_id"], unique=False
    )
    op.create_index(
        "ix_conversations_order",
        "conversations",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_person",
        "conversations",
        ["workspace_id", "person_kind", "person_value"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_snoozed",
        "conversations",
        ["snoozed_until"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_conversations_store",
        "conversations",
        ["workspace_id", "store_id", "status", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_target",
        "conversations",
        ["target_due_at"],
        unique=False,
        sqlite_where=sa.text("target_due_at IS NOT NULL"),
        postgresql_where=sa.text("target_due_at IS NOT NULL"),
    )
    op.create_index("ix_conversations_visitor_id", "conversations", ["visitor_id"], unique=False)
    op.create_table(
        "conversation_reads",
        sa.Column("agent_id", BigId, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("last_message_id", BigId, nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.id"],
            name="fk_conversation_reads_agent_id_agents",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_reads_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_conversation_reads_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agent_id", "conversation_id", name="pk_conversation_reads"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_conversation_reads_conversation_id",
        "conversation_reads",
        ["conversation_id"],
        unique=False,
    )
    op.create_table(
        "conversation_tags",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_tags_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_conversation_tags_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "tag", "conversation_id", name="pk_conversation_tags"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_conversation_tags_conversation_id",
        "conversation_tags",
        ["conversation_id"],
        unique=False,
    )
    op.create_table(
        "conversation_terms",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_terms_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_conversation_terms_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "term", "conversation_id", name="pk_conversation_terms"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_conversation_terms_conversation_id",
        "conversation_terms",
        ["conversation_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_terms_conversation_id", table_name="conversation_terms")
    op.drop_table("conversation_terms")
    op.drop_index("ix_conversation_tags_conversation_id", table_name="conversation_tags")
    op.drop_table("conversation_tags")
    op.drop_index("ix_conversation_reads_conversation_id", table_name="conversation_reads")
    op.drop_table("conversation_reads")
    op.drop_index("ix_conversations_visitor_id", table_name="conversations")
    op.drop_index(
        "ix_conversations_target",
        table_name="conversations",
        sqlite_where=sa.text("target_due_at IS NOT NULL"),
        postgresql_where=sa.text("target_due_at IS NOT NULL"),
    )
    op.drop_index("ix_conversations_store", table_name="conversations")
    op.drop_index(
        "ix_conversations_snoozed",
        table_name="conversations",
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.drop_index("ix_conversations_person", table_name="conversations")
    op.drop_index(
        "ix_conversations_order",
        table_name="conversations",
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.drop_index("ix_conversations_merged_into_id", table_name="conversations")
    op.drop_index("ix_conversations_listed", table_name="conversations")
    op.drop_index("ix_conversations_kind", table_name="conversations")
    op.drop_index("ix_conversations_channel", table_name="conversations")
    op.drop_index("ix_conversations_begun", table_name="conversations")
    op.drop_index("ix_conversations_assigned", table_name="conversations")
    op.drop_table("conversations")
    op.drop_table("contact_reasons")
