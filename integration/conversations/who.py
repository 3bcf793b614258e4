"""Who a conversation is with, by what its sender is known by and how far that can be believed.

Nothing is kept: the identities of the moment decide, so what is linked, parted or undone holds for
conversations by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from integration.crm.faces import face_of
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.identity.anchors import anchor_of
from integration.identity.keys import Key
from integration.models import Conversation, Customer, Identity, Order, Profile, Store
from integration.models.vocabulary import Trust

BELIEVED = frozenset({Trust.ALIGNED, Trust.ASSERTED, Trust.AGENT, Trust.SIGNED})
# A number can be forged, and families share one: only somebody's word makes it a person.
_NEVER_BY_ITSELF = frozenset({"phone", "guest_phone"})
_DECIDED = frozenset({Trust.AGENT, Trust.SIGNED})
_MOST_KEYS = 400


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """Whom a conversation is with. `profile_id` is believed, `candidate_ids` are only possible.

    `trust` says how far the sender proved who they are; `name` and `address` are as they told.
    """

    profile_id: int | None
    candidate_ids: tuple[int, ...]
    trust: str
    name: str | None
    address: str | None

    @property
    def candidate_id(self) -> int | None:
        """The one possible person, where there is one only."""
        return self.candidate_ids[0] if len(self.candidate_ids) == 1 else None


def person_of(session: WorkspaceSession, conversation: Conversation) -> PersonSeen:
    """Whom the conversation is with now."""
    told = (conversation.trust, conversation.person_name, conversation.person_address)
    if conversation.person_kind is None or conversation.person_value is None:
        return PersonSeen(None, (), *told)
    key = Key(conversation.person_kind, conversation.person_value)
    sure, possible = profiles_of(session, key)
    if len(sure) == 1 and is_believed(key.kind, conversation.trust):
        return PersonSeen(sure[0], (), *told)
    return PersonSeen(None, (*sure, *(each for each in possible if each not in sure)), *told)


def is_believed(kind: str, trust: str) -> bool:
    """Whether something of that kind and trust says who somebody is."""
    return trust in (_DECIDED if kind in _NEVER_BY_ITSELF else BELIEVED)


def profiles_of(session: WorkspaceSession, key: Key) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The profiles that a key leads to: those it says for certain, and those it may mean."""
    if key.kind == "customer":
        return _of_store_object(session, Customer, key.value), ()
    if key.kind == "order":
        return _of_store_object(session, Order, key.value), ()
    face = Profile.joined_id
    statement = (
        select(Profile.id, face, Identity.links, Identity.evidence)
        .join(Profile, Profile.id == Identity.profile_id)
        .where(*_means(session, key))
        .limit(_MOST_KEYS)
    )
    sure: dict[int, None] = {}
    possible: dict[int, None] = {}
    for profile_id, joined_id, links, evidence in session.execute(statement):
        asserted = links or evidence == "store"
        (sure if asserted else possible)[joined_id or profile_id] = None
    if len(sure) > 1:
        return (), (*sure, *possible)
    return tuple(sure), tuple(each for each in possible if each not in sure)


def keys_of(session: WorkspaceSession, profile_id: int) -> list[Key]:
    """What a person's conversations can be known by: not what is another's too. Raises NotFound."""
    face = face_of(session, profile_id)
    statement = (
        select(Identity.kind, Identity.value, Identity.links, Identity.evidence)
        .where(Identity.profile_id.in_(face.homes), ~_is_anothers_too(session, face.homes))
        .order_by(Identity.links.desc(), Identity.id.desc())
        .limit(_MOST_KEYS)
    )
    found: dict[Key, None] = {}
    for kind, value, links, evidence in session.execute(statement):
        if links or evidence == "store":
            plain = kind == "guest_phone"
            found[Key("phone", value.partition(":")[2]) if plain else Key(kind, value)] = None
    return list(found)


def _is_anothers_too(session: WorkspaceSession, homes: Sequence[int]) -> ColumnElement[bool]:
    other = aliased(Identity)
    return (
        select(other.id)
        .where(
            other.workspace_id == session.workspace_id,
            other.kind == Identity.kind,
            other.value == Identity.value,
            or_(other.links, other.evidence == "store"),
            other.profile_id.not_in(homes),
        )
        .correlate(Identity)
        .exists()
    )


def conversations_of(
    session: WorkspaceSession, profile_id: int, *, limit: int = 20, before: int | None = None
) -> Sequence[Conversation]:
    """A person's conversations on all channels, the newest first. Raises NotFound."""
    statement = (
        select(Conversation)
        .where(is_with(keys_of(session, profile_id)), Conversation.merged_into_id.is_(None))
        .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Conversation.id < before)
    return session.execute(statement).scalars().all()


def is_with(keys: Sequence[Key]) -> ColumnElement[bool]:
    """The condition on conversations: they are with whoever these keys say, believably."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, []).append(key.value)
    return or_(
        *(
            and_(
                Conversation.person_kind == kind,
                Conversation.person_value.in_(values),
                Conversation.trust.in_(_DECIDED if kind in _NEVER_BY_ITSELF else BELIEVED),
            )
            for kind, values in by_kind.items()
        ),
        # Nobody's keys mean nobody's conversations.
        Conversation.id < 0,
    )


def key_of_person(session: WorkspaceSession, profile_id: int) -> Key:
    """The key that stands for a person whom somebody named. Raises NotFound."""
    face = face_of(session, profile_id)
    key = anchor_of(session.connection(), session.workspace_id, face.id)
    if key is None:
        raise NotFound("There is no such person.")
    return key


def _means(session: WorkspaceSession, key: Key) -> tuple[ColumnElement[bool], ...]:
    if key.kind != "phone":
        return Identity.kind == key.kind, Identity.value == key.value
    stores = session.execute(select(Store.id)).scalars()
    in_stores = [f"{store_id}:{key.value}" for store_id in stores]
    return (
        or_(
            and_(Identity.kind == "phone", Identity.value == key.value),
            and_(Identity.kind == "guest_phone", Identity.value.in_(in_stores)),
        ),
    )


def _of_store_object(
    session: WorkspaceSession, model: type[Customer] | type[Order], value: str
) -> tuple[int, ...]:
    store_id, _, external_id = value.partition(":")
    if not store_id.isdecimal():
        return ()
    statement = select(model.profile_id).where(
        model.store_id == int(store_id), model.external_id == external_id
    )
    found = session.execute(statement).scalars().first()
    return () if found is None else (found,)
