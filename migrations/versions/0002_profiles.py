"""The person across stores.

New, empty tables: nothing is locked for long, nothing to fill.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_views",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("profile_id", BigId, nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("viewed_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_profile_views_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_views")),
    )
    op.create_index(
        op.f("ix_profile_views_workspace_id_viewed_at"),
        "profile_views",
        ["workspace_id", "viewed_at"],
        unique=False,
    )
    op.create_table(
        "profiles",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("tags", Document, nullable=False),
        sa.Column("first_order_at", UtcDateTime(), nullable=True),
        sa.Column("last_order_at", UtcDateTime(), nullable=True),
        sa.Column("customer_since", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_profiles_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_profiles_workspace_id_last_order_at"),
        "profiles",
        ["workspace_id", "last_order_at"],
        unique=False,
    )
    op.create_table(
        "identities",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("profile_id", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("links", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_identities_profile_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_identities_store_id_stores")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_identities_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index(
        op.f("ix_identities_workspace_id_kind_value"),
        "identities",
        ["workspace_id", "kind", "value"],
        unique=False,
    )
    op.create_index(
        "uq_identities_linking",
        "identities",
        ["workspace_id", "kind", "value"],
        unique=True,
        sqlite_where=sa.text("links"),
        postgresql_where=sa.text("links"),
    )
    op.create_index(
        "uq_identities_profile", "identities", ["profile_id", "kind", "value"], unique=True
    )
    op.create_table(
        "profile_totals",
        sa.Column("profile_id", BigId, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("unpaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            ["profiles.id"],
            name=op.f("fk_profile_totals_profile_id_profiles"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_profile_totals_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile_id", "currency", name=op.f("pk_profile_totals")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("profile_totals")
    op.drop_index("uq_identities_profile", table_name="identities")
    op.drop_index(
        "uq_identities_linking",
        table_name="identities",
        sqlite_where=sa.text("links"),
        postgresql_where=sa.text("links"),
    )
    op.drop_index(op.f("ix_identities_workspace_id_kind_value"), table_name="identities")
    op.drop_table("identities")
    op.drop_index(op.f("ix_profiles_workspace_id_last_order_at"), table_name="profiles")
    op.drop_table("profiles")
    op.drop_index(op.f("ix_profile_views_workspace_id_viewed_at"), table_name="profile_views")
    op.drop_table("profile_views")
