"""Receipts, keyed hashes of who was erased, exports, retention, and an audit of deeds.

Receipts can be neither changed nor deleted, entries of the audits not changed: triggers refuse it.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_REFUSED = (
    ("receipts", "UPDATE"),
    ("receipts", "DELETE"),
    ("audit_events", "UPDATE"),
    ("profile_views", "UPDATE"),
)


def _workspace() -> sa.Column[int]:
    return sa.Column(
        "workspace_id",
        BigId,
        sa.ForeignKey("workspaces.id", ondelete="CASCADE"),
        nullable=False,
    )


def upgrade() -> None:
    _extend_requests()
    _make_receipts()
    _make_erased_names()
    _make_exports()
    op.create_table(
        "retention_rules",
        _workspace(),
        sa.Column("data_class", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=True),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "data_class", name="pk_retention_rules"),
        sqlite_with_rowid=False,
    )
    _make_audit()
    for table, deed in _REFUSED:
        _refuse(table, deed)


def downgrade() -> None:
    for table, deed in _REFUSED:
        _allow(table, deed)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tillside_refuse()")
    for table in (
        "audit_events",
        "retention_rules",
        "person_exports",
        "erased_names",
        "receipts",
    ):
        op.drop_table(table)
    op.drop_index("ix_privacy_requests_workspace_id_received_at", "privacy_requests")
    for name in ("alarmed_percent", "not_before", "asked_by", "source"):
        op.drop_column("privacy_requests", name)


def _extend_requests() -> None:
    for column in (
        sa.Column("source", sa.Text, nullable=False, server_default="store"),
        sa.Column("asked_by", sa.Text, nullable=True),
        sa.Column("not_before", UtcDateTime, nullable=True),
        sa.Column("alarmed_percent", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("privacy_requests", column)
    op.create_index(
        "ix_privacy_requests_workspace_id_received_at",
        "privacy_requests",
        ["workspace_id", "received_at"],
    )
    op.execute("UPDATE privacy_requests SET source = 'plugin' WHERE delivery_id IS NULL")


def _make_receipts() -> None:
    op.create_table(
        "receipts",
        _workspace(),
        sa.Column("sequence", BigId, nullable=False, autoincrement=False),
        sa.Column("request_id", BigId, nullable=True),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "sequence", name="pk_receipts"),
        sqlite_with_rowid=False,
    )


def _make_erased_names() -> None:
    op.create_table(
        "erased_names",
        _workspace(),
        sa.Column(
            "store_id", BigId, sa.ForeignKey("stores.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("erased_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "store_id", "digest", name="pk_erased_names"),
        sqlite_with_rowid=False,
    )


def _make_exports() -> None:
    op.create_table(
        "person_exports",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column(
            "request_id",
            BigId,
            sa.ForeignKey("privacy_requests.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("subject_digests", sa.Text, nullable=False),
        sa.Column("sealed_file", sa.LargeBinary, nullable=True),
        sa.Column("size_bytes", BigId, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("fetched_at", UtcDateTime, nullable=True),
        _workspace(),
        sa.UniqueConstraint("token_digest", name="uq_person_exports_token_digest"),
    )
    op.create_index(
        "ix_person_exports_workspace_id_expires_at",
        "person_exports",
        ["workspace_id", "expires_at"],
    )


def _make_audit() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=True),
        sa.Column("details", Document, nullable=False),
        _workspace(),
    )
    op.create_index("ix_audit_events_workspace_id_id", "audit_events", ["workspace_id", "id"])
    op.create_index("ix_audit_events_workspace_id_at", "audit_events", ["workspace_id", "at"])


def _refuse(table: str, deed: str) -> None:
    name = f"{table}_refuse_{deed.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION tillside_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tillside_refuse()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _allow(table: str, deed: str) -> None:
    name = f"{table}_refuse_{deed.lower()}"
    on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {name}{on}")
