"""A person's figures and timeline, and orders named in texts, read from a real PostgreSQL."""

from collections.abc import Callable

import pytest

from integration.db import Database
from tests.factories.mirror import Mirror
from tests.integration.crm import test_accounts, test_summary, test_timeline
from tests.integration.crm.mentions import test_labelled, test_resolving
from tests.integration.sync import test_tracking_rows

pytestmark = pytest.mark.real

# What takes more than a mirror is no question of the database.
CASES = [
    case
    for cases in (
        test_accounts,
        test_summary,
        test_timeline,
        test_labelled,
        test_resolving,
        test_tracking_rows,
    )
    for name, case in vars(cases).items()
    if name.startswith("test_")
    and case.__code__.co_varnames[: case.__code__.co_argcount] == ("mirror",)
]


@pytest.fixture(scope="module")
def db(module_db: Database) -> Database:
    """A PostgreSQL database with the schema, for the whole module."""
    return module_db


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_it_is_the_same_as_on_sqlite(db: Database, case: Callable[[Mirror], None]) -> None:
    assert not db.is_sqlite
    case(Mirror(db, f"{case.__name__}.example"))
