"""Agents who are mentioned in notes."""

from collections.abc import Sequence

from integration.db import WorkspaceSession
from integration.models import Mention


def note_mentions(session: WorkspaceSession, message_id: int, agent_ids: Sequence[int]) -> None:
    """Let these agents find the note."""
    for agent_id in dict.fromkeys(agent_ids):
        session.add(Mention(agent_id=agent_id, message_id=message_id))
