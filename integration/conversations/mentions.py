"""Agents who are mentioned in notes: they find them, and see which they haven't seen."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from integration.db import WorkspaceSession
from integration.models import Agent, Mention, Message
from integration.models.vocabulary import AgentStatus
from integration.texts.folding import fold

MOST_MENTIONED = 20
MENTIONS_A_PAGE = 50
_AT = re.compile(r"(?<![\w@.])@")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention of an agent: where, by whom (None: by a rule of ours), and when it was seen."""

    conversation_id: str
    message_id: str
    by_agent_id: str | None
    at: datetime
    seen_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def note_mentions(session: WorkspaceSession, message_id: int, agent_ids: Sequence[int]) -> None:
    """Let these agents find the note: those of the workspace who can come in, twenty at most."""
    wanted = list(dict.fromkeys(agent_ids))[:MOST_MENTIONED]
    if not wanted:
        return
    able = select(Agent.id).where(Agent.id.in_(wanted), Agent.status != AgentStatus.DISABLED)
    known = set(session.execute(able).scalars())
    for agent_id in wanted:
        if agent_id in known:
            session.add(Mention(agent_id=agent_id, message_id=message_id))
    session.flush()


def named_in(session: WorkspaceSession, text: str) -> tuple[int, ...]:
    """The agents whom a note names by an @ before their whole name or its first word.

    A first word that several have names nobody: who is meant can't be told.
    """
    if "@" not in text:
        return ()
    columns = select(Agent.id, Agent.name).where(Agent.status == AgentStatus.ACTIVE)
    by_name: dict[str, set[int]] = {}
    for agent_id, name in session.execute(columns):
        folded = fold(name)
        if folded:
            by_name.setdefault(folded, set()).add(agent_id)
            by_name.setdefault(folded.split()[0], set()).add(agent_id)
    found: dict[int, None] = {}
    for at in _AT.finditer(text):
        said = fold(text[at.end() : at.end() + 100])
        meant = [name for name in by_name if _begins(said, name)]
        ids = by_name[max(meant, key=len)] if meant else set()
        if len(ids) == 1:
            found.update(dict.fromkeys(ids))
    return tuple(found)[:MOST_MENTIONED]


def mentions_of(
    session: WorkspaceSession,
    agent_id: int,
    *,
    unseen: bool = False,
    before: int | None = None,
    limit: int = MENTIONS_A_PAGE,
) -> tuple[Mentioned, ...]:
    """An agent's mentions, the newest first, or those before a message."""
    statement = (
        select(Mention.seen_at, Message)
        .join(Message, Message.id == Mention.message_id)
        .where(Mention.agent_id == agent_id)
        .order_by(Mention.message_id.desc())
        .limit(limit)
    )
    if unseen:
        statement = statement.where(Mention.seen_at.is_(None))
    if before is not None:
        statement = statement.where(Mention.message_id < before)
    return tuple(
        Mentioned(
            conversation_id=str(message.conversation_id),
            message_id=str(message.id),
            by_agent_id=None if message.agent_id is None else str(message.agent_id),
            at=message.created_at,
            seen_at=seen_at,
        )
        for seen_at, message in session.execute(statement)
    )


def see_mentions(
    session: WorkspaceSession, agent_id: int, conversation_id: int, *, now: datetime
) -> int:
    """Note that an agent has seen those in a conversation; how many they hadn't."""
    unseen = (
        select(Mention.message_id)
        .join(Message, Message.id == Mention.message_id)
        .where(
            Mention.agent_id == agent_id,
            Mention.seen_at.is_(None),
            Message.conversation_id == conversation_id,
        )
    )
    ids = session.execute(unseen).scalars().all()
    if ids:
        seen = update(Mention).where(
            Mention.agent_id == agent_id, Mention.message_id.in_(ids), Mention.seen_at.is_(None)
        )
        session.execute(seen.values(seen_at=now), execution_options={"synchronize_session": False})
    return len(ids)


def _begins(said: str, name: str) -> bool:
    return said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()
