"""A visitor's messages that were moved to another conversation are found by an index.

Few messages are: it is small, and made while they are read once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_WAS_MOVED = sa.text("moved_from_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_messages_moved",
        "messages",
        ["moved_from_id", "id"],
        sqlite_where=_WAS_MOVED,
        postgresql_where=_WAS_MOVED,
    )


def downgrade() -> None:
    op.drop_index("ix_messages_moved", table_name="messages")
