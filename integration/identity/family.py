"""The accounts of a store that a change concerns: those of the batch and those tied by merges."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from integration.identity.keys import (
    AccountFacts,
    Accounts,
    Key,
    account_identity,
    account_key,
    guest_key,
    order_identity,
)
from integration.identity.origin import Origin
from integration.identity.rulings import Rulings
from integration.models import Customer, Order
from integration.statements.bulk import among, table_of

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_NOBODY = AccountFacts(None, None, False, None)


@dataclass(frozen=True, slots=True)
class Place:
    """The store in whose write transaction profiles are given, and where its news came from."""

    connection: Connection
    workspace_id: int
    store_id: int
    now: datetime
    origin: Origin | None = None


class OrderFacts(NamedTuple):
    """What decides an order's key, and the profile it is on now (None: new)."""

    external_id: str
    customer_external_id: str | None
    email_normalized: str | None
    phone_normalized: str | None
    profile_id: int | None


class Family:
    """Facts of accounts, completed from the mirror as merges ask for it, and what was decided."""

    def __init__(
        self,
        place: Place,
        accounts: Accounts,
        changed: Iterable[str],
        orders: Collection[OrderFacts] = (),
    ) -> None:
        self._place = place
        self._rulings = Rulings(place.connection, place.workspace_id)
        self.accounts = dict(accounts)
        self._learn(self.accounts, orders)
        self._read(_CUSTOMERS.external_id, set(changed) - self.accounts.keys())
        self.affected = self._with_merged(set(changed))
        self._complete()

    def account_key(self, external_id: str) -> Key:
        """The key of an account."""
        return account_key(self._place.store_id, external_id, self.accounts, self._rulings.decided)

    def order_key(self, order: OrderFacts) -> Key:
        """The key of an order."""
        if order.customer_external_id is not None:
            return self.account_key(order.customer_external_id)
        return guest_key(
            self._place.store_id,
            order.external_id,
            order.email_normalized,
            order.phone_normalized,
            self._rulings.decided,
        )

    def standing_keys(self, orders: Iterable[OrderFacts]) -> dict[Key, int]:
        """The keys of the orders' accounts that nothing changed, with the profiles they are on."""
        found = {}
        named = {order.customer_external_id for order in orders} - self.affected
        for external_id in filter(None, named):
            facts = self.accounts.get(external_id)
            if facts and facts.is_mirrored and facts.merged_into is None and facts.profile_id:
                found[self.account_key(external_id)] = facts.profile_id
        return found

    def orders_of_affected(self, *, but: Collection[str]) -> list[OrderFacts]:
        """The mirrored orders of accounts whose key may have changed."""
        columns = (_ORDERS.external_id, _ORDERS.customer_external_id, _ORDERS.profile_id)
        where = self._in_store(_ORDERS, _ORDERS.customer_external_id, self.affected)
        rows = self._place.connection.execute(select(*columns).where(*where)) if where else ()
        return [
            OrderFacts(row.external_id, row.customer_external_id, None, None, row.profile_id)
            for row in rows
            if row.external_id not in but
        ]

    def _learn(self, accounts: Accounts, orders: Iterable[OrderFacts] = ()) -> None:
        """Ask what was decided about these, where anything was decided at all."""
        if not self._rulings.any:
            return
        store_id = self._place.store_id
        asked = {account_identity(store_id, external_id).value for external_id in accounts}
        asked |= {facts.email_normalized or "" for facts in accounts.values()}
        for order in orders:
            if order.customer_external_id is None:
                asked |= {
                    order_identity(store_id, order.external_id).value,
                    order.email_normalized or "",
                    order.phone_normalized or "",
                }
        self._rulings.learn(asked)

    def _with_merged(self, changed: set[str]) -> set[str]:
        """These accounts and all that were merged into them, however long ago."""
        affected, fresh = set(changed), set(changed)
        while fresh:
            fresh |= {
                external_id
                for external_id, facts in self.accounts.items()
                if facts.merged_into in fresh
            }
            found = self._read(_CUSTOMERS.merged_into_external_id, fresh)
            fresh = (fresh | found) - affected
            affected |= fresh
        return affected

    def _complete(self) -> None:
        """Read the accounts that merges lead to."""
        while missing := {
            facts.merged_into
            for facts in self.accounts.values()
            if facts.merged_into is not None and facts.merged_into not in self.accounts
        }:
            self._read(_CUSTOMERS.external_id, missing)
            for external_id in missing:
                self.accounts.setdefault(external_id, _NOBODY)

    def _read(self, column: object, values: set[str]) -> set[str]:
        """Read accounts that aren't known yet; the ids of all that match."""
        columns = (
            _CUSTOMERS.external_id,
            _CUSTOMERS.email_normalized,
            _CUSTOMERS.merged_into_external_id,
            _CUSTOMERS.source_updated_at,
            _CUSTOMERS.profile_id,
        )
        where = self._in_store(_CUSTOMERS, column, values)
        rows = self._place.connection.execute(select(*columns).where(*where)) if where else ()
        read = {
            external_id: AccountFacts(email, merged_into, updated_at is not None, profile_id)
            for external_id, email, merged_into, updated_at, profile_id in rows
        }
        self._learn(read)
        for external_id, facts in read.items():
            self.accounts.setdefault(external_id, facts)
        return set(read)

    def _in_store(
        self, columns: object, column: object, values: Collection[str]
    ) -> tuple[ColumnElement[bool], ...]:
        if not values:
            return ()
        place = self._place
        return (
            columns.workspace_id == place.workspace_id,  # type: ignore[attr-defined]
            columns.store_id == place.store_id,  # type: ignore[attr-defined]
            among(place.connection, column, values),
        )
