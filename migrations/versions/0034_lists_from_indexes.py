"""Indexes of lists and of reports hold all that is asked of them.

New ones are made first and old ones go last. At 200,000 conversations with a million messages that
takes some seconds, during which SQLite has its writer and PostgreSQL lets conversations be read but
not written; nothing is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_LISTS = {
    "by_status": ("listed", []),
    "by_assignee": ("assigned", ["assignee_id"]),
    "by_channel": ("channel", ["channel_id"]),
    "by_kind": ("kind", ["channel_kind"]),
    "by_store": ("store", ["store_id"]),
}
_WHAT_STANDS = ["is_spam", "merged_into_id"]
_MESSAGES = "ix_messages_workspace_id_created_at"
_UNSEEN = sa.text("seen_at IS NULL")


def upgrade() -> None:
    for new, (_, asked) in _LISTS.items():
        columns = ["workspace_id", *asked, "status", "last_message_at", *_WHAT_STANDS]
        op.create_index(
            f"ix_conversations_{new}", "conversations", columns, postgresql_include=["id"]
        )
    op.create_index(f"{_MESSAGES}_kind", "messages", ["workspace_id", "created_at", "kind"])
    op.create_index(
        "ix_mentions_unseen",
        "mentions",
        ["agent_id", "message_id"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )
    _spam_anew("is_spam = 1")
    op.drop_index(_MESSAGES, "messages")
    for old, _ in _LISTS.values():
        op.drop_index(f"ix_conversations_{old}", "conversations")


def downgrade() -> None:
    for old, asked in _LISTS.values():
        columns = ["workspace_id", *asked, "status", "last_message_at"]
        op.create_index(f"ix_conversations_{old}", "conversations", columns)
    op.create_index(_MESSAGES, "messages", ["workspace_id", "created_at"])
    _spam_anew("is_spam")
    op.drop_index("ix_mentions_unseen", "mentions")
    op.drop_index(f"{_MESSAGES}_kind", "messages")
    for new in _LISTS:
        op.drop_index(f"ix_conversations_{new}", "conversations")


def _spam_anew(where: str) -> None:
    """SQLite takes a partial index only for what a statement says in the same words."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_conversations_spam", "conversations")
        op.create_index(
            "ix_conversations_spam",
            "conversations",
            ["workspace_id", "status", "last_message_at"],
            sqlite_where=sa.text(where),
        )
