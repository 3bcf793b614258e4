"""The accounts and orders that are on some profiles, each with the key it belongs to now."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from integration.identity.family import Family, OrderFacts, Place
from integration.identity.keys import Key, account_identity, order_identity
from integration.models import Customer, Order
from integration.statements.bulk import among, table_of, update_rows

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_TABLES = {"account": table_of(Customer), "order": table_of(Order)}


class Here(NamedTuple):
    """An account (`account`) or order (`order`) of a store, its profile and its key."""

    kind: str
    store_id: int
    external_id: str
    profile_id: int
    key: Key
    # None for an account, and for a guest's order.
    customer_external_id: str | None = None

    @property
    def identity(self) -> Key:
        """It as an identity."""
        of = account_identity if self.kind == "account" else order_identity
        return of(self.store_id, self.external_id)

    @property
    def is_own(self) -> bool:
        """Whether its key is its own: an order of an account goes where the account goes."""
        return self.kind == "account" or self.customer_external_id is None


def members_of(
    connection: Connection, workspace_id: int, profile_ids: Collection[int], now: datetime
) -> list[Here]:
    """All that is on these profiles, in every store of the workspace."""
    if not profile_ids:
        return []
    accounts = _by_store(_accounts(connection, workspace_id, profile_ids))
    orders = _by_store(_orders(connection, workspace_id, _ORDERS.profile_id, profile_ids))
    found: list[Here] = []
    for store_id in sorted(accounts.keys() | orders.keys()):
        place = Place(connection, workspace_id, store_id, now)
        found.extend(_of_store(place, accounts.get(store_id, []), orders.get(store_id, [])))
    return found


def write_profiles(connection: Connection, moved: Sequence[tuple[Here, int]]) -> None:
    """Write on which profiles these accounts and orders are."""
    for kind, table in _TABLES.items():
        rows = [(face, who.store_id, who.external_id) for who, face in moved if who.kind == kind]
        update_rows(connection, table, ("profile_id",), rows, key=("store_id", "external_id"))


def keys_of(
    connection: Connection, workspace_id: int, identities: Iterable[Key], now: datetime
) -> dict[Key, Key]:
    """The keys that these identities belong to now; accounts and orders that aren't held have none.

    An address or a phone is its own key, whether somebody is on it or not.
    """
    found = {}
    by_store: dict[int, dict[str, set[str]]] = {}
    for identity in identities:
        if identity.kind not in ("customer", "order"):
            found[identity] = identity
            continue
        store_id, _, external_id = identity.value.partition(":")
        of_store = by_store.setdefault(int(store_id), {"customer": set(), "order": set()})
        of_store[identity.kind].add(external_id)
    for of, asked in by_store.items():
        place = Place(connection, workspace_id, of, now)
        found |= _keys_in_store(place, asked["customer"], asked["order"])
    return found


def _keys_in_store(place: Place, accounts: set[str], orders: set[str]) -> dict[Key, Key]:
    rows = _orders(place.connection, place.workspace_id, _ORDERS.external_id, orders)
    held = [OrderFacts._make(row[1:]) for row in rows if row.store_id == place.store_id]
    named = {order.customer_external_id for order in held if order.customer_external_id}
    family = Family(place, {}, accounts | named, held)
    found = {
        order_identity(place.store_id, order.external_id): family.order_key(order)
        for order in held
        if order.profile_id is not None
    }
    for external_id in accounts:
        facts = family.accounts.get(external_id)
        is_erased = facts is not None and facts.is_mirrored and facts.profile_id is None
        if not is_erased:
            # One that nobody told yet may be named by orders.
            identity = account_identity(place.store_id, external_id)
            found[identity] = family.account_key(external_id)
    return found


def _of_store(
    place: Place, accounts: Sequence[Row[Any]], orders: Sequence[Row[Any]]
) -> Iterator[Here]:
    facts = [OrderFacts._make(row[1:]) for row in orders]
    named = {row.external_id for row in accounts}
    named |= {order.customer_external_id for order in facts if order.customer_external_id}
    family = Family(place, {}, named, facts)
    for row in accounts:
        key = family.account_key(row.external_id)
        yield Here("account", place.store_id, row.external_id, row.profile_id, key)
    for order in facts:
        assert order.profile_id is not None
        yield Here(
            "order",
            place.store_id,
            order.external_id,
            order.profile_id,
            family.order_key(order),
            order.customer_external_id,
        )


def _by_store(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.store_id, []).append(row)
    return found


def _accounts(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> Iterable[Row[Any]]:
    columns = (_CUSTOMERS.store_id, _CUSTOMERS.external_id, _CUSTOMERS.profile_id)
    return connection.execute(
        select(*columns).where(
            _CUSTOMERS.workspace_id == workspace_id,
            among(connection, _CUSTOMERS.profile_id, profile_ids),
        )
    )


def _orders(
    connection: Connection, workspace_id: int, column: Any, values: Collection[Any]
) -> Iterable[Row[Any]]:
    if not values:
        return ()
    columns = (
        _ORDERS.store_id,
        _ORDERS.external_id,
        _ORDERS.customer_external_id,
        _ORDERS.email_normalized,
        _ORDERS.phone_normalized,
        _ORDERS.profile_id,
    )
    return connection.execute(
        select(*columns).where(
            _ORDERS.workspace_id == workspace_id, among(connection, column, values)
        )
    )
