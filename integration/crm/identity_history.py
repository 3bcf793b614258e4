"""The history of a person's identity, with the names that people know things by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.crm.faces import Face
from integration.crm.home_names import names_of_keys
from integration.db import WorkspaceSession
from integration.identity.history import UNDOABLE, Action, EventRecord, event_by_id, events_of
from integration.identity.keys import Key
from integration.models import Identity, Order, Profile, Store

_NOBODY = -1
# Told of one of the persons who have the address or phone, and true of each.
_OF_ADDRESSES = frozenset({Action.MARKED_SHARED, Action.MARKED_SINGLE, Action.UNMARKED})


@dataclass(frozen=True, slots=True)
class Named:
    """An identity of an entry: as the store knows it, an order by its name."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, to be told on a person's page.

    `other` is who else it was about, by name or address (None: nobody, or without either);
    `other_id` leads there where that is another person now. `left` and `right` are the identities.
    `is_undone` says that another entry took it back.
    """

    id: int
    action: str
    at: datetime
    made_by: str
    trust: str
    reason: str | None
    store: str | None
    source: str | None
    delivery_id: int | None
    other: str | None
    other_id: int | None
    left: Named | None
    right: Named | None
    is_undo: bool
    is_undone: bool
    can_undo: bool
    came_here: bool


def history_of(
    session: WorkspaceSession, face: Face, *, limit: int, before_id: int | None = None
) -> tuple[list[Entry], int | None]:
    """The newest entries before that one, and from where to read on (None: there are no more)."""
    found = events_of(session, face.homes, limit=limit + 1, before_id=before_id)
    shown = found[:limit]
    following = shown[-1].id if len(found) > limit else None
    return _entries(session, face, shown), following


def entry_of(session: WorkspaceSession, face: Face, event_id: int) -> Entry | None:
    """One entry as that person's page tells it, None where there is none of theirs."""
    found = event_by_id(session, event_id)
    if found is None:
        return None
    about = {found.event.profile_id, found.event.other_profile_id}
    is_theirs = bool(about & {*face.homes}) or found.event.action in _OF_ADDRESSES
    return _entries(session, face, [found])[0] if is_theirs else None


def _entries(session: WorkspaceSession, face: Face, found: Sequence[EventRecord]) -> list[Entry]:
    people = _people(
        session,
        {
            profile_id
            for record in found
            for profile_id in (record.event.profile_id, record.event.other_profile_id)
            if profile_id is not None
        },
    )
    keys = [key for record in found for key in (record.event.left, record.event.right) if key]
    orders = _order_names(session, keys)
    stores = {row.id: row.name for row in session.execute(select(Store.id, Store.name))}
    return [_entry(record, face, people, orders, stores) for record in found]


def _entry(
    record: EventRecord,
    face: Face,
    people: dict[int, tuple[str | None, int]],
    orders: dict[str, str],
    stores: dict[int, str],
) -> Entry:
    event = record.event
    other_id = _other(face, event.profile_id, event.other_profile_id)
    name, now_at = people.get(other_id or _NOBODY, (None, None))
    return Entry(
        id=record.id,
        action=event.action,
        at=event.at,
        made_by=event.made_by,
        trust=event.trust,
        reason=event.reason,
        store=stores.get(event.store_id or _NOBODY),
        source=event.source,
        delivery_id=event.delivery_id,
        other=name,
        other_id=now_at if now_at is not None and now_at != face.id else None,
        left=_named(event.left, orders),
        right=_named(event.right, orders),
        is_undo=event.undoes_id is not None,
        is_undone=event.action in UNDOABLE and not record.can_undo,
        can_undo=record.can_undo,
        came_here=event.profile_id in face.homes,
    )


def _other(face: Face, profile_id: int | None, other_id: int | None) -> int | None:
    """Of the two, the one that the page isn't of."""
    if profile_id == face.id or (profile_id in face.homes and other_id not in face.homes):
        return other_id
    return profile_id if other_id == face.id or other_id in face.homes else other_id


def _people(
    session: WorkspaceSession, profile_ids: Collection[int]
) -> dict[int, tuple[str | None, int]]:
    """Each one's name, or what they are known by, and the profile that stands for them now."""
    linking = Identity.links & (Identity.profile_id == Profile.id)
    rows = session.execute(
        select(Profile.id, Profile.display_name, Profile.joined_id, Identity.kind, Identity.value)
        .outerjoin(Identity, linking)
        .where(Profile.id.in_(profile_ids))
    )
    found = rows.all()
    joined = [Key(row.kind, row.value) for row in found if row.kind and not row.display_name]
    names = names_of_keys(session, joined)
    return {
        row.id: (
            row.display_name or names.get(Key(row.kind, row.value)) or _known_by(row),
            row.joined_id or row.id,
        )
        for row in found
    }


def _known_by(row: Any) -> str | None:
    """An address or a phone."""
    if row.kind in ("email", "guest_phone"):
        value: str = row.value
        return value.partition(":")[2] if row.kind == "guest_phone" else value
    return None


def _order_names(session: WorkspaceSession, keys: Sequence[Key]) -> dict[str, str]:
    told = [key.value.partition(":") for key in keys if key.kind == "order" and key.value]
    if not told:
        return {}
    rows = session.execute(
        select(Order.store_id, Order.external_id, Order.name).where(
            Order.store_id.in_({int(store_id) for store_id, _, _ in told}),
            Order.external_id.in_({external_id for _, _, external_id in told}),
        )
    )
    return {f"{row.store_id}:{row.external_id}": row.name for row in rows}


def _named(key: Key | None, orders: dict[str, str]) -> Named | None:
    if key is None or not key.value:
        return None
    if key.kind in ("email", "phone"):
        return Named(key.kind, key.value)
    return Named(key.kind, orders.get(key.value) or key.value.partition(":")[2])
