"""Links between persons that say why they stand and can be taken back.

New columns are nullable or have a constant default: on both databases only the catalogue changes.
The index on joined profiles is partial and empty, but built by one scan of `profiles`; identities
that only an order told are marked in one statement (a second or two for each million). The new
tables start empty. Identities from before don't know by which delivery they came.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PAIR = ("left_kind", "left_value", "right_kind", "right_value")


def upgrade() -> None:
    op.add_column("profiles", sa.Column("joined_id", BigId, nullable=True))
    op.create_index(
        "ix_profiles_joined",
        "profiles",
        ["joined_id"],
        sqlite_where=sa.text("joined_id IS NOT NULL"),
        postgresql_where=sa.text("joined_id IS NOT NULL"),
    )
    op.add_column(
        "identities",
        sa.Column("trust", sa.Text(), nullable=False, server_default=sa.text("'asserted'")),
    )
    for name in ("told_by", "source"):
        op.add_column("identities", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("identities", sa.Column("delivery_id", BigId, nullable=True))
    op.execute("UPDATE identities SET trust = 'claimed' WHERE evidence = 'order'")
    _create_verdicts()
    _create_rulings()
    _create_events()


def _create_verdicts() -> None:
    op.create_table(
        "identity_verdicts",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _PAIR),
        sa.Column("left_home_id", BigId, nullable=True),
        sa.Column("right_home_id", BigId, nullable=True),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{side}_home_id"],
                ["profiles.id"],
                name=f"fk_identity_verdicts_{side}_home_id_profiles",
                ondelete="SET NULL",
            )
            for side in ("left", "right")
        ),
        _workspace("identity_verdicts"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_verdicts"),
        sa.UniqueConstraint(
            "workspace_id",
            *_PAIR,
            name="uq_identity_verdicts_pair",
        ),
    )
    for columns in (
        ["workspace_id", "right_kind", "right_value"],
        ["left_home_id"],
        ["right_home_id"],
    ):
        op.create_index(f"ix_identity_verdicts_{'_'.join(columns)}", "identity_verdicts", columns)


def _create_rulings() -> None:
    op.create_table(
        "identity_rulings",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ruling", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        _workspace("identity_rulings"),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "value", name="pk_identity_rulings"),
        sqlite_with_rowid=False,
    )


def _create_events() -> None:
    op.create_table(
        "identity_events",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("profile_id", BigId, nullable=True),
        sa.Column("other_profile_id", BigId, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _PAIR),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("delivery_id", BigId, nullable=True),
        sa.Column("undoes_id", BigId, nullable=True),
        sa.Column("deed_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        _workspace("identity_events"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_events"),
    )
    for columns in (
        ["profile_id", "id"],
        ["other_profile_id", "id"],
        ["workspace_id", "id"],
        ["workspace_id", "left_value"],
        ["workspace_id", "right_value"],
        ["undoes_id"],
        ["deed_id"],
    ):
        op.create_index(f"ix_identity_events_{'_'.join(columns)}", "identity_events", columns)


def _workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"],
        ["workspaces.id"],
        name=f"fk_{table}_workspace_id_workspaces",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    # What links put together comes apart with the next change of each person.
    for table in ("identity_events", "identity_rulings", "identity_verdicts"):
        op.drop_table(table)
    for name in ("delivery_id", "source", "told_by", "trust"):
        op.drop_column("identities", name)
    op.drop_index("ix_profiles_joined", "profiles")
    op.drop_column("profiles", "joined_id")
