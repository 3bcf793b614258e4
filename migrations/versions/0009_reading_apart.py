"""Until when an order isn't read by itself again.

A nullable column without a default: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("rests_until", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "rests_until")
