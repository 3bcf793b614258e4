"""A store that a test tells things, and what the mirror says then."""

from typing import Any

from sqlalchemy import select

from integration.db import Database
from integration.models import Order, ProfileTotal, Store
from integration.sync.apply import apply
from integration.sync.sourced import Applied, Sourced
from tests.factories.stores import NOW, make_store, make_workspace


class Mirror:
    """A workspace with a store, told things."""

    def __init__(self, db: Database, domain: str) -> None:
        self.db = db
        self.workspace_id = make_workspace(db)
        self.store_id = make_store(db, self.workspace_id, domain)

    def take(self, *changes: Sourced, store_id: int | None = None) -> Applied:
        """Apply changes to the store, or to another of the workspace."""
        with self.db.workspace(self.workspace_id, write=True) as session:
            store = session.get_one(Store, store_id or self.store_id)
            return apply(session, store, changes, now=NOW)

    def all(self, model: Any) -> list[Any]:
        with self.db.workspace(self.workspace_id) as session:
            return list(session.execute(select(model)).scalars())

    def order(self, external_id: str = "100") -> Order:
        (found,) = [row for row in self.all(Order) if row.external_id == external_id]
        return found

    def totals(self) -> list[tuple[Any, ...]]:
        return [
            (row.currency, row.orders, row.spent_minor, row.unpaid_minor, row.refunded_minor)
            for row in self.all(ProfileTotal)
        ]
