"""Persons in a few lines each, where two of them stand beside each other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, union

from integration.crm.json_lists import by_weight, json_list, objects
from integration.crm.records import ContextTotal
from integration.db import WorkspaceSession
from integration.identity.keys import KINDS_OF_ONE_STORE
from integration.models import Customer, Identity, Order, Profile, ProfileTotal, Store
from integration.statements.bulk import table_of

_PROFILES, _TOTALS, _IDENTITIES = table_of(Profile), table_of(ProfileTotal), table_of(Identity)
_CONTACTS = ("email", "phone", "guest_phone")
_MOST_CONTACTS = 3


@dataclass(frozen=True, slots=True)
class PersonHead:
    """A person: name, how to reach them, where they are known, what they ordered.

    `contacts` are addresses and phones, the sure ones first; `stores` are names.
    """

    id: str
    display_name: str | None
    contacts: tuple[str, ...]
    stores: tuple[str, ...]
    is_guest: bool
    totals: tuple[ContextTotal, ...]
    first_order_at: datetime | None
    last_order_at: datetime | None

    @property
    def orders(self) -> int:
        """How many orders count, in all currencies."""
        return sum(total.orders for total in self.totals)


def person_heads(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[int, PersonHead]:
    """The heads of these profiles by id; unknown ones and another workspace's are left out."""
    if not profile_ids:
        return {}
    known_in = _stores(session, profile_ids)
    return {
        row.id: _head(row, known_in.get(row.id, ()))
        for row in session.connection().execute(_statement(session, profile_ids))
    }


def guests_among(session: WorkspaceSession, profile_ids: Collection[int]) -> set[int]:
    """Those of these profiles that are known by identities, but by no account."""
    rows = session.execute(
        select(Identity.profile_id, Identity.kind).where(Identity.profile_id.in_(profile_ids))
    ).all()
    with_account = {row.profile_id for row in rows if row.kind == "customer"}
    return {row.profile_id for row in rows} - with_account


def _statement(session: WorkspaceSession, profile_ids: Collection[int]) -> Any:
    dialect = session.connection().dialect
    totals = ("currency", "orders", "spent_minor", "unpaid_minor", "refunded_minor")
    identities = ("kind", "value", "links", "verified", "evidence")
    columns = ("id", "display_name", "first_order_at", "last_order_at")
    return select(
        *(_PROFILES.c[name] for name in columns),
        json_list(
            dialect,
            {name: _TOTALS.c[name] for name in totals},
            _TOTALS,
            _TOTALS.c.profile_id == _PROFILES.c.id,
        ).label("totals"),
        json_list(
            dialect,
            {name: _IDENTITIES.c[name] for name in identities},
            _IDENTITIES,
            _IDENTITIES.c.profile_id == _PROFILES.c.id,
        ).label("identities"),
    ).where(_PROFILES.c.workspace_id == session.workspace_id, _PROFILES.c.id.in_(profile_ids))


def _stores(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    told = union(
        *(
            select(model.profile_id, model.store_id).where(
                model.workspace_id == session.workspace_id, model.profile_id.in_(profile_ids)
            )
            for model in (Customer, Order)
        )
    ).subquery()
    rows = session.execute(
        select(told.c.profile_id, Store.name)
        .join(Store, Store.id == told.c.store_id)
        .order_by(told.c.profile_id, Store.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for profile_id, name in rows:
        found[profile_id] = (*found.get(profile_id, ()), name)
    return found


def _head(row: Any, stores: tuple[str, ...]) -> PersonHead:
    identities = sorted(objects(row.identities), key=by_weight)
    contacts = [
        each["value"].partition(":")[2] if each["kind"] in KINDS_OF_ONE_STORE else each["value"]
        for each in identities
        if each["kind"] in _CONTACTS and each["evidence"] != "order"
    ]
    totals = sorted(objects(row.totals), key=lambda found: found["currency"])
    return PersonHead(
        id=str(row.id),
        display_name=row.display_name,
        contacts=tuple(dict.fromkeys(contacts))[:_MOST_CONTACTS],
        stores=stores,
        is_guest=not any(each["kind"] == "customer" for each in identities),
        totals=tuple(ContextTotal(**total) for total in totals),
        first_order_at=row.first_order_at,
        last_order_at=row.last_order_at,
    )
