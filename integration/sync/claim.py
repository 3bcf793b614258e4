"""The fence around a store's copy: one job at a time reads it, and only its holder writes."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, update

from integration.db import WorkspaceSession
from integration.models import StoreSync
from integration.services import Services
from integration.statements.bulk import table_of

# Whoever reads renews it all the time (`kept_claim`): so long is a killed holder not missed.
CLAIM_LASTS = timedelta(minutes=1)

_SYNCS = table_of(StoreSync)


class ClaimLost(Exception):
    """Somebody else took the store over: what was read must not be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one store, until it ends or is renewed."""

    workspace_id: int
    store_id: int
    token: str

    def hold(
        self, session: WorkspaceSession, now: datetime, values: Mapping[str, Any] | None = None
    ) -> None:
        """Renew the claim and set columns of the sync in the same row. Raises ClaimLost."""
        # First the workspace, as every writer does: so nobody waits for another in a circle.
        session.lock_workspace()
        self._set(session.connection(), {"claimed_until": now + CLAIM_LASTS, **(values or {})})

    def release(self, session: WorkspaceSession, values: Mapping[str, Any] | None = None) -> None:
        """Give the claim back, setting columns with it. Raises ClaimLost."""
        session.lock_workspace()
        self._set(session.connection(), {"claim": None, "claimed_until": None, **(values or {})})

    def _set(self, connection: Connection, values: Mapping[str, Any]) -> None:
        changed = connection.execute(
            update(_SYNCS)
            .where(
                _SYNCS.c.workspace_id == self.workspace_id,
                _SYNCS.c.store_id == self.store_id,
                _SYNCS.c.claim == self.token,
            )
            .values(**values)
        )
        if changed.rowcount != 1:
            raise ClaimLost(f"store {self.store_id} is read by another job")


def take_claim(services: Services, *, workspace_id: int, store_id: int) -> Claim | None:
    """The claim on a store, None while another job holds it."""
    now = services.now()
    claim = Claim(workspace_id, store_id, secrets.token_hex(16))
    with services.db.workspace(workspace_id, write=True) as session:
        changed = session.connection().execute(
            update(_SYNCS)
            .where(
                _SYNCS.c.workspace_id == workspace_id,
                _SYNCS.c.store_id == store_id,
                or_(_SYNCS.c.claim.is_(None), _SYNCS.c.claimed_until < now),
            )
            .values(claim=claim.token, claimed_until=now + CLAIM_LASTS)
        )
        return claim if changed.rowcount == 1 else None
