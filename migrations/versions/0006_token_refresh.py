"""When a store's tokens are replaced: a tenth of their life before their end.

A column that may be null, so no table is rewritten. Pairs that are held already are replaced five
minutes before their end, as before.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CREDENTIALS = sa.table(
    "credentials",
    sa.column("installation_id", sa.BigInteger()),
    sa.column("expires_at", UtcDateTime()),
    sa.column("refresh_at", UtcDateTime()),
)


def upgrade() -> None:
    op.add_column("credentials", sa.Column("refresh_at", UtcDateTime(), nullable=True))
    connection = op.get_bind()
    held = connection.execute(
        sa.select(_CREDENTIALS).where(_CREDENTIALS.c.expires_at.is_not(None))
    ).all()
    for row in held:
        connection.execute(
            sa.update(_CREDENTIALS)
            .where(_CREDENTIALS.c.installation_id == row.installation_id)
            .values(refresh_at=row.expires_at - timedelta(minutes=5))
        )


def downgrade() -> None:
    op.drop_column("credentials", "refresh_at")
