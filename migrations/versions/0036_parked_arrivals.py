"""What came in and couldn't be read is found by an index.

Few arrivals are parked: it is small, and made while they are read once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_IS_PARKED = sa.text("state = 'parked'")


def upgrade() -> None:
    op.create_index(
        "ix_arrivals_parked",
        "arrivals",
        ["workspace_id", "received_at"],
        sqlite_where=_IS_PARKED,
        postgresql_where=_IS_PARKED,
    )


def downgrade() -> None:
    op.drop_index("ix_arrivals_parked", table_name="arrivals")
