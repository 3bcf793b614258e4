"""Pairs of profiles that may be one person. An empty table; the worker fills it with the clues."""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("left_id", BigId, nullable=False),
        sa.Column("right_id", BigId, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_id"],
                ["profiles.id"],
                name=f"fk_suggestions_{side}_id_profiles",
                ondelete="CASCADE",
            )
            for side in ("left", "right")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_suggestions_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "left_id", "right_id", name="pk_suggestions"),
        sqlite_with_rowid=False,
    )
    for columns in (["workspace_id", "points", "left_id", "right_id"], ["left_id"], ["right_id"]):
        op.create_index(f"ix_suggestions_{'_'.join(columns)}", "suggestions", columns)


def downgrade() -> None:
    op.drop_table("suggestions")
