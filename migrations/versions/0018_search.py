"""What people are found by, and what makes suggestions of two being one.

The tables start empty; every profile that is there is noted as due, in one statement that takes a
moment for each million. The worker fills the tables from then on, some hundred profiles at a time.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create("due_profiles", _profile(), key=("workspace_id", "profile_id"))
    _create(
        "search_terms",
        sa.Column("term", _BYTEWISE, nullable=False),
        _profile(),
        key=("workspace_id", "term", "profile_id"),
    )
    _create(
        "clues",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        _profile(),
        key=("workspace_id", "kind", "value", "profile_id"),
    )
    op.create_table(
        "search_documents",
        _profile(),
        sa.Column("terms", Document, nullable=False),
        sa.Column("clues", Document, nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        _workspace("search_documents"),
        sa.PrimaryKeyConstraint("profile_id", name="pk_search_documents"),
    )
    op.create_index("ix_search_documents_workspace_id", "search_documents", ["workspace_id"])
    op.execute(
        "INSERT INTO due_profiles (workspace_id, profile_id) SELECT workspace_id, id FROM profiles"
    )


def _create(table: str, *columns: sa.Column[object], key: tuple[str, ...]) -> None:
    op.create_table(
        table,
        # In the key's order: SQLite's quick_check takes another for NULLs where there is no rowid.
        sa.Column("workspace_id", BigId, nullable=False),
        *columns,
        _workspace(table),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )


def _profile() -> "sa.Column[object]":
    return sa.Column("profile_id", BigId, nullable=False, autoincrement=False)


def _workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"],
        ["workspaces.id"],
        name=f"fk_{table}_workspace_id_workspaces",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in ("search_documents", "clues", "search_terms", "due_profiles"):
        op.drop_table(table)
