"""Which conversations' words are due, which targets a rule gave, and indexes of lists and words.

The tables are new and empty or small: building the indexes takes a moment and locks only them.
On PostgreSQL words are compared by their bytes from now on, which rewrites a table that is empty.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None

_WAITING, _MERGED = sa.text("waiting_since IS NOT NULL"), sa.text("merged_into_id IS NOT NULL")
_SPAM = sa.text("is_spam")


def upgrade() -> None:
    op.create_table(
        "due_conversations",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("mark", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_due_conversations_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_due_conversations_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", name="pk_due_conversations"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_due_conversations_conversation_id", "due_conversations", ["conversation_id"]
    )
    op.add_column("conversations", sa.Column("target_class", sa.Text(), nullable=True))
    op.add_column("conversations", sa.Column("routed_to_id", BigId, nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE conversation_terms ALTER COLUMN term TYPE text COLLATE "C"')
    op.drop_index("ix_conversation_terms_conversation_id", "conversation_terms")
    op.create_index(
        "ix_conversation_terms_conversation_id_term",
        "conversation_terms",
        ["conversation_id", "term"],
    )
    op.drop_index("ix_conversations_merged_into_id", "conversations")
    for name, columns, where in (
        ("merged", ["merged_into_id"], _MERGED),
        ("waiting", ["workspace_id", "status", "waiting_since"], _WAITING),
        ("spam", ["workspace_id", "status", "last_message_at"], _SPAM),
    ):
        op.create_index(
            f"ix_conversations_{name}",
            "conversations",
            columns,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    for name in ("spam", "waiting", "merged"):
        op.drop_index(f"ix_conversations_{name}", "conversations")
    op.create_index("ix_conversations_merged_into_id", "conversations", ["merged_into_id"])
    op.drop_index("ix_conversation_terms_conversation_id_term", "conversation_terms")
    op.create_index(
        "ix_conversation_terms_conversation_id", "conversation_terms", ["conversation_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE conversation_terms ALTER COLUMN term TYPE text COLLATE "default"')
    op.drop_column("conversations", "routed_to_id")
    op.drop_column("conversations", "target_class")
    op.drop_table("due_conversations")
