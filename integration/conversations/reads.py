"""How far each agent has read each conversation."""

from datetime import datetime

from sqlalchemy import select

from integration.conversations.found import conversation_for
from integration.conversations.mentions import see_mentions
from integration.db import WorkspaceSession
from integration.models import ConversationRead, Message
from integration.statements.bulk import table_of
from integration.statements.by_driver import change
from integration.statements.column_values import encoded

_READS = table_of(ConversationRead)
_UPSERT = (
    "INSERT INTO conversation_reads"
    " (agent_id, conversation_id, last_message_id, read_at, workspace_id)"
    " VALUES ({0}, {0}, {0}, {0}, {0}) ON CONFLICT (agent_id, conversation_id) DO UPDATE SET"
    " last_message_id = excluded.last_message_id, read_at = excluded.read_at"
    " WHERE conversation_reads.last_message_id < excluded.last_message_id"
)
_COLUMNS = ("agent_id", "conversation_id", "last_message_id", "read_at", "workspace_id")


def mark_read(
    session: WorkspaceSession,
    conversation_id: int,
    agent_id: int,
    *,
    now: datetime,
    last_message_id: int | None = None,
) -> None:
    """Note that an agent has read a conversation, to its end or to a message; never less than was.

    The mentions of them in it are seen then. Raises NotFound.
    """
    conversation = conversation_for(session, conversation_id)
    newest = _newest(session, conversation.id, last_message_id)
    if newest is None:
        return
    connection = session.connection()
    name = connection.dialect.name
    row = (agent_id, conversation.id, newest, now, session.workspace_id)
    [values] = encoded(_READS, _COLUMNS, [row], name)
    change(connection, _UPSERT.format("?" if name == "sqlite" else "%s"), values)
    see_mentions(session, agent_id, conversation.id, now=now)


def mark_unread(session: WorkspaceSession, conversation_id: int, agent_id: int) -> None:
    """Let an agent find a conversation unread again. Raises NotFound."""
    conversation = conversation_for(session, conversation_id)
    row = session.get(ConversationRead, (agent_id, conversation.id))
    if row is not None:
        session.delete(row)
        session.flush()


def _newest(session: WorkspaceSession, conversation_id: int, at_most: int | None) -> int | None:
    """The last message that stands there; whatever is told, nobody has read what is to come."""
    its = select(Message.id).where(Message.conversation_id == conversation_id)
    if at_most is not None:
        its = its.where(Message.id <= at_most)
    return session.execute(its.order_by(Message.id.desc()).limit(1)).scalar_one_or_none()
