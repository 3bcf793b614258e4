"""A database's own journal: what the file would tell, written anew from what the database holds."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from integration.models import ErasedName, Receipt, Workspace
from integration.privacy.restoring.journal import Line, LineKind, key_check
from integration.services import Services

_KINDS: dict[str, LineKind] = {"store_erased": "store", "older_erased": "older"}


def own_journal(services: Services) -> Iterator[Line]:
    """The database's erasures and the heads of its chains, each workspace's oldest first."""
    with services.db.across_workspaces() as session:
        workspaces = list(session.execute(select(Workspace.id).order_by(Workspace.id)).scalars())
    for workspace_id in workspaces:
        lines = [*_persons(services, workspace_id), *_receipts(services, workspace_id)]
        yield from sorted(lines, key=lambda line: line.at)


def _persons(services: Services, workspace_id: int) -> Iterator[Line]:
    names: dict[tuple[int, datetime], set[bytes]] = defaultdict(set)
    with services.db.workspace(workspace_id) as session:
        for row in session.execute(select(ErasedName)).scalars():
            names[row.store_id, row.erased_at].add(bytes(row.digest))
    check = key_check(services.db.names_key)
    for (store_id, at), digests in names.items():
        yield Line("person", workspace_id, at, store_id, frozenset(digests), check)


def _receipts(services: Services, workspace_id: int) -> Iterator[Line]:
    check = key_check(services.db.names_key)
    with services.db.workspace(workspace_id) as session:
        for row in session.execute(select(Receipt).order_by(Receipt.sequence)).scalars():
            digest = bytes(row.digest)
            yield Line("receipt", workspace_id, row.made_at, sequence=row.sequence, digest=digest)
            facts = json.loads(row.body).get("facts", {})
            kind = _KINDS.get(row.kind) or facts.get("erased")
            if kind in ("store", "older"):
                at, before = row.made_at, facts.get("before")
                if facts.get("erased_at"):
                    at = datetime.fromisoformat(facts["erased_at"])
                told = datetime.fromisoformat(before) if before else None
                yield Line(kind, workspace_id, at, row.store_id, check=check, before=told)
