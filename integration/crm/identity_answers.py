"""What the API answers of how a person is known: identities with evidence, and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from integration.crm.evidence import Evidence, GuestOrder, Known
from integration.crm.identity_history import Entry
from integration.identity.keys import Key


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """An identity as the routes take it: accounts and orders as `store id:external id`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """An identity with who vouches for it. `ruling` is apart, shared, single or null."""

    identity: KeyAnswer
    value: str
    trust: str
    evidence: str
    links: bool
    store: str | None
    name: str | None
    told_by: str | None
    told_name: str | None
    source: str | None
    delivery_id: str | None
    at: datetime
    ruling: str | None


@dataclass(frozen=True, slots=True)
class GuestOrderAnswer:
    """A guest's order, which can be taken out of the person."""

    identity: KeyAnswer
    name: str
    store: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class JoinedAnswer:
    """A profile that somebody decided is the same person."""

    profile_id: str
    display_name: str | None
    known_by: str
    made_by: str
    reason: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """An entry of the history. `other_profile_id` is who else it was about, where that is another
    person now.
    """

    id: str
    action: str
    at: datetime
    made_by: str
    trust: str
    reason: str | None
    store: str | None
    source: str | None
    delivery_id: str | None
    other_name: str | None
    other_profile_id: str | None
    left: KeyAnswer | None
    right: KeyAnswer | None
    is_undone: bool
    can_undo: bool


@dataclass(frozen=True, slots=True)
class PersonIdentity:
    """How a person is known. `next` is the cursor for older entries of the history, or null."""

    profile_id: str
    identities: tuple[EvidenceAnswer, ...]
    guest_orders: tuple[GuestOrderAnswer, ...]
    guest_order_count: int
    joined: tuple[JoinedAnswer, ...]
    history: tuple[EventAnswer, ...]
    next: str | None


def person_identity(
    face_id: int, known: Known, entries: Sequence[Entry], following: int | None
) -> PersonIdentity:
    """The whole answer."""
    return PersonIdentity(
        profile_id=str(face_id),
        identities=tuple(_evidence(each) for each in known.identities),
        guest_orders=tuple(_guest_order(each) for each in known.guest_orders),
        guest_order_count=known.guest_order_count,
        joined=tuple(
            JoinedAnswer(
                str(each.profile_id),
                each.display_name,
                each.known_by,
                each.made_by,
                each.reason,
                each.made_at,
            )
            for each in known.linked
        ),
        history=tuple(event_answer(each) for each in entries),
        next=_text(following),
    )


def _evidence(found: Evidence) -> EvidenceAnswer:
    return EvidenceAnswer(
        identity=_key(found.key),
        value=found.value,
        trust=found.trust,
        evidence=found.evidence,
        links=found.links,
        store=found.store,
        name=found.name,
        told_by=found.told_by,
        told_name=found.told_name,
        source=found.source,
        delivery_id=_text(found.delivery_id),
        at=found.at,
        ruling=None if found.ruled is None else found.ruled.ruling,
    )


def _guest_order(found: GuestOrder) -> GuestOrderAnswer:
    return GuestOrderAnswer(_key(found.key), found.name, found.store, found.placed_at)


def event_answer(entry: Entry) -> EventAnswer:
    """An entry as the API tells it."""
    return EventAnswer(
        id=str(entry.id),
        action=entry.action,
        at=entry.at,
        made_by=entry.made_by,
        trust=entry.trust,
        reason=entry.reason,
        store=entry.store,
        source=entry.source,
        delivery_id=_text(entry.delivery_id),
        other_name=entry.other,
        other_profile_id=_text(entry.other_id),
        left=None if entry.left is None else KeyAnswer(entry.left.kind, entry.left.text),
        right=None if entry.right is None else KeyAnswer(entry.right.kind, entry.right.text),
        is_undone=entry.is_undone,
        can_undo=entry.can_undo,
    )


def _key(key: Key) -> KeyAnswer:
    return KeyAnswer(key.kind, key.value)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
