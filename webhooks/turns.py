"""Whose turn it is: the stores that have a delivery due and that nobody works on."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from integration.services import Services
from integration.statements.by_driver import fetch
from webhooks.work_rows import for_driver, time_value

# A loose index scan: one step a store, however long the backlogs are. NULL is nobody's deliveries.
_STORES = """
WITH RECURSIVE stores (store_id) AS (
  SELECT min(store_id) FROM delivery_works
  WHERE state IN ('waiting', 'leased') AND state = 'waiting'
  UNION ALL
  SELECT (
    SELECT min(store_id) FROM delivery_works
    WHERE state IN ('waiting', 'leased') AND state = 'waiting' AND store_id > stores.store_id
  )
  FROM stores WHERE store_id IS NOT NULL
)
SELECT store_id, (
  SELECT delivery_id FROM delivery_works
  WHERE state IN ('waiting', 'leased') AND state = 'waiting'
    AND delivery_works.store_id = stores.store_id
    AND (not_before IS NULL OR not_before <= :now)
  ORDER BY delivery_id LIMIT 1
) AS oldest
FROM stores WHERE store_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM delivery_works
  WHERE state IN ('waiting', 'leased') AND state = 'leased'
    AND delivery_works.store_id = stores.store_id AND leased_until >= :now
)
"""
_NOBODYS = """
SELECT delivery_id FROM delivery_works
WHERE state IN ('waiting', 'leased') AND state = 'waiting' AND store_id IS NULL
  AND (not_before IS NULL OR not_before <= :now)
ORDER BY delivery_id LIMIT 1
"""


class Turns:
    """Stores take turns: who was served longest ago comes first, then who has waited longest.

    So a quiet store's delivery waits for one batch of the others', not for one of each.
    """

    def __init__(self) -> None:
        self._served: dict[int | None, int] = {}
        self._turn = 0

    def in_turn(self, waiting: list[int | None]) -> list[int | None]:
        """These stores, the oldest waiting first, in the order of their turns."""
        return sorted(waiting, key=lambda store_id: self._served.get(store_id, 0))

    def served(self, store_ids: Iterable[int | None]) -> None:
        """Remember that these had their turn just now."""
        self._turn += 1
        for store_id in store_ids:
            self._served[store_id] = self._turn


def stores_with_work(services: Services, now: datetime) -> list[int | None]:
    """The stores that have a delivery due and none leased; the longest waiting comes first."""
    with services.db.bare_across_workspaces() as connection:
        return waiting_stores(connection, now)


def waiting_stores(connection: Connection, now: datetime) -> list[int | None]:
    """The same in a transaction of the caller's."""
    at, dialect = {"now": time_value(connection, now)}, connection.dialect.name
    found: list[tuple[int, int | None]] = [
        (oldest, store_id)
        for store_id, oldest in fetch(connection, for_driver(dialect, _STORES), at)
        if oldest is not None
    ]
    found += [(oldest, None) for (oldest,) in fetch(connection, for_driver(dialect, _NOBODYS), at)]
    return [store_id for _, store_id in sorted(found, key=lambda pair: pair[0])]
