"""Find parked deliveries without looking at all that was ever applied.

A partial index: small, and built in the time of one scan of `delivery_works`, which other writers
wait for on both databases (seconds for some millions of rows).
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_delivery_works_parked",
        "delivery_works",
        ["delivery_id"],
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_works_parked", "delivery_works")
