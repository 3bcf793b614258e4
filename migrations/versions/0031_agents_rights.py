"""What is decided about an agent here, and what a session's browser calls itself.

The new columns are nullable or have a default of their own: on both databases only the catalogue
changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_SWITCHES = ("is_machine", "is_role_set", "is_email_vouched")


def upgrade() -> None:
    for name in _SWITCHES:
        op.add_column(
            "agents", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("sessions", sa.Column("device", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "device")
    for name in reversed(_SWITCHES):
        op.drop_column("agents", name)
