"""Who took people out as a file, and who changed a note last.

A nullable column and an empty table: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profile_notes", sa.Column("edited_by", sa.Text(), nullable=True))
    op.create_table(
        "people_exports",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("segment_id", BigId, nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_people_exports_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_people_exports"),
    )
    op.create_index(
        "ix_people_exports_workspace_id_begun_at", "people_exports", ["workspace_id", "begun_at"]
    )


def downgrade() -> None:
    op.drop_table("people_exports")
    op.drop_column("profile_notes", "edited_by")
