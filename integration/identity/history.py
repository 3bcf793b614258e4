"""What changed whose things are: an append-only history that explains, and by which things are
undone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, union, update

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Identity, IdentityEvent
from integration.models.vocabulary import Trust
from integration.statements.bulk import among, table_of

_TABLE, _IDENTITIES = table_of(IdentityEvent), table_of(Identity).c
# So much of each kind is looked at for one page.
_LOOKED_AT = 400
MOST_EVENTS = 200


class Action(StrEnum):
    """What happened.

    Of two identities: `linked`, `unlinked`, `dismissed` (they are different persons) and
    `reconsidered` (that was taken back). Of one: `parted` (a person of its own) and `rejoined`;
    `marked_shared`, `marked_single` and `unmarked` (an address or phone). By the stores' own news:
    `merged` (the store made two accounts one) and `moved` (an account or order belongs to another
    person, since its address changed).
    """

    LINKED = "linked"
    UNLINKED = "unlinked"
    DISMISSED = "dismissed"
    RECONSIDERED = "reconsidered"
    PARTED = "parted"
    REJOINED = "rejoined"
    MARKED_SHARED = "marked_shared"
    MARKED_SINGLE = "marked_single"
    UNMARKED = "unmarked"
    MERGED = "merged"
    MOVED = "moved"


# What the stores say can't be taken back here.
UNDOABLE = frozenset(Action) - {Action.MERGED, Action.MOVED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be written down; see `models.identity.IdentityEvent` for the fields."""

    action: Action
    at: datetime
    made_by: str
    profile_id: int | None = None
    other_profile_id: int | None = None
    left: Key | None = None
    right: Key | None = None
    trust: str = Trust.AGENT
    reason: str | None = None
    before: str | None = None
    store_id: int | None = None
    source: str | None = None
    delivery_id: int | None = None
    undoes_id: int | None = None
    deed_id: int | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An entry of the history, with its id. `can_undo` says whether undoing it may be tried."""

    id: int
    event: Event
    can_undo: bool


def record(connection: Connection, workspace_id: int, event: Event) -> int:
    """Write an event down. Returns its id."""
    values = {
        "workspace_id": workspace_id,
        "action": event.action.value,
        "at": event.at,
        "made_by": event.made_by,
        "profile_id": event.profile_id,
        "other_profile_id": event.other_profile_id,
        "left_kind": event.left and event.left.kind,
        "left_value": event.left and event.left.value,
        "right_kind": event.right and event.right.kind,
        "right_value": event.right and event.right.value,
        "trust": event.trust,
        "reason": event.reason,
        "before": event.before,
        "store_id": event.store_id,
        "source": event.source,
        "delivery_id": event.delivery_id,
        "undoes_id": event.undoes_id,
        "deed_id": event.deed_id,
    }
    made = connection.execute(insert(_TABLE).values(values).returning(_TABLE.c.id))
    return int(made.scalar_one())


def tell_also(connection: Connection, event_ids: Collection[int], profile_id: int | None) -> None:
    """Let events that were just recorded be told of another profile too."""
    connection.execute(
        update(_TABLE)
        .where(among(connection, _TABLE.c.id, event_ids))
        .values(other_profile_id=profile_id)
    )


def events_of(
    session: WorkspaceSession,
    profile_ids: Collection[int],
    *,
    limit: int = 50,
    before_id: int | None = None,
) -> list[EventRecord]:
    """The events about these profiles (all of a person's homes), newest first: those that were
    told of them, and those about an address, phone, account or order of theirs.
    """
    connection, most = session.connection(), min(limit, MOST_EVENTS)
    about = [
        among(connection, _TABLE.c.profile_id, profile_ids),
        among(connection, _TABLE.c.other_profile_id, profile_ids),
    ]
    keys = _identities(session, profile_ids)
    for side in ("left", "right"):
        if keys:
            about.append(among(connection, _TABLE.c[f"{side}_value"], {key.value for key in keys}))
    branches = []
    for which in about:
        ids = select(_TABLE.c.id).where(_TABLE.c.workspace_id == session.workspace_id, which)
        if before_id is not None:
            ids = ids.where(_TABLE.c.id < before_id)
        newest = ids.order_by(_TABLE.c.id.desc()).limit(_LOOKED_AT)
        branches.append(select(newest.subquery().c.id))
    found = union(*branches).subquery()
    statement = select(_TABLE).where(_TABLE.c.id.in_(select(found.c.id)))
    rows = connection.execute(statement.order_by(_TABLE.c.id.desc())).all()
    told = [row for row in rows if _is_about(row, profile_ids, keys)][:most]
    undone = _undone(session, [row.id for row in told])
    return [_record(row, undone) for row in told]


def _identities(session: WorkspaceSession, profile_ids: Collection[int]) -> set[Key]:
    """What these profiles are known by, as events name it."""
    rows = session.connection().execute(
        select(_IDENTITIES.kind, _IDENTITIES.value)
        .where(
            _IDENTITIES.workspace_id == session.workspace_id,
            among(session.connection(), _IDENTITIES.profile_id, profile_ids),
            _IDENTITIES.verified,
        )
        .limit(_LOOKED_AT)
    )
    return {Key(kind, value) for kind, value in rows}


def _is_about(row: Row[Any], profile_ids: Collection[int], keys: Collection[Key]) -> bool:
    if row.profile_id in profile_ids or row.other_profile_id in profile_ids:
        return True
    left, right = _key(row.left_kind, row.left_value), _key(row.right_kind, row.right_value)
    return left in keys or right in keys


def event_by_id(session: WorkspaceSession, event_id: int) -> EventRecord | None:
    """An entry of this workspace's history."""
    found = _TABLE.c.workspace_id == session.workspace_id, _TABLE.c.id == event_id
    row = session.connection().execute(select(_TABLE).where(*found)).first()
    return None if row is None else _record(row, _undone(session, [event_id]))


def deed_of(session: WorkspaceSession, told: EventRecord) -> list[EventRecord]:
    """All events of what was done at once, in their order."""
    first = told.event.deed_id or told.id
    rows = session.connection().execute(
        select(_TABLE)
        .where(
            _TABLE.c.workspace_id == session.workspace_id,
            or_(_TABLE.c.id == first, _TABLE.c.deed_id == first),
        )
        .order_by(_TABLE.c.id)
    )
    found = rows.all()
    undone = _undone(session, [row.id for row in found])
    return [_record(row, undone) for row in found]


def _undone(session: WorkspaceSession, event_ids: Collection[int]) -> set[int]:
    """Those of these events that another one took back."""
    rows = session.connection().execute(
        select(_TABLE.c.undoes_id).where(
            _TABLE.c.workspace_id == session.workspace_id,
            among(session.connection(), _TABLE.c.undoes_id, event_ids),
        )
    )
    return set(rows.scalars())


def _record(row: Row[Any], undone: Collection[int]) -> EventRecord:
    event = Event(
        action=Action(row.action),
        at=row.at,
        made_by=row.made_by,
        profile_id=row.profile_id,
        other_profile_id=row.other_profile_id,
        left=_key(row.left_kind, row.left_value),
        right=_key(row.right_kind, row.right_value),
        trust=row.trust,
        reason=row.reason,
        before=row.before,
        store_id=row.store_id,
        source=row.source,
        delivery_id=row.delivery_id,
        undoes_id=row.undoes_id,
        deed_id=row.deed_id,
    )
    told = event.left is not None and event.left.value != ""
    return EventRecord(row.id, event, event.action in UNDOABLE and told and row.id not in undone)


def _key(kind: str | None, value: str | None) -> Key | None:
    return None if kind is None or value is None else Key(kind, value)
