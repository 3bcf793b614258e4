"""A profile's read models, worked out again from its accounts and orders."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from integration.crm.heads import refresh_heads
from integration.crm.totals import refresh_totals
from integration.identity.identities import refresh_identities


def rework(
    connection: Connection, workspace_id: int, profile_ids: Collection[int], now: datetime
) -> None:
    """Work these profiles out again: identities, figures, names, tags and times."""
    if profile_ids:
        refresh_identities(connection, workspace_id, profile_ids, now)
        refresh_totals(connection, workspace_id, profile_ids)
        refresh_heads(connection, workspace_id, profile_ids)
