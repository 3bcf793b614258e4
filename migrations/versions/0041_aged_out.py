"""What went since its time was over is counted by day, for its receipt. A new table, no lock."""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId

revision = "0041"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aged_out",
        sa.Column(
            "workspace_id",
            BigId,
            sa.ForeignKey("workspaces.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("data_class", sa.Text, nullable=False),
        sa.Column("count", BigId, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "day", "data_class", name="pk_aged_out"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("aged_out")
