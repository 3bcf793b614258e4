"""Which tombstones are erasures: of those nothing is taken again, however new.

A nullable column without a default: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tombstones", sa.Column("erased_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    # Without the column they would stand for deletions that newer states undo.
    op.execute("DELETE FROM tombstones WHERE erased_at IS NOT NULL")
    op.drop_column("tombstones", "erased_at")
