"""A person's conversations on all channels: by what identifies them now, in one statement.

Nothing is kept of whose a conversation is: what was joined, parted, undone or erased holds at once.
An address that leads to two persons is neither's here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.engine import Dialect

from integration.conversations.who import is_believed
from integration.crm.records import ContextConversation
from integration.db import WorkspaceSession
from integration.models import Agent, Conversation, Identity, Profile
from integration.models.declarative import BigId
from integration.models.vocabulary import Trust
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared

USUALLY_SHOWN = 20
_CONVERSATIONS, _IDENTITIES = table_of(Conversation), table_of(Identity)
_PROFILES, _AGENTS = table_of(Profile), table_of(Agent)
_WORKSPACE, _FACE = (bindparam(name, type_=BigId) for name in ("workspace_id", "face_id"))
# By themselves, these never say who somebody is; everything else is believed alike.
_WEAK_KINDS = ("phone", "guest_phone")


def newest_of(
    session: WorkspaceSession, face_id: int, *, limit: int = USUALLY_SHOWN
) -> tuple[ContextConversation, ...]:
    """The conversations that were written in last, the newest first: one statement.

    `face_id` is the profile that stands for the person.
    """
    rows = _NEWEST.rows(
        session.connection(), workspace_id=session.workspace_id, face_id=face_id, most=limit
    )
    return tuple(
        ContextConversation(
            id=str(row.id),
            subject=row.subject,
            channel=row.channel_kind,
            status=row.status,
            last_message_at=row.last_message_at,
            assignee=row.assignee,
            unanswered=row.waiting_since is not None,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Talks:
    """How many conversations a person had on a kind of channel and in a language."""

    channel: str
    locale: str | None
    conversations: int
    newest_at: datetime


def talks_of(session: WorkspaceSession, face_id: int) -> tuple[Talks, ...]:
    """The person's conversations counted: one statement. `face_id` stands for the person."""
    rows = _COUNTED.rows(session.connection(), workspace_id=session.workspace_id, face_id=face_id)
    return tuple(Talks(row.channel_kind, row.locale, row.number, row.newest_at) for row in rows)


def most_used_channel(talks: Iterable[Talks]) -> str | None:
    """The kind of channel of most conversations; of equals the one that was used last."""
    numbers: dict[str, int] = {}
    newest: dict[str, datetime] = {}
    for talk in talks:
        numbers[talk.channel] = numbers.get(talk.channel, 0) + talk.conversations
        newest[talk.channel] = max(newest.get(talk.channel, talk.newest_at), talk.newest_at)
    return max(sorted(numbers), key=lambda each: (numbers[each], newest[each]), default=None)


def languages_written(talks: Iterable[Talks]) -> list[str]:
    """The languages of conversations, that of most first."""
    numbers: dict[str, int] = {}
    for talk in talks:
        if talk.locale:
            numbers[talk.locale] = numbers.get(talk.locale, 0) + talk.conversations
    return sorted(numbers, key=lambda each: (-numbers[each], each))


def theirs(homes: ColumnElement[bool]) -> Select[Any]:
    """The ids of a person's conversations; takes the parameters `workspace_id` and `face_id`.

    `homes` is a condition on `identities.profile_id`: all profiles that are the person's.
    """
    known, talks = _IDENTITIES.c, _CONVERSATIONS.c
    return (
        select(talks.id)
        .distinct()
        .select_from(
            _IDENTITIES.join(
                _CONVERSATIONS,
                and_(talks.person_kind == known.kind, talks.person_value == known.value),
            )
        )
        .where(
            known.workspace_id == _WORKSPACE,
            homes,
            _says_who(known),
            ~_is_others_too(known),
            talks.workspace_id == _WORKSPACE,
            talks.merged_into_id.is_(None),
            ~talks.is_spam,
            _is_believed(talks),
        )
    )


def homes_of_face() -> ColumnElement[bool]:
    """The condition on identities that they are of the person whom `face_id` stands for."""
    homes = select(_PROFILES.c.id).where(
        _PROFILES.c.workspace_id == _WORKSPACE,
        or_(_PROFILES.c.id == _FACE, _PROFILES.c.joined_id == _FACE),
    )
    return _IDENTITIES.c.profile_id.in_(homes)


def _says_who(known: Any) -> ColumnElement[bool]:
    return or_(known.links, known.evidence == "store")


def _is_others_too(known: Any) -> ColumnElement[bool]:
    other, home = _IDENTITIES.alias("other"), _PROFILES.alias("other_home")
    return (
        select(other.c.id)
        .join(home, home.c.id == other.c.profile_id)
        .where(
            other.c.workspace_id == _WORKSPACE,
            other.c.kind == known.kind,
            other.c.value == known.value,
            _says_who(other.c),
            func.coalesce(home.c.joined_id, home.c.id) != _FACE,
        )
        .correlate(_IDENTITIES)
        .exists()
    )


def _is_believed(talks: Any) -> ColumnElement[bool]:
    usual = [level for level in Trust if is_believed("email", level)]
    decided = [level for level in Trust if is_believed("phone", level)]
    weak = _one_of(talks.person_kind, _WEAK_KINDS)
    return or_(_one_of(talks.trust, decided), and_(~weak, _one_of(talks.trust, usual)))


def _one_of(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    # A statement that is prepared holds no list whose length may change.
    return or_(*(column == word for word in words))


def _newest(_dialect: Dialect) -> Select[Any]:
    talks = _CONVERSATIONS.c
    return (
        select(
            talks.id,
            talks.subject,
            talks.channel_kind,
            talks.status,
            talks.last_message_at,
            talks.waiting_since,
            _AGENTS.c.name.label("assignee"),
        )
        .outerjoin(_AGENTS, _AGENTS.c.id == talks.assignee_id)
        .where(talks.id.in_(theirs(homes_of_face())))
        .order_by(talks.last_message_at.desc(), talks.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def _counted(_dialect: Dialect) -> Select[Any]:
    talks = _CONVERSATIONS.c
    parts = talks.channel_kind, talks.locale
    return (
        select(
            *parts,
            func.count().label("number"),
            func.max(talks.last_message_at).label("newest_at"),
        )
        .where(talks.id.in_(theirs(homes_of_face())))
        .group_by(*parts)
    )


_NEWEST, _COUNTED = Prepared(_newest), Prepared(_counted)
