"""Refunds whose time no source told yet, and the orders whose parts are still to be read.

The one column loses NOT NULL: on PostgreSQL that is a change of the catalogue under a short
exclusive lock, on SQLite the table is copied. The index is partial and small: most orders tell all.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("refunds", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.alter_column("source_created_at", existing_type=UtcDateTime(), nullable=True)
    op.create_index(
        "ix_orders_withheld",
        "orders",
        ["store_id", "placed_at"],
        sqlite_where=sa.text("withheld <> '{}'"),
        postgresql_where=sa.text("withheld <> '{}'::jsonb"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_withheld", "orders")
    with op.batch_alter_table("refunds", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.alter_column("source_created_at", existing_type=UtcDateTime(), nullable=False)
