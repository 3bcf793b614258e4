"""Parcels by the number that their carrier knows them by.

The table is filled from the parcels that are there, a thousand at a time in one transaction: 20 to
40 seconds for each million of them, during which SQLite has its writer. Nothing else is locked.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_CHUNK = 1_000
_KEY = ("workspace_id", "number", "store_id", "order_external_id", "parcel_external_id")


def upgrade() -> None:
    table = op.create_table(
        "tracking_numbers",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("store_id", BigId, nullable=False),
        sa.Column("order_external_id", sa.Text(), nullable=False),
        sa.Column("parcel_external_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name="fk_tracking_numbers_store_id_stores",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_tracking_numbers_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*_KEY, name="pk_tracking_numbers"),
        sqlite_with_rowid=False,
    )
    for rows in _held():
        op.bulk_insert(table, rows)


def _held() -> Iterator[list[dict[str, Any]]]:
    """The numbers of the parcels that are there."""
    columns = ("workspace_id", "store_id", "order_external_id", "external_id")
    parcels = sa.table(
        "fulfillments", *(sa.column(name) for name in columns), sa.column("tracking", Document)
    )
    key = (parcels.c.store_id, parcels.c.order_external_id, parcels.c.external_id)
    last: tuple[Any, ...] | None = None
    while True:
        statement = sa.select(parcels).order_by(*key).limit(_CHUNK)
        if last is not None:
            statement = statement.where(sa.tuple_(*key) > sa.tuple_(*last))
        read = op.get_bind().execute(statement).all()
        if not read:
            return
        last = (read[-1].store_id, read[-1].order_external_id, read[-1].external_id)
        rows = {
            (row.workspace_id, number, row.store_id, row.order_external_id, row.external_id)
            for row in read
            for entry in row.tracking
            if (number := _folded(entry.get("number")))
        }
        yield [dict(zip(_KEY, row, strict=True)) for row in sorted(rows)]


def _folded(number: str | None) -> str | None:
    """As `integration.sync.tracking_rows` folds it at the time of this migration."""
    folded = "".join(
        character
        for character in unicodedata.normalize("NFKC", number or "")
        if character.isalnum()
    ).upper()
    return folded if 4 <= len(folded) <= 64 else None


def downgrade() -> None:
    op.drop_table("tracking_numbers")
