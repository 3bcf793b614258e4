"""What agents say of a person: notes and tags of their own.

A column with a constant default and an empty table: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "profiles", sa.Column("own_tags", Document, nullable=False, server_default=sa.text("'[]'"))
    )
    op.create_table(
        "profile_notes",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("profile_id", BigId, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name="fk_profile_notes_profile_id_profiles",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_profile_notes_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_profile_notes"),
    )
    op.create_index(
        "ix_profile_notes_profile_id_created_at", "profile_notes", ["profile_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("profile_notes")
    op.drop_column("profiles", "own_tags")
