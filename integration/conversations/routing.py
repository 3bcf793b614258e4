"""Where a new conversation goes."""

from datetime import datetime

from integration.db import WorkspaceSession
from integration.models import Conversation


def route(
    session: WorkspaceSession, conversation: Conversation, *, text: str, now: datetime
) -> None:
    """Do what the first rule says that a new conversation meets."""
