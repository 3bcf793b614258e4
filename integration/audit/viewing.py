"""Who looked at whom: views of people as they are read, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from integration.agents.directory import door_of
from integration.audit.asked import AuditAsked
from integration.audit.names import ActorKind, actors_by_name, actors_of
from integration.audit.paging import A_PAGE, EXPORTED_AT_ONCE, every_page, in_time, newest
from integration.db import WorkspaceSession
from integration.models import Profile, ProfileView
from integration.services import Services


@dataclass(frozen=True, slots=True)
class ViewSeen:
    """That somebody looked at a person; `is_erased`: the person isn't held any more.

    `person` is the name that they have today. It isn't in what is exported.
    """

    id: str
    at: datetime
    actor: str
    actor_kind: ActorKind
    actor_name: str | None
    agent_id: str | None
    profile_id: str
    person: str | None
    is_erased: bool
    surface: str
    conversation_id: str | None


@dataclass(frozen=True, slots=True)
class ViewsPage:
    """Views, the newest first; `next` is the `before` of the page that follows."""

    views: tuple[ViewSeen, ...]
    next: str | None


def views_page(
    session: WorkspaceSession, asked: AuditAsked, *, before: int | None = None, limit: int = A_PAGE
) -> ViewsPage:
    """The newest views that are asked for, or those before one."""
    statement = in_time(select(ProfileView), ProfileView.viewed_at, asked)
    if asked.agent_id is not None:
        statement = statement.where(_is_by(actors_of(session, asked.agent_id)))
    if asked.profile_id is not None:
        statement = statement.where(ProfileView.profile_id == asked.profile_id)
    if asked.conversation_id is not None:
        statement = statement.where(ProfileView.conversation_id == asked.conversation_id)
    rows, following = newest(session, statement, ProfileView.id, before=before, limit=limit)
    return ViewsPage(_views(session, rows), following)


def all_views(services: Services, workspace_id: int, asked: AuditAsked) -> Iterator[ViewSeen]:
    """All of them, the newest first; between two pages no transaction is open."""

    def page_of(session: WorkspaceSession, before: int | None) -> ViewsPage:
        return views_page(session, asked, before=before, limit=EXPORTED_AT_ONCE)

    for page in every_page(services, workspace_id, page_of):
        yield from page.views


def _is_by(doors: list[str]) -> ColumnElement[bool]:
    """Views keep a viewer's name and the store apart; a door is both."""
    parts = []
    for door in doors:
        viewer, _, store = door.rpartition("@")
        if viewer and store.isdigit():
            parts.append(and_(ProfileView.viewer == viewer, ProfileView.store_id == int(store)))
        else:
            parts.append(ProfileView.viewer == door)
    return or_(*parts)


def _views(session: WorkspaceSession, rows: list[ProfileView]) -> tuple[ViewSeen, ...]:
    doors = [_door(row) for row in rows]
    actors = actors_by_name(session, doors)
    asked = {row.profile_id for row in rows}
    held = select(Profile.id, Profile.display_name).where(Profile.id.in_(asked))
    people = {found[0]: found[1] for found in session.execute(held)}
    return tuple(
        ViewSeen(
            id=str(row.id),
            at=row.viewed_at,
            actor=door,
            actor_kind=actors[door].kind,
            actor_name=actors[door].name,
            agent_id=actors[door].agent_id,
            profile_id=str(row.profile_id),
            person=people.get(row.profile_id),
            is_erased=row.profile_id not in people,
            surface=row.surface,
            conversation_id=None if row.conversation_id is None else str(row.conversation_id),
        )
        for row, door in zip(rows, doors, strict=True)
    )


def _door(row: ProfileView) -> str:
    if row.store_id is None or row.viewer.startswith("api-key:"):
        return row.viewer
    return door_of(row.viewer, row.store_id)
