"""The words by which conversations are found."""

from integration.db import WorkspaceSession


def mark_due(session: WorkspaceSession, conversation_id: int) -> None:
    """Have the conversation's words be written anew soon."""
