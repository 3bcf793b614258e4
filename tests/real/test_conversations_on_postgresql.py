"""Conversations on PostgreSQL: what happens at once, and all that their own tests hold."""

from collections.abc import Callable

import pytest

from integration.db import Database
from tests.factories.conversations import make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.integration.conversations import test_receiving, test_who, test_writing
from tests.integration.conversations.at_once import EVERY
from tests.integration.conversations.conftest import Inbox

pytestmark = pytest.mark.real

for _module in (test_receiving, test_who, test_writing):
    globals().update(
        {name: value for name, value in vars(_module).items() if name.startswith("test_")}
    )


@pytest.fixture(scope="module")
def db(module_db: Database) -> Database:
    """A PostgreSQL database with the schema, for the whole module."""
    return module_db


@pytest.fixture
def mirror(db: Database, request: pytest.FixtureRequest) -> Mirror:
    """A store in a workspace of its own."""
    return Mirror(db, f"{request.node.name}.myshopify.com")


@pytest.fixture
def inbox(mirror: Mirror) -> Inbox:
    """A mailbox and an agent in the mirror's workspace."""
    return Inbox(
        mirror,
        make_channel(mirror.db, mirror.workspace_id),
        make_agent(mirror.db, mirror.workspace_id),
    )


@pytest.mark.parametrize("meeting", EVERY)
def test_two_in_one_conversation_at_once(db: Database, meeting: Callable[[Database], None]) -> None:
    for _ in range(5):
        meeting(db)
