"""The audit as it is read: the newest first, a page at a time, with everybody by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.audit.asked import AuditAsked
from integration.audit.names import ActorKind, actors_by_name, actors_of, targets_by_name
from integration.db import WorkspaceSession
from integration.models import AuditEvent
from integration.services import Services

A_PAGE = 50
MOST_A_PAGE = 200
_EXPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A deed. `actor` and `target` are the audit's own words, beside them what they mean today.

    `agent_id` is None where nobody of the team did it; `details` are ids and settings.
    """

    id: str
    at: datetime
    actor: str
    actor_kind: ActorKind
    actor_name: str | None
    agent_id: str | None
    action: str
    target: str | None
    target_name: str | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, the newest first; `next` is the `before` of the page that follows, if any."""

    entries: tuple[AuditEntry, ...]
    next: str | None


def audit_page(
    session: WorkspaceSession, asked: AuditAsked, *, before: int | None = None, limit: int = A_PAGE
) -> AuditPage:
    """The newest entries that are asked for, or those before one."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc())
    if asked.agent_id is not None:
        statement = statement.where(AuditEvent.actor.in_(actors_of(session, asked.agent_id)))
    if asked.actions:
        statement = statement.where(AuditEvent.action.in_(asked.actions))
    if asked.since is not None:
        statement = statement.where(AuditEvent.at >= asked.since)
    if asked.until is not None:
        statement = statement.where(AuditEvent.at < asked.until)
    if before is not None:
        statement = statement.where(AuditEvent.id < before)
    rows = list(session.execute(statement.limit(limit + 1)).scalars())
    shown = rows[:limit]
    is_more = len(rows) > limit
    return AuditPage(_entries(session, shown), str(shown[-1].id) if is_more else None)


def all_entries(services: Services, workspace_id: int, asked: AuditAsked) -> Iterator[AuditEntry]:
    """All of them, the newest first; between two pages no transaction is open."""
    before: int | None = None
    while True:
        with services.db.workspace(workspace_id) as session:
            page = audit_page(session, asked, before=before, limit=_EXPORTED_AT_ONCE)
        yield from page.entries
        if page.next is None:
            return
        before = int(page.next)


def _entries(session: WorkspaceSession, rows: list[AuditEvent]) -> tuple[AuditEntry, ...]:
    actors = actors_by_name(session, (row.actor for row in rows))
    targets = targets_by_name(session, (row.target for row in rows))
    return tuple(
        AuditEntry(
            id=str(row.id),
            at=row.at,
            actor=row.actor,
            actor_kind=actors[row.actor].kind,
            actor_name=actors[row.actor].name,
            agent_id=actors[row.actor].agent_id,
            action=row.action,
            target=row.target,
            target_name=targets.get(row.target) if row.target else None,
            details=dict(row.details or {}),
        )
        for row in rows
    )
