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


def home_of(session: WorkspaceSession, conversation_id: int, moved_from_id: int | None) -> int:
    """Where a message belongs that stands there and came from there.

    What only came along when conversations were merged belongs to the one that went; what was
    split off belongs where it stands.
    """
    if moved_from_id is None:
        return conversation_id
    statement = select(Conversation.merged_into_id).where(Conversation.id == moved_from_id)
    is_merged = session.execute(statement).scalar_one_or_none() is not None
    return moved_from_id if is_merged else conversation_id


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
