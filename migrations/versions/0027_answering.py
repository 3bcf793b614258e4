"""Canned answers, rules, hours and targets, and the notebook of cases.

New tables are empty: on both databases only the catalogue changes.
"""

import sqlalchemy as sa
from alembic import op

from integration.models.declarative import BigId, Document, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_settings",
        sa.Column("office_hours", Document, nullable=True),
        sa.Column("targets", Document, nullable=True),
        sa.Column("automatic", Document, nullable=True),
        sa.Column("round_robin", sa.Boolean(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_inbox_settings_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_inbox_settings"),
    )
    op.create_table(
        "routing_rules",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conditions", Document, nullable=False),
        sa.Column("actions", Document, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_routing_rules_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_routing_rules"),
    )
    op.create_index(
        "ix_routing_rules_workspace_id_position",
        "routing_rules",
        ["workspace_id", "position"],
        unique=False,
    )
    op.create_table(
        "canned_answers",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("texts", Document, nullable=False),
        sa.Column("store_id", BigId, nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"],
            ["stores.id"],
            name="fk_canned_answers_store_id_stores",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_canned_answers_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_canned_answers"),
        sa.UniqueConstraint(
            "workspace_id", "shortcut", name="uq_canned_answers_workspace_id_shortcut"
        ),
    )
    op.create_table(
        "cases",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("conversation_id", BigId, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("solution", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("reason_id", BigId, nullable=True),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("workspace_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_cases_conversation_id_conversations",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"],
            ["contact_reasons.id"],
            name="fk_cases_reason_id_contact_reasons",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_cases_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_conversation_id", "cases", ["conversation_id"], unique=False)
    op.create_index(
        "ix_cases_workspace_id_updated_at", "cases", ["workspace_id", "updated_at"], unique=False
    )
    op.create_table(
        "case_terms",
        sa.Column("workspace_id", BigId, nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_case_terms_case_id_cases", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_case_terms_workspace_id_workspaces",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "term", "case_id", name="pk_case_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_terms_case_id", "case_terms", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_case_terms_case_id", table_name="case_terms")
    op.drop_table("case_terms")
    op.drop_index("ix_cases_workspace_id_updated_at", table_name="cases")
    op.drop_index("ix_cases_conversation_id", table_name="cases")
    op.drop_table("cases")
    op.drop_table("canned_answers")
    op.drop_index("ix_routing_rules_workspace_id_position", table_name="routing_rules")
    op.drop_table("routing_rules")
    op.drop_table("inbox_settings")
