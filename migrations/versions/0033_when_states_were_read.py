"""When the held state of an order or account was read, or its delivery came.

Nullable columns without a default: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TABLES = ("orders", "customers")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("source_read_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_column(table, "source_read_at")
