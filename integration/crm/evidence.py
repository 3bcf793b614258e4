"""How we know who somebody is: each identity with who vouches for it, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from integration.crm.faces import Face
from integration.crm.linked_profiles import Linked, linked_profiles
from integration.crm.ruled import Ruled, names_under, ruled_key, rulings_on
from integration.db import WorkspaceSession
from integration.identity.keys import KINDS_OF_ONE_STORE, Key
from integration.models import Customer, Identity, Order, Store
from integration.models.vocabulary import Ruling

MOST_GUEST_ORDERS = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """An address, phone or account of the person, and where it comes from.

    `value` is as the store knows it, `key` as we keep it. `name` is the account's. `told_by` is
    `account` or `order`, `told_name` what the store calls it. `names` counts the different names
    under which a shared address was used, None where it isn't shared.
    """

    kind: str
    value: str
    key: Key
    trust: str
    evidence: str
    links: bool
    store: str | None
    name: str | None
    told_by: str | None
    told_name: str | None
    source: str | None
    delivery_id: int | None
    at: datetime
    ruled: Ruled | None
    names: int | None = None


@dataclass(frozen=True, slots=True)
class GuestOrder:
    """An order without an account. `key` is the order as an identity."""

    key: Key
    name: str
    store: str
    placed_at: datetime
    ruled: Ruled | None


@dataclass(frozen=True, slots=True)
class Known:
    """All of it. `guest_orders` are the newest few, `guest_order_count` is how many there are."""

    profile_id: int
    identities: tuple[Evidence, ...]
    guest_orders: tuple[GuestOrder, ...]
    guest_order_count: int
    linked: tuple[Linked, ...]

    @property
    def can_part(self) -> bool:
        """Whether there is more than one account or guest's order, so that one can go."""
        accounts = sum(1 for each in self.identities if each.kind == "customer")
        return accounts + self.guest_order_count > 1


def known_of(session: WorkspaceSession, face: Face) -> Known:
    """How we know that person."""
    rows = _identities(session, face)
    orders, count = _guest_orders(session, face.id)
    ruled = rulings_on(
        session, [*(_ruled_key(row) for row in rows), *(_order_key(o) for o in orders)]
    )
    told = _told_names(session, rows)
    accounts = _account_names(session, face.id)
    identities = [_evidence(row, ruled, told, accounts) for row in rows]
    return Known(
        profile_id=face.id,
        identities=tuple(_with_names(session, each) for each in identities),
        guest_orders=tuple(
            GuestOrder(
                _order_key(row), row.name, row.store, row.placed_at, ruled.get(_order_key(row))
            )
            for row in orders
        ),
        guest_order_count=count,
        linked=linked_profiles(session, face),
    )


def _ruled_key(row: Any) -> Key:
    return ruled_key(row.kind, row.value)


def _order_key(row: Any) -> Key:
    return Key("order", f"{row.store_id}:{row.external_id}")


def _identities(session: WorkspaceSession, face: Face) -> list[Any]:
    """What is shown of the person, and the keys of the profiles that are joined to theirs."""
    columns = ("kind", "value", "links", "verified", "evidence", "trust", "store_id", "told_by")
    more = ("source", "delivery_id", "created_at")
    statement = (
        select(*(getattr(Identity, name) for name in (*columns, *more)), Store.name.label("store"))
        .outerjoin(Store, Store.id == Identity.store_id)
        .where(
            or_(
                Identity.profile_id == face.id,
                Identity.links & Identity.profile_id.in_(face.homes),
            )
        )
        .order_by(Identity.links.desc(), Identity.verified.desc(), Identity.kind, Identity.value)
    )
    once: dict[tuple[str, str], Any] = {}
    for row in session.execute(statement):
        once.setdefault((row.kind, row.value), row)
    return [row for row in once.values() if row.kind != "order"]


def _guest_orders(session: WorkspaceSession, profile_id: int) -> tuple[list[Any], int]:
    theirs = (Order.profile_id == profile_id, Order.customer_external_id.is_(None))
    count = session.execute(select(func.count()).select_from(Order).where(*theirs)).scalar_one()
    newest = (
        select(
            Order.store_id,
            Order.external_id,
            Order.name,
            Order.placed_at,
            Store.name.label("store"),
        )
        .join(Store, Store.id == Order.store_id)
        .where(*theirs)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(MOST_GUEST_ORDERS)
    )
    return list(session.execute(newest)) if count else [], count


def _told_names(session: WorkspaceSession, rows: list[Any]) -> dict[tuple[int, str], str]:
    """What the merchant calls the orders that told."""
    told = {
        (row.store_id, row.told_by.partition(":")[2])
        for row in rows
        if (row.told_by or "").startswith("order:")
    }
    if not told:
        return {}
    found = session.execute(
        select(Order.store_id, Order.external_id, Order.name).where(
            Order.store_id.in_({store_id for store_id, _ in told}),
            Order.external_id.in_({external_id for _, external_id in told}),
        )
    )
    return {(row.store_id, row.external_id): row.name for row in found}


def _account_names(session: WorkspaceSession, profile_id: int) -> dict[str, str]:
    rows = session.execute(
        select(
            Customer.store_id, Customer.external_id, Customer.first_name, Customer.last_name
        ).where(Customer.profile_id == profile_id)
    )
    return {f"{row.store_id}:{row.external_id}": " ".join(filter(None, row[2:])) for row in rows}


def _evidence(
    row: Any,
    ruled: Mapping[Key, Ruled],
    told: Mapping[tuple[int, str], str],
    accounts: Mapping[str, str],
) -> Evidence:
    by, _, external_id = (row.told_by or "").partition(":")
    is_of_store = row.kind in KINDS_OF_ONE_STORE
    return Evidence(
        kind=row.kind,
        value=row.value.partition(":")[2] if is_of_store else row.value,
        key=Key(row.kind, row.value),
        trust=row.trust,
        evidence=row.evidence,
        links=row.links,
        store=row.store,
        name=accounts.get(row.value) or None if row.kind == "customer" else None,
        told_by=by or None,
        told_name=told.get((row.store_id, external_id), external_id) or None,
        source=row.source,
        delivery_id=row.delivery_id,
        at=row.created_at,
        ruled=ruled.get(_ruled_key(row)),
    )


def _with_names(session: WorkspaceSession, found: Evidence) -> Evidence:
    if found.ruled is None or found.ruled.ruling != Ruling.SHARED:
        return found
    return replace(found, names=names_under(session, ruled_key(*found.key)))
