"""What a workspace's database says of persons, to be compared with the oracle and with before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.bulk import table_of
from integration.crm.heads import refresh_heads
from integration.crm.totals import refresh_totals
from integration.db import Database, WorkspaceSession
from integration.identity.identities import refresh_identities
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import (
    Customer,
    DueProfile,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
    ProfileNote,
    ProfileTotal,
    Store,
    Tombstone,
)
from tests.factories.stores import NOW
from tests.integration.identity.oracle import Account, Decided, Known, Member, Purchase

# By which way we heard of a thing is told as it was heard; whose it is may not depend on that.
_BY_THE_WAY = {"id", "workspace_id", "source", "delivery_id", "created_at"}


@dataclass(frozen=True, slots=True)
class Seen:
    """Persons as a workspace's database has them.

    `persons` are the profiles that are shown, each with its accounts and orders, head, totals and
    identities; `dormant` are the others by the profile that stands for them.
    """

    persons: Mapping[int, Mapping[str, Any]]
    dormant: Mapping[int, int]
    erased: frozenset[Member]
    decided: Mapping[str, Any]
    events: tuple[tuple[Any, ...], ...]

    def members(self) -> dict[int, frozenset[Member]]:
        """The accounts and orders of each profile that is shown."""
        return {profile_id: person["members"] for profile_id, person in self.persons.items()}


def rows(session: WorkspaceSession, model: Any) -> list[dict[str, Any]]:
    """All rows of a model, in order."""
    table = table_of(model)
    statement = select(table).where(table.c.workspace_id == session.workspace_id)
    return [dict(row) for row in session.connection().execute(statement).mappings()]


def known(session: WorkspaceSession) -> Known:
    """What the oracle judges by: the newest states that stores told, and what was decided."""
    stores = {row["id"]: row for row in rows(session, Store)}
    erased = erased_members(session)
    found = Known()
    for row in rows(session, Customer):
        place = row["store_id"], row["external_id"]
        is_told = row["source_updated_at"] is not None and ("account", *place) not in erased
        found.accounts[place] = Account(
            normalize_email(row["email"]), row["merged_into_external_id"], is_told
        )
    for row in rows(session, Order):
        place = row["store_id"], row["external_id"]
        if ("order", *place) not in erased:
            country = stores[place[0]]["country_code"]
            found.orders[place] = Purchase(
                row["customer_external_id"],
                normalize_email(row["email"]),
                normalize_phone(row["phone"], country),
            )
    for row in rows(session, IdentityRuling):
        found.rulings[row["kind"], row["value"]] = row["ruling"]
    found.verdicts = [
        Decided(
            (row["left_kind"], row["left_value"]),
            (row["right_kind"], row["right_value"]),
            row["verdict"],
        )
        for row in rows(session, IdentityVerdict)
    ]
    return found


def erased_members(session: WorkspaceSession) -> frozenset[Member]:
    """The accounts and orders that an erasure marked."""
    kinds = {"customer": "account", "order": "order"}
    return frozenset(
        (kinds[row["kind"]], row["store_id"], row["external_id"])
        for row in rows(session, Tombstone)
        if row["erased_at"] is not None and row["kind"] in kinds
    )


def seen(session: WorkspaceSession) -> Seen:
    """The persons of a workspace with all that is told of them."""
    members: dict[int | None, set[Member]] = defaultdict(set)
    for kind, model in (("account", Customer), ("order", Order)):
        for row in rows(session, model):
            if kind == "order" or row["source_updated_at"] is not None:
                members[row["profile_id"]].add((kind, row["store_id"], row["external_id"]))
    erased = frozenset(members.pop(None, ()))
    profiles = {row["id"]: row for row in rows(session, Profile)}
    persons = {}
    for profile_id, row in profiles.items():
        if row["joined_id"] is None:
            persons[profile_id] = {
                **{name: value for name, value in row.items() if name not in _BY_THE_WAY},
                "members": frozenset(members.pop(profile_id, ())),
                "totals": _of(session, ProfileTotal, profile_id, "currency"),
                "identities": _of(session, Identity, profile_id, "kind", "value"),
                "notes": _of(session, ProfileNote, profile_id, "id"),
            }
    assert not members, f"on no profile that is shown: {dict(members)}"
    return Seen(
        persons,
        {row["id"]: row["joined_id"] for row in profiles.values() if row["joined_id"] is not None},
        erased,
        {
            "verdicts": {
                (row["left_kind"], row["left_value"], row["right_kind"], row["right_value"]): (
                    row["verdict"],
                    row["left_home_id"],
                    row["right_home_id"],
                )
                for row in rows(session, IdentityVerdict)
            },
            "rulings": {
                (row["kind"], row["value"]): row["ruling"] for row in rows(session, IdentityRuling)
            },
        },
        tuple(tuple(row.values()) for row in rows(session, IdentityEvent)),
    )


def _of(session: WorkspaceSession, model: Any, profile_id: int, *key: str) -> dict[Any, Any]:
    return {
        tuple(row[name] for name in key): {
            name: value for name, value in row.items() if name not in _BY_THE_WAY
        }
        for row in rows(session, model)
        if row["profile_id"] == profile_id
    }


def sums(session: WorkspaceSession, members: Iterable[Member]) -> dict[tuple[str], list[int]]:
    """The figures of these members per currency: orders, spent, unpaid, refunded."""
    own = set(members)
    found: dict[tuple[str], list[int]] = {}
    for row in rows(session, Order):
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
    session: WorkspaceSession, members: Iterable[Member]
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """The first and the last order that counts, and since when the person is known."""
    own = set(members)
    orders = [
        row for row in rows(session, Order) if ("order", row["store_id"], row["external_id"]) in own
    ]
    counted = [row["placed_at"] for row in orders if _counts(row)]
    begun = [row["placed_at"] for row in orders] + [
        row["source_created_at"]
        for row in rows(session, Customer)
        if ("account", row["store_id"], row["external_id"]) in own and row["source_created_at"]
    ]
    return min(counted, default=None), max(counted, default=None), min(begun, default=None)


def assert_whole(db: Database, workspace_id: int) -> Seen:
    """Everybody is where the oracle says, and all that is told of persons is what it would be anew.

    Returns what was seen.
    """
    with db.workspace(workspace_id) as session:
        now = seen(session)
        told = known(session)
        assert now.erased == erased_members(session) & now.erased, "nobody's, and not erased"
        assert set(now.members().values()) == told.persons()
        _assert_shown(session, now)
        _assert_decided(session, now, told)
    with db.workspace(workspace_id, write=True) as session:
        # Read back before the rollback: what a fresh working out says.
        ids = set(now.persons)
        connection = session.connection()
        refresh_identities(connection, workspace_id, ids, NOW)
        refresh_totals(connection, workspace_id, ids)
        refresh_heads(connection, workspace_id, ids)
        anew = seen(session)
        session.rollback()
    assert anew.persons == now.persons
    return now


def _assert_shown(session: WorkspaceSession, now: Seen) -> None:
    for profile_id, person in now.persons.items():
        assert person["members"], f"nobody is on {profile_id}"
        totals = {
            currency: [row[name] for name in ("orders", "spent_minor", "unpaid_minor")]
            + [row["refunded_minor"]]
            for currency, row in person["totals"].items()
        }
        assert totals == sums(session, person["members"])
        shown = person["first_order_at"], person["last_order_at"], person["customer_since"]
        assert shown == times(session, person["members"])
    for model in (ProfileTotal, Customer, Order, ProfileNote):
        dormant = {row["profile_id"] for row in rows(session, model)} & now.dormant.keys()
        assert dormant == set(), f"{model.__name__} of profiles that aren't shown"


def _assert_decided(session: WorkspaceSession, now: Seen, told: Known) -> None:
    homes = {
        (row["kind"], row["value"]): row["profile_id"]
        for row in rows(session, Identity)
        if row["links"]
    }
    held = told.held()
    assert homes.keys() == held, "one home for each key that somebody has"
    faces = {home: now.dormant.get(home, home) for home in homes.values()}
    assert len(faces) == len(homes), "a home of its own for each key"
    assert faces.keys() == now.persons.keys() | now.dormant.keys()
    for one in told.tied():
        ids = {homes[key] for key in one}
        assert {faces[home] for home in ids} == {min(ids)}, "the first home stands for all"
    for row in rows(session, IdentityVerdict):
        for side in ("left", "right"):
            key = told.leads_to((row[f"{side}_kind"], row[f"{side}_value"]))
            home = homes.get(key) if key is not None else None
            assert row[f"{side}_home_id"] == home, "a verdict's home"


def due(session: WorkspaceSession) -> set[int]:
    """The profiles that are noted to be worked out for search."""
    return {row["profile_id"] for row in rows(session, DueProfile)}
