"""Whose turn it is: the agent who is there, may have one more, and has the fewest open."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from integration.db import WorkspaceSession
from integration.models import Agent, Conversation
from integration.models.vocabulary import AgentStatus, ConversationStatus, Role

# An agent who was seen so recently is there.
PRESENT_FOR = timedelta(minutes=5)


def next_in_turn(
    session: WorkspaceSession,
    *,
    locale: str | None,
    now: datetime,
    among: Collection[int] = (),
    but: Collection[int] = (),
) -> int | None:
    """The agent who gets the next conversation, of those (all where empty); None: nobody can.

    Whoever has the fewest open ones; among equals whoever got none for longest. Nobody who is
    disabled, only reads, takes none, wasn't seen for five minutes, is full, or doesn't answer in
    the language. Two who ask at once ask after each other: until the commit nobody else is told
    whose turn it is.
    """
    able = select(Agent).where(
        Agent.status == AgentStatus.ACTIVE,
        Agent.role != Role.READ_ONLY,
        Agent.takes_conversations.is_(True),
        Agent.is_machine.is_(False),
        Agent.seen_at >= now - PRESENT_FOR,
    )
    if among:
        able = able.where(Agent.id.in_(among))
    if but:
        able = able.where(Agent.id.not_in(but))
    locked = able.order_by(Agent.id).with_for_update(key_share=True)
    agents = session.execute(locked.execution_options(populate_existing=True)).scalars().all()
    agents = [each for each in agents if speaks(each, locale)]
    loads = _loads(session, [each.id for each in agents])
    free = [each for each in agents if each.capacity is None or loads[each.id] < each.capacity]
    if not free:
        return None
    chosen = min(free, key=lambda each: (loads[each.id], _since(each), each.id))
    taken = update(Agent).where(Agent.id == chosen.id).values(last_routed_at=now)
    session.execute(taken.execution_options(synchronize_session=False))
    return chosen.id


def speaks(agent: Agent, locale: str | None) -> bool:
    """Whether an agent answers in a language; whoever names none answers in all."""
    known = {each.strip().lower() for each in agent.locales.replace(",", " ").split()}
    if not known or not locale:
        return True
    return locale.replace("_", "-").partition("-")[0].lower() in known


def _loads(session: WorkspaceSession, agent_ids: Collection[int]) -> dict[int, int]:
    """How many open conversations each has."""
    counted = (
        select(Conversation.assignee_id, func.count())
        .where(
            Conversation.assignee_id.in_(agent_ids),
            Conversation.status == ConversationStatus.OPEN,
            Conversation.is_spam.is_(False),
            Conversation.merged_into_id.is_(None),
        )
        .group_by(Conversation.assignee_id)
    )
    found = {each: count for each, count in session.execute(counted) if each is not None}
    return {each: found.get(each, 0) for each in agent_ids}


def _since(agent: Agent) -> float:
    return agent.last_routed_at.timestamp() if agent.last_routed_at else 0.0
