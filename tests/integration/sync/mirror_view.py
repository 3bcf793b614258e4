"""What the mirror and the profiles of a store say, in a form to compare."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from integration.db import Database, WorkspaceSession
from integration.models import (
    Customer,
    Fulfillment,
    Identity,
    Order,
    OrderLine,
    Profile,
    ProfileTotal,
    Refund,
)

_OURS = {
    "id",
    "workspace_id",
    "store_id",
    "profile_id",
    "source_triggered_at",
    "source_read_at",
    "withheld",
    "content_digest",
    "rests_until",
    "merged_at",
    "created_at",
}


def view(db: Database, workspace_id: int) -> dict[str, Any]:
    """Everything that may not depend on the order of what was told."""
    with db.workspace(workspace_id) as session:
        return {
            "orders": _by_id(session, Order),
            "lines": _parts(session, OrderLine),
            "parcels": _parts(session, Fulfillment),
            "refunds": _parts(session, Refund),
            "customers": _by_id(session, Customer),
            "profiles": profiles(session),
        }


def profiles(session: WorkspaceSession) -> dict[frozenset[str], dict[str, Any]]:
    """Each profile by the set of its members, with its figures and identities."""
    members: dict[int, set[str]] = defaultdict(set)
    for model, prefix in ((Order, "order"), (Customer, "customer")):
        rows = session.execute(select(model.external_id, model.profile_id, model.store_id))
        for external_id, profile_id, _ in rows:
            if profile_id is not None:
                assert f"{prefix} {external_id}" not in members[profile_id]
                members[profile_id].add(f"{prefix} {external_id}")
    found = {}
    for profile in session.execute(select(Profile)).scalars():
        found[frozenset(members.pop(profile.id, ()))] = {
            "display_name": profile.display_name,
            "tags": profile.tags,
            "first": profile.first_order_at,
            "last": profile.last_order_at,
            "since": profile.customer_since,
            "totals": _totals(session, profile.id),
            "identities": _identities(session, profile.id),
        }
    assert members == {}
    return found


def _totals(session: WorkspaceSession, profile_id: int) -> dict[str, tuple[int, ...]]:
    rows = session.execute(select(ProfileTotal).where(ProfileTotal.profile_id == profile_id))
    return {
        row.currency: (row.orders, row.spent_minor, row.unpaid_minor, row.refunded_minor)
        for row in rows.scalars()
    }


def _identities(session: WorkspaceSession, profile_id: int) -> set[tuple[Any, ...]]:
    rows = session.execute(select(Identity).where(Identity.profile_id == profile_id)).scalars()
    return {
        (row.kind, row.value.partition(":")[2] or row.value, row.verified, row.links, row.evidence)
        for row in rows
    }


def _columns(row: Any) -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in _OURS
    }


def _by_id(session: WorkspaceSession, model: Any) -> dict[str, dict[str, Any]]:
    return {row.external_id: _columns(row) for row in session.execute(select(model)).scalars()}


def _parts(session: WorkspaceSession, model: Any) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (row.order_external_id, row.external_id): _columns(row)
        for row in session.execute(select(model)).scalars()
    }


def plain(record: Any) -> Any:
    """A record's fields, for comparison with a row's."""
    return asdict(record)
