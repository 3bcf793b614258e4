"""Find whether any store holds an object, however many stores there are.

Each batch of deliveries asks it of the objects that its own store doesn't hold. Built in the time
of one scan of `orders` and `customers`, which other writers wait for on both databases (seconds for
some millions of rows).
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_external_id", "orders", ["external_id", "store_id"])
    op.create_index("ix_customers_external_id", "customers", ["external_id", "store_id"])


def downgrade() -> None:
    op.drop_index("ix_customers_external_id", "customers")
    op.drop_index("ix_orders_external_id", "orders")
