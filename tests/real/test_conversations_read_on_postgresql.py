"""A person's conversations, the order meant, transcripts and reports, read from PostgreSQL."""

from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from integration.db import Database
from tests.factories.conversations import make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.integration.conversations import (
    test_of_person,
    test_ordering,
    test_transcripts,
)
from tests.integration.conversations.conftest import Inbox
from tests.integration.reports import test_read
from tests.integration.reports.conftest import maker

pytestmark = pytest.mark.real


def _cases(*modules: Any, given: tuple[str, ...]) -> list[Callable[..., None]]:
    """The tests of these that take no more than that."""
    return [
        case
        for module in modules
        for name, case in vars(module).items()
        if name.startswith("test_") and tuple(signature(case).parameters) == given
    ]


OF_INBOX = _cases(test_of_person, test_transcripts, given=("inbox",))
OF_SHOP = _cases(test_ordering, given=("shop",))
OF_TALKS = _cases(test_read, given=("mirror", "talks"))
assert OF_INBOX
assert OF_SHOP
assert OF_TALKS


@pytest.fixture(scope="module")
def db(module_db: Database) -> Database:
    """A PostgreSQL database with the schema, for the whole module."""
    return module_db


def inbox_in(db: Database, domain: str) -> Inbox:
    mirror = Mirror(db, domain)
    workspace_id = mirror.workspace_id
    return Inbox(mirror, make_channel(db, workspace_id), make_agent(db, workspace_id))


@pytest.mark.parametrize("case", OF_INBOX, ids=lambda case: case.__name__)
def test_a_persons_are_the_same_as_on_sqlite(db: Database, case: Callable[..., None]) -> None:
    assert not db.is_sqlite
    case(inbox_in(db, f"{case.__name__}.example"))


@pytest.mark.parametrize("case", OF_SHOP, ids=lambda case: case.__name__)
def test_orders_are_the_same_as_on_sqlite(db: Database, case: Callable[..., None]) -> None:
    case(test_ordering.fill(inbox_in(db, f"{case.__name__}.example")))


@pytest.mark.parametrize("case", OF_TALKS, ids=lambda case: case.__name__)
def test_reports_are_the_same_as_on_sqlite(db: Database, case: Callable[..., None]) -> None:
    mirror = Mirror(db, f"{case.__name__}.example")
    case(mirror, maker(mirror))
