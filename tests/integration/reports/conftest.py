"""A database for a module's tests, a store in it, and conversations in numbers."""

from collections.abc import Callable
from typing import Any

import pytest

from integration.models import Conversation
from tests.factories.conversations import make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.factories.mirror_fixtures import db, mirror
from tests.factories.stores import NOW

__all__ = ["db", "mirror", "talks"]

Talks = Callable[..., int]


@pytest.fixture
def talks(mirror: Mirror) -> Talks:
    """What makes a conversation with these columns; a mailbox and an agent are there."""
    return maker(mirror)


def maker(mirror: Mirror) -> Talks:
    """The same for any mirror."""
    channel_id = make_channel(mirror.db, mirror.workspace_id)
    agent_id = make_agent(mirror.db, mirror.workspace_id)

    def make(**values: Any) -> int:
        row: dict[str, Any] = {
            "channel_id": channel_id,
            "channel_kind": "email",
            "status": "open",
            "trust": "aligned",
            "created_at": NOW,
            "last_message_at": NOW,
            "first_asked_at": NOW,
        } | values
        if row.get("answered_seconds") is not None:
            row = {"first_answered_by": agent_id, "first_answered_at": NOW} | row
        if row.get("resolved_seconds") is not None:
            row = {"resolved_by": agent_id, "resolved_at": NOW} | row
        with mirror.db.workspace(mirror.workspace_id, write=True) as session:
            conversation = Conversation(**row)
            session.add(conversation)
            session.flush()
            return conversation.id

    return make
