"""Finding a conversation, to be read or to be changed."""

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Conversation


def conversation_for(session: WorkspaceSession, conversation_id: int) -> Conversation:
    """The conversation, to be read. Raises NotFound for an unknown one and for another's.

    One that was merged leads to the one it was merged into.
    """
    return _follow(session, conversation_id, lock=False)


def conversation_to_change(session: WorkspaceSession, conversation_id: int) -> Conversation:
    """The conversation, locked until the commit. Raises NotFound."""
    return _follow(session, conversation_id, lock=True)


def _follow(session: WorkspaceSession, conversation_id: int, *, lock: bool) -> Conversation:
    seen: set[int] = set()
    while True:
        statement = select(Conversation).where(Conversation.id == conversation_id)
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        found = session.execute(statement).scalars().one_or_none()
        if found is None:
            raise NotFound("There is no such conversation.")
        seen.add(found.id)
        if found.merged_into_id is None or found.merged_into_id in seen:
            return found
        conversation_id = found.merged_into_id
