"""Until when a conversation wants its first answer and its end, by office hours."""

from datetime import datetime

from integration.db import WorkspaceSession
from integration.models import Conversation


def set_due(session: WorkspaceSession, conversation: Conversation, now: datetime) -> None:
    """Work out when the conversation is due, after anything that happened to it."""
