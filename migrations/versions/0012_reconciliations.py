"""The ledger of comparisons, the hours of stores, alarms that are over.

New tables, and nullable columns without a default: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _belongs_to("workspace_id", "workspaces.id"),
        _belongs_to("store_id", "stores.id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("window_from", UtcDateTime(), nullable=True),
        sa.Column("window_until", UtcDateTime(), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("early", sa.Integer(), nullable=False),
        sa.Column("held_back", sa.Integer(), nullable=False),
        sa.Column("latest_seconds", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
    )
    op.create_index(
        "ix_reconciliations_workspace_id_store_id_started_at",
        "reconciliations",
        ["workspace_id", "store_id", "started_at"],
    )
    op.create_table(
        "store_hours",
        _belongs_to("workspace_id", "workspaces.id"),
        _belongs_to("store_id", "stores.id"),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("delay_ms_sum", BigId, nullable=False),
        sa.Column("delay_ms_most", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("store_id", "hour"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_store_hours_workspace_id", "store_hours", ["workspace_id"])
    op.add_column("alarms", sa.Column("cleared_at", UtcDateTime(), nullable=True))
    op.add_column("store_syncs", sa.Column("compared_whole_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("store_syncs", "compared_whole_at")
    op.drop_column("alarms", "cleared_at")
    op.drop_table("store_hours")
    op.drop_table("reconciliations")


def _belongs_to(name: str, target: str) -> "sa.Column[int]":
    return sa.Column(name, BigId, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)
