"""What a drain does next: what is new is taken in, and what is due leased, by one commit."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.models import Store
from integration.services import Services
from integration.statements.bulk import among
from webhooks.intake import AT_MOST_SECONDS, has_new, is_full, take_some
from webhooks.leases import Lease, lease_some
from webhooks.pace import Pace
from webhooks.turns import Turns, stores_with_work, waiting_stores


@dataclass(frozen=True, slots=True)
class Claimed:
    """Leases that are worked off together, with their stores. `waiting` is how many stores wait."""

    waiting: int = 0
    leases: Sequence[Lease] = ()
    stores: Mapping[int | None, Store] = field(default_factory=dict)


class Claims:
    """One drain's claims: the stores take turns, and get as much as their pace allows."""

    def __init__(self, services: Services, pace: Pace) -> None:
        self._services = services
        self._pace = pace
        self._turns = Turns()

    def next(self) -> Claimed:
        """Lease what is next. Nothing waits where nothing is due."""
        services = self._services
        until = time.monotonic() + AT_MOST_SECONDS
        while has_new(services):
            with services.db.across_workspaces(write=True) as session:
                taken = take_some(services, session.connection())
                if not is_full(taken) or time.monotonic() > until:
                    return self._lease(session)
        # Who has nothing to do must not stand in the way of those who write.
        if not stores_with_work(services, services.now()):
            return Claimed()
        with services.db.across_workspaces(write=True) as session:
            return self._lease(session)

    def _lease(self, session: Session) -> Claimed:
        now = self._services.now()
        waiting = waiting_stores(session.connection(), now)
        leases = lease_some(session, self._turns.in_turn(waiting), now, self._pace.size)
        self._turns.served(held.store_id for held in leases)
        return Claimed(len(waiting), leases, _stores(session, leases))


def _stores(session: Session, leases: Sequence[Lease]) -> Mapping[int | None, Store]:
    ids = [held.store_id for held in leases if held.store_id is not None]
    if not ids:
        return {}
    these = among(session.connection(), Store.id, ids)
    return {store.id: store for store in session.execute(select(Store).where(these)).scalars()}
