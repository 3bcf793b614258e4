"""Where a store's admin begins, if that isn't where its name says.

A column that may be null, so no table is rewritten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stores", sa.Column("admin_url", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("stores", "admin_url")
