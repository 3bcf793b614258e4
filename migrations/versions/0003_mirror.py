"""The mirror of what stores hold.

New, empty tables: nothing is locked for long, nothing to fill.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("profile_id", BigId, nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_normalized", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_normalized", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("tags", Document, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("address", Document, nullable=True),
        sa.Column("source_created_at", UtcDateTime(), nullable=True),
        sa.Column("source_updated_at", UtcDateTime(), nullable=True),
        sa.Column("source_triggered_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("merged_into_external_id", sa.Text(), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("withheld", Document, nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profiles.id"], name=op.f("fk_customers_profile_id_profiles")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name=op.f("fk_customers_store_id_stores"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_customers_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint(
            "store_id", "external_id", name=op.f("uq_customers_store_id_external_id")
        ),
    )
    op.create_index(
        "ix_customers_merged",
        "customers",
        ["store_id", "merged_into_external_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_external_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_external_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_customers_profile_id"), "customers", ["profile_id"], unique=False)
    op.create_index(
        op.f("ix_customers_workspace_id_email_normalized"),
        "customers",
        ["workspace_id", "email_normalized"],
        unique=False,
    )
    op.create_table(
        "fulfillments",
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("order_external_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("shipment_status", sa.Text(), nullable=True),
        sa.Column("shipment_status_at", UtcDateTime(), nullable=True),
        sa.Column("tracking", Document, nullable=False),
        sa.Column("source_created_at", UtcDateTime(), nullable=False),
        sa.Column("source_updated_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name=op.f("fk_fulfillments_store_id_stores"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_fulfillments_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "store_id", "order_external_id", "external_id", name=op.f("pk_fulfillments")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "order_lines",
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("order_external_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("variant_title", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("current_quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("variant_external_id", sa.Text(), nullable=True),
        sa.Column("product_external_id", sa.Text(), nullable=True),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name=op.f("fk_order_lines_store_id_stores"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_order_lines_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "store_id", "order_external_id", "external_id", name=op.f("pk_order_lines")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_order_lines_store_id_variant_external_id"),
        "order_lines",
        ["store_id", "variant_external_id"],
        unique=False,
    )
    op.create_table(
        "orders",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("profile_id", BigId, nullable=True),
        sa.Column("customer_external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_normalized", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_normalized", sa.Text(), nullable=True),
        sa.Column("buyer_name", sa.Text(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("current_total_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("presentment_currency", sa.Text(), nullable=True),
        sa.Column("presentment_total_minor", sa.BigInteger(), nullable=True),
        sa.Column("financial_status", sa.Text(), nullable=False),
        sa.Column("fulfillment_status", sa.Text(), nullable=False),
        sa.Column("platform_status", sa.Text(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("sales_channel", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("tags", Document, nullable=False),
        sa.Column("notes", Document, nullable=False),
        sa.Column("shipping_address", Document, nullable=True),
        sa.Column("billing_address", Document, nullable=True),
        sa.Column("source_updated_at", UtcDateTime(), nullable=False),
        sa.Column("source_triggered_at", UtcDateTime(), nullable=True),
        sa.Column("withheld", Document, nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profiles.id"], name=op.f("fk_orders_profile_id_profiles")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_orders_store_id_stores"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_orders_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("store_id", "external_id", name=op.f("uq_orders_store_id_external_id")),
    )
    op.create_index(
        op.f("ix_orders_profile_id_placed_at"), "orders", ["profile_id", "placed_at"], unique=False
    )
    op.create_index(
        op.f("ix_orders_store_id_customer_external_id"),
        "orders",
        ["store_id", "customer_external_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_workspace_id_email_normalized"),
        "orders",
        ["workspace_id", "email_normalized"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_workspace_id_name"), "orders", ["workspace_id", "name"], unique=False
    )
    op.create_table(
        "refunds",
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("order_external_id", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_created_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_refunds_store_id_stores"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_refunds_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "store_id", "order_external_id", "external_id", name=op.f("pk_refunds")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("refunds")
    op.drop_index(op.f("ix_orders_workspace_id_name"), table_name="orders")
    op.drop_index(op.f("ix_orders_workspace_id_email_normalized"), table_name="orders")
    op.drop_index(op.f("ix_orders_store_id_customer_external_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_profile_id_placed_at"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_order_lines_store_id_variant_external_id"), table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_table("fulfillments")
    op.drop_index(op.f("ix_customers_workspace_id_email_normalized"), table_name="customers")
    op.drop_index(op.f("ix_customers_profile_id"), table_name="customers")
    op.drop_index(
        "ix_customers_merged",
        table_name="customers",
        sqlite_where=sa.text("merged_into_external_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_external_id IS NOT NULL"),
    )
    op.drop_table("customers")
