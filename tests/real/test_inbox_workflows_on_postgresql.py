"""Lists, search, routing, targets, canned answers and merging on PostgreSQL, and two at once."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from integration.db import Database
from tests.factories.conversations import make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.integration.conversations import test_tags
from tests.integration.conversations.answers import test_canned, test_notebook
from tests.integration.conversations.conftest import Inbox
from tests.integration.conversations.hours import test_due_work
from tests.integration.conversations.joining import test_joining
from tests.integration.conversations.lists import test_finding, test_views
from tests.integration.conversations.routing import test_route
from tests.integration.conversations.workflows_at_once import EVERY

pytestmark = pytest.mark.real

for _module in (
    test_canned,
    test_due_work,
    test_finding,
    test_joining,
    test_notebook,
    test_route,
    test_tags,
    test_views,
):
    for _name, _value in vars(_module).items():
        if _name.startswith("test_"):
            # Several modules have a test of that name.
            globals()[f"{_name}_in_{_module.__name__.rpartition('.')[2]}"] = _value


@pytest.fixture(scope="module")
def db(module_db: Database) -> Database:
    """A PostgreSQL database with the schema, for the whole module."""
    return module_db


@pytest.fixture
def mirror(db: Database, request: pytest.FixtureRequest) -> Mirror:
    """A store in a workspace of its own, the only one: jobs look over all of them."""
    with db.bare_across_workspaces(write=True) as connection:
        connection.execute(text("TRUNCATE workspaces CASCADE"))
    return Mirror(db, f"{request.node.name[:60]}.myshopify.com")


@pytest.fixture
def inbox(mirror: Mirror) -> Inbox:
    """A mailbox and an agent in the mirror's workspace."""
    return Inbox(
        mirror,
        make_channel(mirror.db, mirror.workspace_id),
        make_agent(mirror.db, mirror.workspace_id),
    )


@pytest.mark.parametrize("meeting", EVERY)
def test_two_at_once(db: Database, meeting: Callable[[Database], None]) -> None:
    for _ in range(5):
        meeting(db)
