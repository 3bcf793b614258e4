"""Whether everybody is where the oracle says, with all that is told of them as it is anew."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from integration.crm.heads import refresh_heads
from integration.crm.totals import refresh_totals
from integration.db import Database
from integration.identity.identities import refresh_identities
from integration.models import Customer, Identity, IdentityVerdict, Order, ProfileTotal
from tests.factories.stores import NOW
from tests.integration.identity.oracle import Known, Member
from tests.integration.identity.state import Seen, Tables, erased_members, known, seen


def sums(tables: Tables, members: Iterable[Member]) -> dict[tuple[str], list[int]]:
    """The figures of these members per currency: orders, spent, unpaid, refunded."""
    own = set(members)
    found: dict[tuple[str], list[int]] = {}
    for row in tables[Order]:
        if ("order", row["store_id"], row["external_id"]) in own and _counts(row):
            figures = found.setdefault((row["currency"],), [0, 0, 0, 0])
            is_paid = row["financial_status"] in ("paid", "partially_refunded", "refunded")
            figures[0] += 1
            figures[1 if is_paid else 2] += row["total_minor"]
            figures[3] += row["refunded_minor"]
    return found


def _counts(row: Mapping[str, Any]) -> bool:
    return not (row["is_test"] or row["cancelled_at"] or row["deleted_at"])


def times(
    tables: Tables, members: Iterable[Member]
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The first and the last order that counts, and since when the person is known."""
    own = set(members)
    orders = [row for row in tables[Order] if ("order", row["store_id"], row["external_id"]) in own]
    counted = [row["placed_at"] for row in orders if _counts(row)]
    begun = [row["placed_at"] for row in orders] + [
        row["source_created_at"]
        for row in tables[Customer]
        if ("account", row["store_id"], row["external_id"]) in own and row["source_created_at"]
    ]
    return min(counted, default=None), max(counted, default=None), min(begun, default=None)


def assert_whole(db: Database, workspace_id: int) -> Seen:
    """Everybody is where the oracle says, and all that is told of persons is what it would be anew.

    Returns what was seen.
    """
    with db.workspace(workspace_id) as session:
        tables = Tables(session)
        now = seen(tables)
        told = known(tables)
        assert now.erased == erased_members(tables) & now.erased, "nobody's, and not erased"
        assert set(now.members().values()) == told.persons()
        _assert_shown(tables, now)
        _assert_decided(tables, now, told)
    with db.workspace(workspace_id, write=True) as session:
        # Read back before the rollback: what a fresh working out says.
        ids = set(now.persons)
        connection = session.connection()
        refresh_identities(connection, workspace_id, ids, NOW)
        refresh_totals(connection, workspace_id, ids)
        refresh_heads(connection, workspace_id, ids)
        anew = seen(Tables(session))
        session.rollback()
    assert anew.persons == now.persons
    return now


def _assert_shown(tables: Tables, now: Seen) -> None:
    for profile_id, person in now.persons.items():
        assert person["members"], f"nobody is on {profile_id}"
        totals = {
            currency: [row[name] for name in ("orders", "spent_minor", "unpaid_minor")]
            + [row["refunded_minor"]]
            for currency, row in person["totals"].items()
        }
        assert totals == sums(tables, person["members"])
        shown = person["first_order_at"], person["last_order_at"], person["customer_since"]
        assert shown == times(tables, person["members"])
    for model in (ProfileTotal, Customer, Order):
        dormant = {row["profile_id"] for row in tables[model]} & now.dormant.keys()
        assert dormant == set(), f"{model.__name__} of profiles that aren't shown"


def _assert_decided(tables: Tables, now: Seen, told: Known) -> None:
    homes = {
        (row["kind"], row["value"]): row["profile_id"] for row in tables[Identity] if row["links"]
    }
    held = told.held()
    assert homes.keys() == held, "one home for each key that somebody has"
    faces = {home: now.dormant.get(home, home) for home in homes.values()}
    assert len(faces) == len(homes), "a home of its own for each key"
    assert faces.keys() == now.persons.keys() | now.dormant.keys()
    for one in told.tied():
        ids = {homes[key] for key in one}
        assert {faces[home] for home in ids} == {min(ids)}, "the first home stands for all"
    for row in tables[IdentityVerdict]:
        for side in ("left", "right"):
            key = told.leads_to((row[f"{side}_kind"], row[f"{side}_value"]))
            home = homes.get(key) if key is not None else None
            assert row[f"{side}_home_id"] == home, "a verdict's home"
