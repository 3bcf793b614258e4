"""Row-level security on each table of merchants' rows, on PostgreSQL."""

from alembic import op

from integration.tenancy.row_security import protect, unprotect

revision = "0038"
down_revision = "0041"
branch_labels = None
depends_on = None

_TABLES = (
    "aged_out",
    "agent_doors",
    "agent_invitations",
    "agents",
    "alarms",
    "api_keys",
    "arrivals",
    "attachment_chunks",
    "attachments",
    "attempts",
    "audit_events",
    "canned_answers",
    "case_terms",
    "cases",
    "channel_cursors",
    "channels",
    "clues",
    "companion_keys",
    "contact_reasons",
    "conversation_reads",
    "conversation_tags",
    "conversation_terms",
    "conversations",
    "credentials",
    "customers",
    "delivery_works",
    "due_conversations",
    "due_profiles",
    "erased_names",
    "fulfillments",
    "identities",
    "identity_events",
    "identity_rulings",
    "identity_verdicts",
    "inbox_settings",
    "installations",
    "join_codes",
    "mentions",
    "messages",
    "order_lines",
    "orders",
    "passkeys",
    "pending_connections",
    "people_exports",
    "person_exports",
    "privacy_requests",
    "profile_notes",
    "profile_totals",
    "profile_views",
    "profiles",
    "receipts",
    "reconciliations",
    "refunds",
    "rereads",
    "retention_rules",
    "routing_rules",
    "search_documents",
    "search_terms",
    "segments",
    "sendings",
    "sessions",
    "store_hours",
    "store_syncs",
    "stores",
    "suggestions",
    "tombstones",
    "tracking_numbers",
    "variants",
    "visitors",
    "webhook_keys",
)


def upgrade() -> None:
    protect(op.get_bind(), "workspaces", "id")
    for table in _TABLES:
        protect(op.get_bind(), table)


def downgrade() -> None:
    for table in reversed(_TABLES):
        unprotect(op.get_bind(), table)
    unprotect(op.get_bind(), "workspaces")
