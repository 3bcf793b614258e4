"""The audit as it is read: the newest first, a page at a time, with everybody by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.audit.asked import AuditAsked
from integration.audit.names import ActorKind, actors_by_name, actors_of, targets_by_name
from integration.audit.paging import A_PAGE, EXPORTED_AT_ONCE, every_page, in_time, newest
from integration.db import WorkspaceSession
from integration.models import AuditEvent
from integration.services import Services


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
    statement = in_time(select(AuditEvent), AuditEvent.at, asked)
    if asked.agent_id is not None:
        statement = statement.where(AuditEvent.actor.in_(actors_of(session, asked.agent_id)))
    if asked.actions:
        statement = statement.where(AuditEvent.action.in_(asked.actions))
    rows, following = newest(session, statement, AuditEvent.id, before=before, limit=limit)
    return AuditPage(_entries(session, rows), following)


def all_entries(services: Services, workspace_id: int, asked: AuditAsked) -> Iterator[AuditEntry]:
    """All of them, the newest first; between two pages no transaction is open."""

    def page_of(session: WorkspaceSession, before: int | None) -> AuditPage:
        return audit_page(session, asked, before=before, limit=EXPORTED_AT_ONCE)

    for page in every_page(services, workspace_id, page_of):
        yield from page.entries


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
