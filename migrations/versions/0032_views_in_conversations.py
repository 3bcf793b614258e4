"""In which conversation somebody looked at a person.

A nullable column without a default: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profile_views", sa.Column("conversation_id", BigId, nullable=True))


def downgrade() -> None:
    op.drop_column("profile_views", "conversation_id")
