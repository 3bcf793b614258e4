"""Which order a conversation is about."""

from integration.db import WorkspaceSession
from integration.models import Conversation


def find_order(session: WorkspaceSession, conversation: Conversation, text: str) -> int | None:
    """The one order that a text names for certain; never raises for what it says."""
    return None
